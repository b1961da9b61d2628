import GRDB
import GRDBSQLite

/// A row of the ledger as the history reads it: all columns at once, straight from SQLite.
///
/// Through GRDB's rows a page takes three times as long.
struct HistoryRow {
    /// What it is read by.
    static let columns = """
        t.place, t.id, t.sequence, t.intent_id, t.type, t.status, t.amount, t.currency, t.from_account, t.to_account,
        t.payee, t.description, t.created_at, t.completed_at
        """

    let place: Int64
    let id: StoredID
    let sequence: Int64?
    let intent: StoredID?
    let type: Int64
    let status: Int64
    let amount: Int64
    let currency: Int64
    let fromAccount: Int64?
    let toAccount: Int64?
    let payee: Int64?
    let summary: String?
    let createdAt: Int64?
    let completedAt: Int64?
}

extension HistoryRow: DatabaseValueConvertible, StatementColumnConvertible {
    /// It is no value of one column.
    var databaseValue: DatabaseValue { .null }

    static func fromDatabaseValue(_ value: DatabaseValue) -> HistoryRow? { nil }

    init?(sqliteStatement statement: SQLiteStatement, index: CInt) {
        func number(_ column: CInt) -> Int64? {
            unsafe sqlite3_column_type(statement, column) == SQLITE_NULL
                ? nil : sqlite3_column_int64(statement, column)
        }
        guard let id = unsafe StoredID(sqliteStatement: statement, index: 1) else { return nil }
        unsafe place = sqlite3_column_int64(statement, 0)
        self.id = id
        sequence = number(2)
        intent = unsafe StoredID(sqliteStatement: statement, index: 3)
        unsafe type = sqlite3_column_int64(statement, 4)
        unsafe status = sqlite3_column_int64(statement, 5)
        unsafe amount = sqlite3_column_int64(statement, 6)
        unsafe currency = sqlite3_column_int64(statement, 7)
        fromAccount = number(8)
        toAccount = number(9)
        payee = number(10)
        if let text = unsafe sqlite3_column_text(statement, 11) {
            let bytes = unsafe UnsafeBufferPointer(start: text, count: Int(sqlite3_column_bytes(statement, 11)))
            unsafe summary = String(decoding: bytes, as: UTF8.self)
        } else {
            summary = nil
        }
        createdAt = number(12)
        completedAt = number(13)
    }
}
