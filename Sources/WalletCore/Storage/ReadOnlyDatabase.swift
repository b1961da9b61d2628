import DurableFiles
import FexValues
import Foundation
import GRDB
import GRDBSQLite
import SQLiteSalvage

/// A database that is opened to be read: one connection, which writes nothing and waits for nobody who writes.
struct ReadOnlyDatabase {
    let path: String
    let queue: DatabaseQueue
    /// Whether it is read under SQLite's locks. If not, others who write meanwhile may make it look damaged.
    let isLocking: Bool
    /// How far its schema has come.
    let version: SchemaVersion

    /// Opens a database file that is there.
    ///
    /// To read a database with a log SQLite needs a file beside it (`-shm`), and makes it if it is not there. Where that
    /// can't be made, since the directory can't be written or the disk is full, nobody has the database open. Then it is read
    /// without locks: as it is, or, if a killed process has left a log, as it is with that, put together in memory.
    init(_ path: String) throws {
        do {
            try self.init(path, WalletStore.readOnlyQueue(path), isLocking: true)
        } catch let error as DatabaseError where error.isOfTheSystem {
            try self.init(unlocked: path)
        }
    }

    private init(unlocked path: String) throws {
        guard let file = UnlockedFile(path) else { throw StorageError(.notReadable, "it can't be opened", path: path) }
        let log = path + "-wal"
        guard (try? FileAccess.size(log)) ?? 0 > 32 else {
            try self.init(path, WalletStore.readOnlyQueue(UnlockedFile.address(of: path)), isLocking: false)
            return
        }
        let logged = try FileAccess.contents(log) ?? Data()
        let pages = DatabasePages(fileSize: file.size, log: logged) { file.read($0) }
        let queue = try DatabaseQueue()
        try queue.writeWithoutTransaction { try $0.load(pages.image) }
        try self.init(path, queue, isLocking: false)
    }

    private init(_ path: String, _ queue: DatabaseQueue, isLocking: Bool) throws {
        self.path = path
        self.queue = queue
        self.isLocking = isLocking
        version = try queue.unsafeRead { try SchemaVersion(of: $0) }
    }
}

extension WalletStore {
    /// A connection that only reads.
    static func readOnlyQueue(_ path: String) throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.label = "wallet.reading"
        configuration.readonly = true
        configuration.busyMode = .timeout(10)
        return try DatabaseQueue(path: path, configuration: configuration)
    }

    /// Opens the database at a path to be read. Where there is none, nothing is made, and there is nothing to be read.
    ///
    /// One that is damaged, or of an earlier version, is opened to be written first: it is mended, or brought up to date.
    ///
    /// - Throws: ``StorageError``, also where that is needed and can't be done.
    static func openForReading(_ path: String, at now: Timestamp) throws(StorageError) -> WalletStore {
        do {
            let (size, log) = (try FileAccess.size(path) ?? 0, try FileAccess.size(path + "-wal") ?? 0)
            if size == 0, log <= 32 { return WalletStore(InlineDatabase(try InlineDatabase.makeQueue()) { _ in }) }
        } catch let failure as FileFailure {
            throw StorageError(.notReadable, failure.description, path: path)
        } catch {
            throw StorageError(error, at: path)
        }
        guard SchemaVersion(ofFile: path) != .newer else { throw .newerVersion(path) }
        // If it can't be repaired, what can be read is read.
        if DamageMark(ofDatabase: path).isThere, let repaired = try? WalletStore(path: path, at: now) {
            return repaired
        }
        let connection: ReadOnlyDatabase
        do { connection = try ReadOnlyDatabase(path) } catch  where isDamageOnOpening(error) {
            return try openForWriting(path, at: now, because: "it is damaged, and has to be mended first")
        } catch {
            throw StorageError(error, at: path)
        }
        switch connection.version {
        case .newer: throw .newerVersion(path)
        case .damaged: return try openForWriting(path, at: now, because: "it is damaged, and has to be mended first")
        case .none, .older:
            return try openForWriting(
                path, at: now, because: "it is of an earlier version, and has to be changed first")
        case .current: return WalletStore(connection)
        }
    }

    private static func openForWriting(
        _ path: String, at now: Timestamp, because reason: String
    ) throws(StorageError) -> WalletStore {
        do { return try WalletStore(path: path, at: now) } catch { throw error.because(reason) }
    }
}

extension DatabaseError {
    /// Whether the system does not let a file be made, read or written.
    fileprivate var isOfTheSystem: Bool {
        [.SQLITE_CANTOPEN, .SQLITE_READONLY, .SQLITE_IOERR, .SQLITE_FULL, .SQLITE_PERM, .SQLITE_AUTH].contains(
            resultCode)
    }
}

extension Database {
    /// Puts the bytes of a database in the place of this one, which is in memory.
    fileprivate func load(_ image: [UInt8]) throws {
        guard let copy = unsafe sqlite3_malloc64(UInt64(image.count)) else {
            throw DatabaseError(resultCode: .SQLITE_NOMEM)
        }
        unsafe copy.copyMemory(from: image, byteCount: image.count)
        let flags = CUnsignedInt(SQLITE_DESERIALIZE_FREEONCLOSE | SQLITE_DESERIALIZE_READONLY)
        let code = unsafe sqlite3_deserialize(
            sqliteConnection, "main", copy.assumingMemoryBound(to: UInt8.self), Int64(image.count),
            Int64(image.count), flags)
        guard code == SQLITE_OK else { throw DatabaseError(resultCode: ResultCode(rawValue: code)) }
        clearSchemaCache()
    }
}
