import GRDB

extension WalletStore {
    /// The payment by which this wallet paid an intent, if it did and the ledger has been read so far.
    func loadPayment(of intent: IntentID) async throws -> LedgerTransaction? {
        try await read { db in
            let sql = "SELECT * FROM ledger_transaction WHERE intent_id = ? AND type = 'payment'"
            let row = try Row.fetchOne(db.cachedStatement(sql: sql), arguments: [intent.rawValue])
            return try row.map { try LedgerTransaction(row: $0) }
        }
    }

    /// A page of the history, newest first.
    func loadHistory(_ query: HistoryQuery) async throws -> HistoryPage {
        try await read { db in
            let (condition, arguments) = query.condition
            let sql = """
                SELECT ledger_transaction.*, payment_intent.merchant_name, payment_intent.merchant_id
                FROM ledger_transaction LEFT JOIN payment_intent ON payment_intent.id = ledger_transaction.intent_id
                WHERE \(condition)
                ORDER BY ledger_transaction.created_at DESC, ledger_transaction.id DESC LIMIT ?
                """
            let rows = try Row.fetchAll(db.cachedStatement(sql: sql), arguments: arguments + [query.limit + 1])
            let entries = try rows.prefix(query.limit).map { row in
                HistoryEntry(transaction: try LedgerTransaction(row: row), merchantName: row["merchant_name"])
            }
            let next = rows.count > query.limit ? entries.last.map { HistoryCursor(after: $0.transaction) } : nil
            return HistoryPage(entries: entries, next: next)
        }
    }

    /// One transaction.
    func loadTransaction(_ id: TransactionID) async throws -> LedgerTransaction? {
        try await read { db in
            try Row.fetchOne(
                db.cachedStatement(sql: "SELECT * FROM ledger_transaction WHERE id = ?"), arguments: [id.rawValue]
            )
            .map { try LedgerTransaction(row: $0) }
        }
    }
}

extension HistoryQuery {
    fileprivate var condition: (sql: String, arguments: StatementArguments) {
        var conditions = ["1"]
        var arguments = StatementArguments()
        func add(_ condition: String, _ value: some DatabaseValueConvertible) {
            conditions.append(condition)
            arguments += [value]
        }
        if let after {
            conditions.append("(ledger_transaction.created_at, ledger_transaction.id) < (?, ?)")
            arguments += [after.createdAt.milliseconds, after.id.rawValue]
        }
        if let status { add("ledger_transaction.status = ?", status) }
        if let merchant { add("payment_intent.merchant_id = ?", merchant.rawValue) }
        if let since { add("ledger_transaction.created_at >= ?", since.milliseconds) }
        if let until { add("ledger_transaction.created_at < ?", until.milliseconds) }
        return (conditions.joined(separator: " AND "), arguments)
    }
}

extension LedgerTransaction {
    fileprivate init(row: Row) throws {
        self.init(
            id: try row.id("id"), type: row["type"], status: row["status"], amount: try row.money("amount"),
            fromAccount: row["from_account"], toAccount: row["to_account"], summary: row["description"],
            intent: row.optionalID("intent_id"), createdAt: row.timestamp("created_at"),
            completedAt: row.optionalTimestamp("completed_at"), sequence: row["sequence"])
    }

    /// A change that is older than what is known changes nothing.
    func save(_ db: Database) throws {
        try db.executeCached(
            sql: """
                INSERT INTO ledger_transaction (id, sequence, intent_id, type, status, amount, currency, from_account,
                    to_account, description, created_at, completed_at)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (id) DO UPDATE SET sequence = excluded.sequence, intent_id = excluded.intent_id,
                    type = excluded.type, status = excluded.status, amount = excluded.amount,
                    currency = excluded.currency, from_account = excluded.from_account,
                    to_account = excluded.to_account, description = excluded.description,
                    created_at = excluded.created_at, completed_at = excluded.completed_at
                WHERE excluded.sequence IS NOT NULL AND excluded.sequence >= coalesce(sequence, 0)
                """,
            arguments: [
                id.rawValue, sequence, intent?.rawValue, type, status, amount.minorUnits, amount.currency.code,
                fromAccount, toAccount, summary, createdAt.milliseconds, completedAt?.milliseconds,
            ])
    }
}
