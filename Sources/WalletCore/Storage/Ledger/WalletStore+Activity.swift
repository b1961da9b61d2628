import FexValues
import GRDB

extension WalletStore {
    /// The payment by which this wallet paid an intent, if it did and the ledger has been read so far.
    func loadPayment(of intent: IntentID) async throws -> LedgerTransaction? {
        try await loadTransactions(of: intent).first { $0.type == "payment" }
    }

    /// Looks through the ledger row by row, so that nothing is called unpaid because an index lacks it.
    ///
    /// - Throws: ``StorageError`` if there is more of an intent than its index says.
    func checkIndex(of intent: IntentID) async throws {
        try await read { db in
            let known = try LedgerTransaction.fetch(db, of: intent).count
            let sql = "SELECT count(*) FROM ledger_transaction NOT INDEXED WHERE intent_id = ?"
            guard try db.row(sql, [StoredID(intent)], { try $0.count(0, "ledger_transaction") }) == known else {
                throw StorageError.damage("ledger_transaction.intent_id")
            }
        }
    }

    /// All that is known of an intent in the ledger, oldest first.
    func loadTransactions(of intent: IntentID) async throws -> [LedgerTransaction] {
        try await readBriefly { try LedgerTransaction.fetch($0, of: intent) }
    }

    /// One transaction.
    func loadTransaction(_ id: TransactionID) async throws -> LedgerTransaction? {
        try await readBriefly { [names] db in try LedgerTransaction.fetch(db, id, names) }
    }

    /// A page of the history, newest first.
    func loadHistory(_ query: HistoryQuery) async throws -> HistoryPage {
        try await readBriefly { [names] db in try HistoryPage.fetch(query, db, names) }
    }

    /// A page of the history, now and again whenever it is another.
    func watchHistory(_ query: HistoryQuery) -> StoreValues<HistoryPage> {
        watch { [names] db in try HistoryPage.fetch(query, db, names) }
    }
}

extension HistoryPage {
    static func fetch(_ query: HistoryQuery, _ db: Database, _ names: LedgerNames) throws -> HistoryPage {
        var labels = try LedgerLabels(db, names)
        defer { labels.keep() }
        guard let selection = try HistorySelection(query, db, &labels) else { return HistoryPage(entries: []) }
        var page = HistoryPage(entries: [])
        page.entries.reserveCapacity(query.limit)
        var last: Int64 = 0
        // There is at most one row more than the page has.
        try db.eachRow(selection.sql, selection.arguments) { stored in
            guard page.entries.count < query.limit else {
                page.next = HistoryCursor(rowID: last)
                return
            }
            let row = try HistoryRow(stored)
            last = row.rowID
            page.entries.append(try LedgerTransaction(row, &labels))
        }
        return page
    }
}

extension LedgerTransaction {
    private static let byID = "SELECT \(HistoryRow.columns) FROM ledger_transaction AS t WHERE t.id = ?"
    private static let ofIntent = """
        SELECT \(HistoryRow.columns) FROM ledger_transaction AS t WHERE t.intent_id = ? ORDER BY t.place
        """

    /// One transaction; none where there is no id.
    static func fetch(
        _ db: Database, _ id: TransactionID?, _ names: LedgerNames? = nil
    ) throws -> LedgerTransaction? {
        try fetch(db, id.map { StoredID($0) }, byID, names).first
    }

    /// All of an intent, oldest first.
    static func fetch(_ db: Database, of intent: IntentID?) throws -> [LedgerTransaction] {
        try fetch(db, intent.map { StoredID($0) }, ofIntent)
    }

    private static func fetch(
        _ db: Database, _ id: StoredID?, _ sql: String, _ names: LedgerNames? = nil
    ) throws -> [LedgerTransaction] {
        var labels = try names.map { try LedgerLabels(db, $0) } ?? LedgerLabels(db)
        defer { labels.keep() }
        return try db.rows(sql, [id]) { try LedgerTransaction(HistoryRow($0), &labels) }
    }

    fileprivate init(_ row: HistoryRow, _ labels: inout LedgerLabels) throws {
        let payee = try row.payee.map { try labels.payee($0) }
        self.init(
            id: try row.id.id(), type: try labels.text(row.type), status: try labels.text(row.status),
            amount: try Money(stored: row.amount, labels.currency(row.currency), "ledger_transaction.amount"),
            fromAccount: try labels.text(row.fromAccount), toAccount: try labels.text(row.toAccount),
            summary: row.summary, intent: try row.intent?.id(), merchant: payee?.merchant, merchantName: payee?.name,
            createdAt: row.createdAt, completedAt: row.completedAt, sequence: row.sequence)
    }
}
