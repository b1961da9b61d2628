import CSQLite
import DurableFiles
package import Foundation
package import GRDB
import GRDBSQLite

/// A database whose contents are not believed, open to be read byte by byte and to be replaced within SQLite's protocol.
///
/// Others may have it open. They see the new contents as they see any commit, or none of them.
@safe package final class DamagedDatabase {
    private let path: String
    private let connection: OpaquePointer
    private var backup: OpaquePointer?

    /// Opens it. There are always a file of more than nothing and a log of more than nothing afterwards, since only then does
    /// SQLite use the log; and only through the log can a file be changed that others have open.
    package init(path: String) throws {
        self.path = path
        try DamagedDatabase.makeUsable(path)
        try DamagedDatabase.restorePageSize(path)
        unsafe connection = try DamagedDatabase.connection(path)
        unsafe sqlite3_extended_result_codes(connection, 1)
        unsafe sqlite3_busy_timeout(connection, 10_000)
        try check(unsafe csqlite_set_reset(connection, true))
        try execute("PRAGMA synchronous = FULL")
    }

    deinit {
        if let backup = unsafe backup { unsafe sqlite3_backup_finish(backup) }
        unsafe sqlite3_close_v2(connection)
    }

    private static func connection(_ path: String) throws -> OpaquePointer {
        var opened: OpaquePointer?
        let code = unsafe sqlite3_open_v2(path, &opened, SQLITE_OPEN_READWRITE, nil)
        guard code == SQLITE_OK, let opened = unsafe opened else {
            unsafe sqlite3_close_v2(opened)
            throw DatabaseError(resultCode: ResultCode(rawValue: code), message: "the damaged file can't be opened")
        }
        return unsafe opened
    }

    /// Gives the header the page size of all databases of this wallet, where it gives another: through the log SQLite puts no
    /// pages of one size in the place of pages of another. Who had the file open before knows its size.
    private static func restorePageSize(_ path: String) throws {
        guard let found = UnlockedFile(path)?.read(16..<18) else { return }
        // 1 stands for 65,536. What is no size at all SQLite does not believe.
        let size = Int(found[0]) << 8 | Int(found[1]) << 16
        guard size != DatabasePages.size, (512...65_536).contains(size), size.nonzeroBitCount == 1 else { return }
        let sound = [UInt8(DatabasePages.size >> 8), UInt8(DatabasePages.size & 0xFF)]
        // By SQLite's own handle, for the sake of the locks that hang on it.
        let connection = unsafe try connection(path)
        defer { unsafe sqlite3_close_v2(connection) }
        var file: UnsafeMutablePointer<sqlite3_file>?
        guard unsafe sqlite3_file_control(connection, "main", SQLITE_FCNTL_FILE_POINTER, &file) == SQLITE_OK,
            let file = unsafe file, unsafe file.pointee.pMethods?.pointee.xWrite(file, sound, 2, 16) == SQLITE_OK
        else { throw CocoaError(.fileWriteUnknown) }
    }

    /// Whether the file is gone or empty while its log is not: SQLite would take it for a new database, and delete the log.
    package static func isEmptied(_ path: String) -> Bool { size(path) == 0 && size(path + "-wal") > 32 }

    private static func size(_ path: String) -> Int {
        (try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int) ?? 0
    }

    private static func makeUsable(_ path: String) throws {
        if isEmptied(path) {
            try PrivateFiles.prepare(path)
            // By its name: to open and close the file would end the locks that this process has on it.
            guard unsafe truncate(path, off_t(DatabasePages.size)) == 0 else { throw CocoaError(.fileWriteUnknown) }
        }
        let log = path + "-wal"
        guard size(log) == 0 else { return }
        try PrivateFiles.prepare(log)
        // At its end: should another process write its first frame just now, it is not written over.
        let descriptor = unsafe open(log, O_WRONLY | O_APPEND)
        guard descriptor >= 0 else { throw CocoaError(.fileWriteUnknown) }
        defer { close(descriptor) }
        guard unsafe write(descriptor, [0], 1) == 1 else { throw CocoaError(.fileWriteOutOfSpace) }
    }

    /// Keeps all others from writing until it is replaced, or this object is gone.
    ///
    /// - Parameter source: The database that is to replace it, with tables in it already.
    package func lock(for source: Database) throws {
        guard let backup = unsafe sqlite3_backup_init(connection, "main", source.sqliteConnection, "main") else {
            throw failure(unsafe sqlite3_extended_errcode(connection))
        }
        unsafe self.backup = backup
        try check(unsafe sqlite3_backup_step(backup, 0))
    }

    /// Puts the new contents in the place of the old, in one transaction.
    package func replace() throws {
        let code = unsafe sqlite3_backup_step(backup, -1)
        guard code == SQLITE_DONE else { throw failure(code) }
        let finished = unsafe sqlite3_backup_finish(backup)
        unsafe backup = nil
        try check(finished)
        try check(unsafe csqlite_set_reset(connection, false))
        // Nobody may take the tables for those that were known before: they begin at other pages.
        try execute("PRAGMA schema_version = \(UInt32.random(in: 1 << 16..<1 << 30))")
        unsafe sqlite3_busy_timeout(connection, 0)
        unsafe sqlite3_wal_checkpoint_v2(connection, "main", SQLITE_CHECKPOINT_TRUNCATE, nil, nil)
    }

    /// Copies the file and its log, as they are while all others are kept from writing.
    package func copy(to file: URL, log: URL) throws {
        try copy(SQLITE_FCNTL_FILE_POINTER, to: file)
        try copy(SQLITE_FCNTL_JOURNAL_POINTER, to: log)
    }

    /// Reads through SQLite's own handle, for the sake of the locks that hang on it.
    private func copy(_ pointer: CInt, to target: URL) throws {
        var file: UnsafeMutablePointer<sqlite3_file>?
        try check(unsafe sqlite3_file_control(connection, "main", pointer, &file))
        // What a process left that was killed while it copied.
        try? FileManager.default.removeItem(at: target)
        try PrivateFiles.prepare(target.path)
        let copy = try FileHandle(forWritingTo: target)
        defer { try? copy.close() }
        guard let file = unsafe file, let methods = unsafe file.pointee.pMethods?.pointee else { return }
        var size: Int64 = 0
        try check(unsafe methods.xFileSize(file, &size))
        let chunk = 1 << 20
        for offset in stride(from: 0, to: size, by: chunk) {
            var bytes = [UInt8](repeating: 0, count: min(chunk, Int(size - offset)))
            try check(unsafe methods.xRead(file, &bytes, CInt(bytes.count), offset))
            try copy.write(contentsOf: bytes)
        }
        try copy.synchronize()
    }

    private func execute(_ sql: String) throws { try check(unsafe sqlite3_exec(connection, sql, nil, nil, nil)) }

    private func check(_ code: CInt) throws {
        guard code == SQLITE_OK else { throw failure(code) }
    }

    private func failure(_ code: CInt) -> DatabaseError {
        DatabaseError(
            resultCode: ResultCode(rawValue: code), message: "the damaged database could not be replaced")
    }
}
