import FexValues
import GRDB

extension WalletStore {
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
        // At most one row more than the page holds is read.
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

    /// Those of an amount that name no intent, oldest first: found row by row, whatever the indexes say.
    static func fetch(_ db: Database, besideIntentsOf amount: Money) throws -> [LedgerTransaction] {
        let sql = """
            SELECT \(HistoryRow.columns) FROM ledger_transaction AS t NOT INDEXED
            WHERE t.intent_id IS NULL AND t.amount = ? AND t.currency = (SELECT id FROM label WHERE text = ?)
            ORDER BY t.place
            """
        return try fetch(db, sql, [amount.minorUnits, amount.currency.code])
    }

    private static func fetch(
        _ db: Database, _ id: StoredID?, _ sql: String, _ names: LedgerNames? = nil
    ) throws -> [LedgerTransaction] {
        try fetch(db, sql, [id], names)
    }

    private static func fetch(
        _ db: Database, _ sql: String, _ arguments: StatementArguments, _ names: LedgerNames? = nil
    ) throws -> [LedgerTransaction] {
        var labels = try names.map { try LedgerLabels(db, $0) } ?? LedgerLabels(db)
        defer { labels.keep() }
        return try db.rows(sql, arguments) { try LedgerTransaction(HistoryRow($0), &labels) }
    }

    fileprivate init(_ row: HistoryRow, _ labels: inout LedgerLabels) throws {
        let payee = try row.payee.map { try labels.payee($0) }
        self.init(
            id: try row.id.id(), type: TransactionType(rawValue: try labels.text(row.type)),
            status: TransactionStatus(rawValue: try labels.text(row.status)),
            amount: try Money(stored: row.amount, labels.currency(row.currency), "ledger_transaction.amount"),
            fromAccount: try labels.text(row.fromAccount), toAccount: try labels.text(row.toAccount),
            summary: row.summary, intent: try row.intent?.id(), merchant: payee?.merchant, merchantName: payee?.name,
            createdAt: row.createdAt, completedAt: row.completedAt, sequence: row.sequence)
    }
}

extension PaymentRecord {
    /// Everything known of an intent; where nothing is, of a transaction.
    static func fetch(
        _ intent: IntentID?, or transaction: TransactionID?, _ db: Database
    ) throws -> PaymentRecord? {
        var record = try PaymentRecord(of: intent, db)
        guard record.isEmpty else { return record }
        guard let transaction = try LedgerTransaction.fetch(db, transaction) else { return nil }
        record = try PaymentRecord(of: transaction.intent, db)
        // A transaction without an intent is the whole record.
        if record.transactions.isEmpty { record.transactions = [transaction] }
        return record
    }

    /// Reads the same tables whether there is an intent or not: it may be watched before there is one.
    private init(of id: IntentID?, _ db: Database) throws {
        let sql = """
            SELECT document, first_seen_at
            FROM payment_intent LEFT JOIN approval ON approval.intent_id = payment_intent.id WHERE payment_intent.id = ?
            """
        let known = try db.row(sql, [id?.rawValue]) { row in
            (
                intent: try PaymentIntent(stored: row.text(0, "payment_intent.document")),
                firstSeenAt: try row.optionalTime(1, "approval.first_seen_at")
            )
        }
        (intent, firstSeenAt) = (known?.intent, known?.firstSeenAt)
        decisions = try Decision.fetch(
            db, "WHERE decision.intent_id = ? ORDER BY decision.rowid DESC", [id?.rawValue])
        transactions = try LedgerTransaction.fetch(db, of: id)
    }
}

extension MonthTotal {
    static func fetch(_ db: Database) throws -> [MonthTotal] {
        var labels = LedgerLabels(db)
        let sql = """
            SELECT month, type, currency, count, amount
            FROM month_total JOIN label AS unit ON unit.id = currency JOIN label AS kind ON kind.id = type
            WHERE count > 0 ORDER BY month DESC, unit.text, kind.text
            """
        return try db.rows(sql) { row in
            let month = try row.count(0, "month_total.month")
            guard (1...12).contains(month % 100), month < 1_000_000 else {
                throw StorageError.damage("month_total.month")
            }
            let currency = try labels.currency(row.integer(2, "month_total.currency"))
            return MonthTotal(
                year: month / 100, month: month % 100,
                type: TransactionType(rawValue: try labels.text(row.integer(1, "month_total.type"))),
                count: try row.count(3, "month_total.count"),
                amount: try Money(stored: row.integer(4, "month_total.amount"), currency, "month_total.amount"))
        }
    }
}

extension MerchantTotal {
    static func fetch(_ db: Database, limit: Int) throws -> [MerchantTotal] {
        var labels = LedgerLabels(db)
        // A merchant counts once, whatever its names.
        let sql = """
            SELECT max(payee), type, currency, sum(count), sum(amount)
            FROM payee_total LEFT JOIN payee ON payee.id = payee
            WHERE count > 0 GROUP BY merchant_id, type, currency
            ORDER BY 5 DESC, 1, type, currency LIMIT ?
            """
        return try db.rows(sql, [limit]) { row in
            let number = try row.integer(0, "payee_total.payee")
            let payee = number == 0 ? nil : try labels.payee(number)
            let currency = try labels.currency(row.integer(2, "payee_total.currency"))
            return MerchantTotal(
                merchant: payee?.merchant, name: payee?.name,
                type: TransactionType(rawValue: try labels.text(row.integer(1, "payee_total.type"))),
                count: try row.count(3, "payee_total.count"),
                amount: try Money(stored: row.integer(4, "payee_total.amount"), currency, "payee_total.amount"))
        }
    }
}
