import GRDB
import GRDBSQLite

extension Database {
    /// Executes a statement, and keeps it prepared for the next time.
    func executeCached(sql: String, arguments: StatementArguments = StatementArguments()) throws {
        try cachedStatement(sql: sql).execute(arguments: arguments)
    }

    /// Executes a statement that writes nothing by SQLite alone: what GRDB does besides takes as long as finding a row.
    ///
    /// - Returns: The number it answers with, if it does.
    @discardableResult
    func step(_ sql: String) throws -> Int64? {
        let statement = unsafe try cachedStatement(sql: sql).sqliteStatement
        defer { unsafe sqlite3_reset(statement) }
        switch unsafe sqlite3_step(statement) {
        case SQLITE_ROW: return unsafe sqlite3_column_int64(statement, 0)
        case SQLITE_DONE: return nil
        case let code: throw DatabaseError(resultCode: ResultCode(rawValue: code), sql: sql)
        }
    }
}

extension String {
    /// The text with U+FFFD in the place of NUL: SQLite is given a text up to the first one, which may spell another.
    var withoutNUL: String {
        guard utf8.contains(0) else { return self }
        return String(String.UnicodeScalarView(unicodeScalars.map { $0 == "\0" ? "\u{FFFD}" : $0 }))
    }
}
