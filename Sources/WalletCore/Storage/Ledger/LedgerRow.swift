import FexValues

/// What is written of a transaction: numbers where texts repeat.
struct LedgerRow: Equatable {
    var sequence: Int?
    var intent: StoredID?
    var type: Int64
    var status: Int64
    var amount: Int64
    var currency: Int64
    var fromAccount: Int64?
    var toAccount: Int64?
    var payee: Int64?
    var summary: String?
    var createdAt: Int64
    var completedAt: Int64?
}

/// A row that is there already, and where.
@dynamicMemberLookup
struct KnownLedgerRow {
    let rowID: Int64
    let row: LedgerRow

    init(_ known: HistoryRow) {
        rowID = known.rowID
        row = LedgerRow(
            sequence: known.sequence, intent: known.intent, type: known.type, status: known.status,
            amount: known.amount, currency: known.currency, fromAccount: known.fromAccount,
            toAccount: known.toAccount, payee: known.payee, summary: known.summary,
            createdAt: known.createdAt.milliseconds, completedAt: known.completedAt?.milliseconds)
    }

    subscript<Value>(dynamicMember path: KeyPath<LedgerRow, Value>) -> Value { row[keyPath: path] }
}

/// A row of the ledger as the history reads it: all columns at once, straight from SQLite.
///
/// Through GRDB's rows a page takes three times as long.
struct HistoryRow {
    /// What it is read by.
    static let columns = """
        t.place, t.id, t.sequence, t.intent_id, t.type, t.status, t.amount, t.currency, t.from_account, t.to_account,
        t.payee, t.description, t.created_at, t.completed_at
        """

    let rowID: Int64
    let id: StoredID
    let sequence: Int?
    let intent: StoredID?
    let type: Int64
    let status: Int64
    let amount: Int64
    let currency: Int64
    let fromAccount: Int64?
    let toAccount: Int64?
    let payee: Int64?
    let summary: String?
    let createdAt: Timestamp
    let completedAt: Timestamp?

    init(_ row: StoredRow) throws(StorageError) {
        rowID = try row.integer(0, "ledger_transaction.place")
        id = try row.storedID(1, "ledger_transaction.id")
        sequence = try row.optionalInteger(2, "ledger_transaction.sequence").map { Int($0) }
        intent = try row.optionalStoredID(3, "ledger_transaction.intent_id")
        type = try row.integer(4, "ledger_transaction.type")
        status = try row.integer(5, "ledger_transaction.status")
        amount = try row.integer(6, "ledger_transaction.amount")
        currency = try row.integer(7, "ledger_transaction.currency")
        fromAccount = try row.optionalInteger(8, "ledger_transaction.from_account")
        toAccount = try row.optionalInteger(9, "ledger_transaction.to_account")
        payee = try row.optionalInteger(10, "ledger_transaction.payee")
        summary = try row.optionalText(11, "ledger_transaction.description")
        let timeOfRowID = Timestamp(milliseconds: rowID >> 4)
        guard rowID >= 0, Timestamp.storable.contains(timeOfRowID) else { throw .damage("ledger_transaction.place") }
        createdAt = try row.optionalTime(12, "ledger_transaction.created_at") ?? timeOfRowID
        completedAt = try row.optionalTime(13, "ledger_transaction.completed_at")
    }
}
