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
