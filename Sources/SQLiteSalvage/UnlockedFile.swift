import DurableFiles
import Foundation
import GRDB
import GRDBSQLite

/// A database file that is read byte by byte, without a lock and without a trace.
///
/// It is opened through SQLite: to open and close the file by itself would end the locks that this process has on it.
@safe package final class UnlockedFile {
    private let connection: OpaquePointer
    private let file: UnsafeMutablePointer<sqlite3_file>
    /// How many bytes it has.
    package let size: Int

    /// `nil` where there is none, or none that can be read.
    package init?(_ path: String) {
        guard FileAccess.exists(path) else { return nil }
        var opened: OpaquePointer?
        let flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX
        let code = unsafe sqlite3_open_v2(UnlockedFile.address(of: path), &opened, flags, nil)
        var file: UnsafeMutablePointer<sqlite3_file>?
        var size: Int64 = 0
        guard code == SQLITE_OK, let opened = unsafe opened,
            unsafe sqlite3_file_control(opened, "main", SQLITE_FCNTL_FILE_POINTER, &file) == SQLITE_OK,
            let file = unsafe file, unsafe file.pointee.pMethods?.pointee.xFileSize(file, &size) == SQLITE_OK
        else {
            unsafe sqlite3_close_v2(opened)
            return nil
        }
        unsafe connection = opened
        unsafe self.file = file
        self.size = Int(size)
    }

    deinit { unsafe sqlite3_close_v2(connection) }

    /// The address by which SQLite reads a database as one that nobody changes: without locks, a log, or files beside it.
    package static func address(of path: String) -> String {
        let escaped = path.addingPercentEncoding(withAllowedCharacters: .urlPathAllowed) ?? path
        return (path.hasPrefix("/") ? "file://" : "file:") + escaped + "?immutable=1"
    }

    /// Bytes of the file; `nil` where they can't be read.
    package func read(_ range: Range<Int>) -> [UInt8]? {
        guard let methods = unsafe file.pointee.pMethods?.pointee else { return nil }
        var bytes = [UInt8](repeating: 0, count: range.count)
        let code = unsafe methods.xRead(file, &bytes, CInt(bytes.count), Int64(range.lowerBound))
        return code == SQLITE_OK ? bytes : nil
    }
}
