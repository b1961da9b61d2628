import GRDB
import GRDBSQLite

/// A prepared statement that is executed for row after row: its values are handed to SQLite as they are.
///
/// GRDB's arguments are made anew for each execution, which takes longer than what SQLite does with a row of the ledger.
struct BoundStatement {
    private let statement: Statement
    /// What SQLite is told of a text that it is to copy.
    private static var isCopied: sqlite3_destructor_type { unsafe unsafeBitCast(-1, to: sqlite3_destructor_type.self) }

    init(_ db: Database, sql: String) throws {
        statement = try db.cachedStatement(sql: sql)
        // From now on GRDB asks for no arguments, and leaves those that are bound.
        statement.setUncheckedArguments(StatementArguments())
    }

    /// Executes the statement with what has been bound.
    func execute() throws {
        // Nothing can be bound to a statement that stands at its end.
        defer { unsafe sqlite3_reset(statement.sqliteStatement) }
        try statement.execute()
    }

    /// Binds a number to a parameter, from 1.
    func bind(_ value: Int64?, at index: CInt) {
        if let value {
            unsafe sqlite3_bind_int64(statement.sqliteStatement, index, value)
        } else {
            unsafe sqlite3_bind_null(statement.sqliteStatement, index)
        }
    }

    /// Binds a text to a parameter, from 1.
    func bind(_ text: String?, at index: CInt) {
        guard let text else {
            unsafe sqlite3_bind_null(statement.sqliteStatement, index)
            return
        }
        // With its length, since a text may hold a NUL.
        unsafe sqlite3_bind_text(
            statement.sqliteStatement, index, text, CInt(text.utf8.count), BoundStatement.isCopied)
    }

    /// Binds an id to a parameter, from 1.
    func bind(_ id: StoredID?, at index: CInt) {
        guard let id else {
            unsafe sqlite3_bind_null(statement.sqliteStatement, index)
            return
        }
        guard let (high, low) = id.halves else { return bind(id.text, at: index) }
        unsafe withUnsafeBytes(of: (high.bigEndian, low.bigEndian)) { bytes in
            _ = unsafe sqlite3_bind_blob(
                statement.sqliteStatement, index, bytes.baseAddress, 16, BoundStatement.isCopied)
        }
    }
}
