import DurableFiles
import FexValues
import Foundation
import GRDB
import GRDBSQLite
import SQLiteSalvage

extension WalletStore {
    /// How often a database is mended at one start: another process may have damaged it again, or mended it meanwhile.
    private static let repairLimit = 3

    /// Opens a wallet's database, and reads what is needed from the start; where that meets damage, it is mended first.
    @concurrent
    static func start(
        _ configuration: WalletConfiguration
    ) async throws -> (store: WalletStore, memory: ServerTime.Memory) {
        func open() throws(StorageError) -> WalletStore {
            if let inline = configuration.inlineDatabase { return WalletStore(inline) }
            return try WalletStore(path: configuration.database.path, at: configuration.clock.now())
        }
        func read(_ store: WalletStore) async throws -> (WalletStore, ServerTime.Memory) {
            try await store.refreshSearchIndex()
            return (store, try await store.loadServerTime())
        }
        do { return try await read(open()) } catch let error as StorageError where error.isDamage {
            return try await read(open())
        }
    }

    /// Opens the database at a path, and mends it before if it is damaged.
    ///
    /// A sound one is not looked through: that would take the longer the more is in it.
    static func openRepaired(
        _ path: String, at now: Timestamp
    ) throws -> (database: DatabasePool, recovery: StoreRecovery?) {
        // Checked before the file is opened: SQLite creates files beside a database even to read it.
        guard SchemaVersion(ofFile: path) != .newer else { throw StorageError.newerVersion(path) }
        let mark = DamageMark(ofDatabase: path)
        var recovery: StoreRecovery?
        for _ in 0..<repairLimit {
            if DamagedDatabase.isEmptied(path) { mark.leave() }
            // Where there is no file, there is nothing to repair.
            if mark.isThere, !FileManager.default.fileExists(atPath: path), !DamagedDatabase.isEmptied(path) {
                mark.remove()
            }
            if !mark.isThere {
                do { return (try open(path), recovery) } catch {
                    guard isDamageOnOpening(error) || hasUnknownFormat(path) else { throw error }
                    mark.leave()
                }
            }
            recovery = try DatabaseRepair(path: path, now: now).run() ?? recovery
        }
        return (try open(path), recovery)
    }

    /// Whether a database that can't be opened because of this is damaged: migrations that are shipped fail on no other.
    static func isDamageOnOpening(_ error: any Error) -> Bool {
        switch error {
        case let error as DatabaseError: error.isDamageOnOpening
        case let error as StorageError: error.isDamage
        default: false
        }
    }

    /// Whether the header says that the file is of a format that SQLite may only read, or doesn't know: 2 is the last.
    private static func hasUnknownFormat(_ path: String) -> Bool {
        UnlockedFile(path)?.read(18..<20)?.contains { $0 > 2 } ?? false
    }

    private static func open(_ path: String) throws -> DatabasePool {
        var configuration = Configuration()
        configuration.label = "wallet"
        // Another process of this wallet may be writing.
        configuration.busyMode = .timeout(10)
        // SQLite makes a file as the umask has it, and gives those beside it the file's own mode.
        for file in [path] + ["-wal", "-shm"].map({ path + $0 }).filter(FileAccess.exists) {
            try? PrivateFiles.prepare(file)
        }
        let pool = try DatabasePool(path: path, configuration: configuration)
        try pool.writeWithoutTransaction { db in
            switch try SchemaVersion(of: db) {
            case .newer: throw StorageError.newerVersion(path)
            case .damaged: throw StorageError.damage("grdb_migrations.identifier")
            case .none, .older, .current: break
            }
            // A decision must outlive a power cut: without this, write-ahead logging may forget the last commits.
            try db.execute(sql: "PRAGMA synchronous = FULL")
            // On Apple's systems a sync alone leaves it in the drive's own cache; elsewhere this says nothing.
            try db.execute(sql: "PRAGMA fullfsync = ON")
            try db.execute(sql: "PRAGMA checkpoint_fullfsync = ON")
            // A batch of the ledger touches more pages than the usual two megabytes hold; a phone has few more to give.
            try db.execute(sql: "PRAGMA cache_size = -3000")
            // Statement journals, which triggers need, stay in memory.
            try db.execute(sql: "PRAGMA temp_store = MEMORY")
            try db.execute(sql: "PRAGMA journal_size_limit = \(largestLog)")
        }
        try WalletStore.migrate(pool)
        return pool
    }
}

/// The C library under the database.
public enum StorageLibrary {
    /// The version of SQLite that this process runs with: `3.40.1`.
    public static var version: String {
        guard let version = unsafe sqlite3_libversion() else { return "unknown" }
        return unsafe String(cString: version)
    }
}
