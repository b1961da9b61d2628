import GRDB

extension WalletStore {
    /// The payment by which this wallet paid an intent, if it did and the ledger has been read so far.
    func loadPayment(of intent: IntentID) async throws -> LedgerTransaction? {
        try await loadTransactions(of: intent).first { $0.type == "payment" }
    }

    /// All that is known of an intent in the ledger, oldest first.
    func loadTransactions(of intent: IntentID) async throws -> [LedgerTransaction] {
        try await read { try LedgerTransaction.fetch($0, of: intent) }
    }

    /// One transaction.
    func loadTransaction(_ id: TransactionID) async throws -> LedgerTransaction? {
        try await read { try LedgerTransaction.fetch($0, id) }
    }

    /// A page of the history, newest first.
    func loadHistory(_ query: HistoryQuery) async throws -> HistoryPage {
        try await read { try HistoryPage.fetch(query, $0) }
    }

    /// A page of the history, now and again whenever it is another.
    func watchHistory(_ query: HistoryQuery) -> AsyncValueObservation<HistoryPage> {
        watch { try HistoryPage.fetch(query, $0) }
    }
}

extension HistoryPage {
    static func fetch(_ query: HistoryQuery, _ db: Database) throws -> HistoryPage {
        var labels = LedgerLabels(db)
        guard let selection = try HistorySelection(query, db, &labels) else { return HistoryPage(entries: []) }
        let rows = try Row.fetchCursor(
            db.cachedStatement(sql: selection.sql), arguments: selection.arguments)
        var page = HistoryPage(entries: [])
        page.entries.reserveCapacity(query.limit)
        var last: Int64 = 0
        while let row = try rows.next() {
            guard page.entries.count < query.limit else {
                page.next = HistoryCursor(place: last)
                break
            }
            last = row[0]
            page.entries.append(try LedgerTransaction(row: row, &labels))
        }
        return page
    }
}

extension LedgerTransaction {
    /// One transaction.
    static func fetch(_ db: Database, _ id: TransactionID) throws -> LedgerTransaction? {
        try fetch(db, StoredID(id), in: "id", "LIMIT 1").first
    }

    /// All of an intent, oldest first.
    static func fetch(_ db: Database, of intent: IntentID) throws -> [LedgerTransaction] {
        try fetch(db, StoredID(intent), in: "intent_id", "").sorted {
            ($0.createdAt, $0.id) < ($1.createdAt, $1.id)
        }
    }

    private static func fetch(
        _ db: Database, _ id: StoredID, in column: String, _ end: String
    ) throws -> [LedgerTransaction] {
        var labels = LedgerLabels(db)
        let index = column == "id" ? "by_id" : "by_intent"
        let sql = """
            \(LedgerPeriods.all) SELECT \(HistorySelection.columns) FROM period CROSS JOIN ledger_transaction AS t
                INDEXED BY ledger_transaction_\(index) ON t.\(LedgerPeriods.ofPlace) = number AND t.\(column) = ? \(end)
            """
        let rows = try Row.fetchCursor(db.cachedStatement(sql: sql), arguments: [id])
        var transactions: [LedgerTransaction] = []
        while let row = try rows.next() { transactions.append(try LedgerTransaction(row: row, &labels)) }
        return transactions
    }

    /// A transaction from a row of ``HistorySelection/columns``.
    init(row: Row, _ labels: inout LedgerLabels) throws {
        let place: Int64 = row[0]
        let payee = try (row[10] as Int64?).map { try labels.payee($0) }
        self.init(
            id: try (row[1] as StoredID).id(), type: try labels.text(row[4]), status: try labels.text(row[5]),
            amount: try Money(minorUnits: row[6], currency: labels.currency(row[7])),
            fromAccount: try labels.text(row[8]), toAccount: try labels.text(row[9]), summary: row[11],
            intent: try (row[3] as StoredID?)?.id(), merchant: payee?.merchant, merchantName: payee?.name,
            createdAt: Timestamp(milliseconds: row[12] ?? place >> 4),
            completedAt: (row[13] as Int64?).map { Timestamp(milliseconds: $0) }, sequence: row[2])
    }
}
