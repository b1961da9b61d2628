import FexValues
import GRDB

/// Writes transactions into the ledger, within one transaction of the database.
struct LedgerWriter {
    private let db: Database
    private var labels: LedgerLabels
    private var text: LedgerText
    private var insertion: BoundStatement?
    /// The words of merchants' names: few names, many payments.
    private var nameWords: [Int64: [String]] = [:]

    private init(_ db: Database) {
        self.db = db
        labels = LedgerLabels(db)
        text = LedgerText(db)
    }

    /// Writes rows, and after them their words.
    static func write<Value>(_ db: Database, _ body: (inout LedgerWriter) throws -> Value) throws -> Value {
        var writer = LedgerWriter(db)
        let value = try body(&writer)
        try writer.text.write()
        return value
    }

    /// Writes one transaction down; an older change than is known changes nothing, unless numbers began anew (`isReread`).
    ///
    /// - Parameter knownUpTo: How far the feed had been read before it was asked for this: what is known up to there was told
    ///   by an earlier answer, whichever number it gave.
    /// - Returns: Whether it said something new.
    /// - Throws: ``MalformedDocument`` where it contradicts what is known: what was moved, when and for what, never changes.
    @discardableResult
    mutating func save(
        _ transaction: LedgerTransaction, isReread: Bool = false, knownUpTo: Int? = nil
    ) throws -> Bool {
        guard try record(transaction, isReread: isReread, knownUpTo: knownUpTo) else { return false }
        if let intent = transaction.intent, transaction.tellsOfRefund { try noteRefund(of: intent, by: transaction) }
        return true
    }

    /// An intent that was paid back is not shown by the platform again: the ledger is what tells of it, and when.
    private func noteRefund(of id: IntentID, by transaction: LedgerTransaction) throws {
        guard let intent = try PaymentIntent.load(id, db), intent.status == .completed,
            intent.amount.currency == transaction.amount.currency
        else { return }
        guard try transaction.type != .refund || refunded(of: id) >= intent.amount.minorUnits else { return }
        try PaymentIntent.setStatus(.refunded, of: id, db)
    }

    /// An intent whose refund was told wrongly was not paid back.
    private func undoRefund(of id: IntentID) throws {
        guard let intent = try PaymentIntent.load(id, db), intent.status == .refunded,
            try refunded(of: id) < intent.amount.minorUnits,
            try !LedgerTransaction.fetch(db, of: id).contains(where: { $0.type == .payment && $0.status == .refunded })
        else { return }
        try PaymentIntent.setStatus(.completed, of: id, db)
    }

    /// How much of an intent was paid back.
    private func refunded(of id: IntentID) throws -> Int64 {
        let sql = """
            SELECT sum(amount) FROM ledger_transaction INDEXED BY ledger_transaction_of_intent
            WHERE intent_id = ? AND type = \(LedgerLabels.refund) AND status = \(LedgerLabels.completed)
            """
        return try db.row(sql, [StoredID(id)]) { try $0.optionalInteger(0, "ledger_transaction.amount") ?? 0 } ?? 0
    }

    private mutating func record(
        _ transaction: LedgerTransaction, isReread: Bool, knownUpTo: Int?
    ) throws -> Bool {
        var row = try row(of: transaction)
        if try insert(row, transaction.id, at: row.createdAt << 4) { return true }
        guard let known = try load(transaction.id) else {
            let place = try freePlace(at: row.createdAt)
            // An index may lack what the table has: then it is no new one.
            guard try !isThere(transaction.id, between: row.createdAt << 4, and: place) else {
                throw StorageError.damage("ledger_transaction.id")
            }
            guard try insert(row, transaction.id, at: place) else {
                throw StorageError("the ledger has no place for a transaction")
            }
            return true
        }
        guard (known.type, known.amount, known.currency) == (row.type, row.amount, row.currency),
            known.createdAt == row.createdAt, known.intent == nil || row.intent == nil || known.intent == row.intent
        else { throw Self.contradiction(of: transaction) }
        let isToldLater = row.sequence != nil && knownUpTo.map { known.sequence ?? 0 <= $0 } == true
        let isNewer =
            isReread || isToldLater || row.sequence.map { $0 >= known.sequence ?? 0 } ?? (known.sequence == nil)
        guard isNewer else { return false }
        if (row.status, row.fromAccount) != (known.status, known.fromAccount) {
            try keepPayment(LedgerTransaction.fetch(db, transaction.id), from: transaction)
        }
        row.payee = row.payee ?? known.payee
        row.intent = row.intent ?? known.intent
        guard row != known.row else { return false }
        if (row.payee, row.summary) != (known.payee, known.summary) {
            try unindex(known.row, at: known.rowID)
            try index(row, at: known.rowID)
        }
        try db.executeCached(
            sql: """
                UPDATE ledger_transaction SET sequence = ?, intent_id = ?, status = ?, from_account = ?, to_account = ?,
                    payee = ?, description = ?, completed_at = ? WHERE place = ?
                """,
            arguments: [
                row.sequence, row.intent, row.status, row.fromAccount, row.toAccount, row.payee, row.summary,
                row.completedAt, known.rowID,
            ])
        return true
    }

    private static func contradiction(of transaction: LedgerTransaction) -> MalformedDocument {
        MalformedDocument(
            field: "transaction", problem: "\(transaction.id) is not what it was: a movement of money never changes")
    }

    /// Sees to it that the payment by which a decision was confirmed stays one.
    private func keepPayment(_ known: LedgerTransaction?, from transaction: LedgerTransaction) throws {
        guard let known, let terms = try Decision.loadConfirmed(by: known, db)?.terms else { return }
        let wallet = try Account.load(db)?.wallet
        guard !known.isPayment(of: terms, by: wallet) || transaction.isPayment(of: terms, by: wallet) else {
            throw Self.contradiction(of: transaction)
        }
    }

    /// Writes a transaction down in the place of what was told of it wrongly.
    ///
    /// - Throws: ``MalformedDocument`` where that was the payment by which a decision was confirmed.
    mutating func replace(with transaction: LedgerTransaction) throws -> Bool {
        var transaction = transaction
        if let known = try LedgerTransaction.fetch(db, transaction.id) {
            try keepPayment(known, from: transaction)
            transaction.sequence = transaction.sequence ?? known.sequence
            try remove(known)
        }
        return try save(transaction)
    }

    /// Removes a transaction that was told wrongly.
    mutating func remove(_ transaction: LedgerTransaction) throws {
        guard let known = try load(transaction.id) else { return }
        try unindex(known.row, at: known.rowID)
        for table in ["ledger_doubt", "ledger_transaction"] {
            try db.executeCached(sql: "DELETE FROM \(table) WHERE place = ?", arguments: [known.rowID])
        }
        if let intent = transaction.intent, transaction.tellsOfRefund { try undoRefund(of: intent) }
    }

    /// Names the merchant of the transactions of an intent that did not say whose they are.
    mutating func name(_ merchant: MerchantID, _ name: String?, of intent: IntentID) throws {
        let sql = """
            SELECT place, description FROM ledger_transaction INDEXED BY ledger_transaction_of_intent
            WHERE intent_id = ? AND payee IS NULL
            """
        let found = try db.rows(sql, [StoredID(intent)]) { row in
            (
                rowID: try row.integer(0, "ledger_transaction.place"),
                summary: try row.optionalText(1, "ledger_transaction.description")
            )
        }
        guard !found.isEmpty else { return }
        let payee = try labels.add(merchant, name: name)
        for (rowID, summary) in found {
            try unindex(summary, payee: nil, at: rowID)
            try index(summary, payee: payee, at: rowID)
            try db.executeCached(
                sql: "UPDATE ledger_transaction SET payee = ? WHERE place = ?", arguments: [payee, rowID])
        }
    }

    /// Takes note that the other transactions of an intent may have changed.
    ///
    /// - Returns: Which those are.
    func doubt(_ intent: IntentID, but transaction: TransactionID) throws -> Set<TransactionID> {
        let sql = """
            SELECT place, id FROM ledger_transaction INDEXED BY ledger_transaction_of_intent
            WHERE intent_id = ? AND id <> ?
            """
        let others = try db.rows(sql, [StoredID(intent), StoredID(transaction)]) { row in
            (
                rowID: try row.integer(0, "ledger_transaction.place"),
                id: try row.storedID(1, "ledger_transaction.id").id() as TransactionID
            )
        }
        for other in others {
            try db.executeCached(
                sql: "INSERT OR IGNORE INTO ledger_doubt (place) VALUES (?)", arguments: [other.rowID])
        }
        return Set(others.map(\.id))
    }

    /// Takes note that a transaction has been looked at.
    func settle(_ transaction: TransactionID) throws {
        // The table holds few rows, if any.
        let sql = """
            DELETE FROM ledger_doubt WHERE place =
                (SELECT place FROM ledger_doubt CROSS JOIN ledger_transaction USING (place) WHERE id = ?)
            """
        try db.executeCached(sql: sql, arguments: [StoredID(transaction)])
    }

    // MARK: - Rows

    private mutating func row(of transaction: LedgerTransaction) throws -> LedgerRow {
        LedgerRow(
            sequence: transaction.sequence, intent: transaction.intent.map { StoredID($0) },
            type: try labels.add(transaction.type.rawValue), status: try labels.add(transaction.status.rawValue),
            amount: transaction.amount.minorUnits, currency: try labels.add(transaction.amount.currency.code),
            fromAccount: try transaction.fromAccount.map { try labels.add($0) },
            toAccount: try transaction.toAccount.map { try labels.add($0) }, payee: try payee(of: transaction),
            summary: transaction.summary, createdAt: transaction.createdAt.milliseconds,
            completedAt: transaction.completedAt?.milliseconds)
    }

    /// Whose it is by what it says itself, else by what is known of its intent.
    private mutating func payee(of transaction: LedgerTransaction) throws -> Int64? {
        if let merchant = transaction.merchant { return try labels.add(merchant, name: transaction.merchantName) }
        guard let intent = transaction.intent else { return nil }
        let sql = "SELECT merchant_id, merchant_name FROM payment_intent WHERE id = ?"
        let known = try db.row(sql, [intent.rawValue]) { row in
            (
                merchant: try row.id(0, "payment_intent.merchant_id") as MerchantID,
                name: try row.optionalText(1, "payment_intent.merchant_name")
            )
        }
        return try known.map { try labels.add($0.merchant, name: $0.name) }
    }

    private func load(_ id: TransactionID) throws -> KnownLedgerRow? {
        let sql = """
            SELECT \(HistoryRow.columns) FROM ledger_transaction AS t WHERE t.id = ?
            """
        return try db.row(sql, [StoredID(id)]) { KnownLedgerRow(try HistoryRow($0)) }
    }

    /// Writes a row, unless its id or its place is there already.
    private mutating func insert(_ row: LedgerRow, _ id: TransactionID, at rowID: Int64) throws -> Bool {
        let statement = try insertion ?? BoundStatement(db, sql: Self.insertion)
        insertion = statement
        statement.bind(rowID, at: 1)
        statement.bind(StoredID(id), at: 2)
        statement.bind(row.sequence.map { Int64($0) }, at: 3)
        statement.bind(row.intent, at: 4)
        statement.bind(row.type, at: 5)
        statement.bind(row.status, at: 6)
        statement.bind(row.amount, at: 7)
        statement.bind(row.currency, at: 8)
        statement.bind(row.fromAccount, at: 9)
        statement.bind(row.toAccount, at: 10)
        statement.bind(row.payee, at: 11)
        statement.bind(row.summary, at: 12)
        statement.bind(rowID >> 4 == row.createdAt ? nil : row.createdAt, at: 13)
        statement.bind(row.completedAt, at: 14)
        try statement.execute()
        guard db.changesCount > 0 else { return false }
        try index(row, at: rowID)
        return true
    }

    private static let insertion = """
        INSERT INTO ledger_transaction (place, id, sequence, intent_id, type, status, amount, currency, from_account,
            to_account, payee, description, created_at, completed_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
        """

    /// A place of a millisecond that nothing has; of a later one where all are taken.
    private func freePlace(at milliseconds: Int64) throws -> Int64 {
        let first = milliseconds << 4
        var count: Int64 = 16
        while true {
            let sql = "SELECT max(place) FROM ledger_transaction WHERE place >= ? AND place < ?"
            let last = try db.row(sql, [first, first + count]) { try $0.optionalInteger(0, "ledger_transaction.place") }
            guard let last = last ?? nil else { return first }
            if last < first + count - 1 { return last + 1 }
            count *= 2
        }
    }

    /// Whether a transaction is there, by the table alone.
    private func isThere(_ id: TransactionID, between first: Int64, and end: Int64) throws -> Bool {
        let sql =
            "SELECT EXISTS (SELECT 1 FROM ledger_transaction NOT INDEXED WHERE place >= ? AND place < ? AND id = ?)"
        return try db.row(sql, [first, end, StoredID(id)]) { try $0.flag(0, "ledger_transaction.id") } ?? false
    }

    // MARK: - Words

    private mutating func index(_ row: LedgerRow, at rowID: Int64) throws {
        try index(row.summary, payee: row.payee, at: rowID)
    }

    private mutating func index(_ summary: String?, payee: Int64?, at rowID: Int64) throws {
        try text.add(try searchWords(summary, payee: payee), at: rowID)
    }

    private mutating func unindex(_ row: LedgerRow, at rowID: Int64) throws {
        try unindex(row.summary, payee: row.payee, at: rowID)
    }

    private mutating func unindex(_ summary: String?, payee: Int64?, at rowID: Int64) throws {
        try text.remove(try searchWords(summary, payee: payee), at: rowID)
    }

    private mutating func searchWords(_ summary: String?, payee: Int64?) throws -> [String] {
        let ofSummary = summary.map { SearchWords($0).all } ?? []
        guard let payee else { return ofSummary }
        if let known = nameWords[payee] { return known + ofSummary }
        let ofName = try labels.payee(payee).name.map { SearchWords($0).all } ?? []
        nameWords[payee] = ofName
        return ofName + ofSummary
    }

    /// Whether the words of all rows were found by the rules of this version.
    static func isIndexCurrent(_ db: Database) throws -> Bool {
        let version = try db.row("SELECT text_version FROM ledger_state") {
            try $0.integer(0, "ledger_state.text_version")
        }
        return version == Int64(SearchWords.version)
    }

    /// Finds the words of every row anew, where they were found by other rules.
    static func refreshIndex(_ db: Database) throws {
        guard try !isIndexCurrent(db) else { return }
        try db.execute(
            sql: "INSERT INTO ledger_text (ledger_text) VALUES ('delete-all'); DELETE FROM ledger_word;")
        try write(db) { ledger in
            try db.eachRow("SELECT place, description, payee FROM ledger_transaction") { row in
                try ledger.index(
                    row.optionalText(1, "ledger_transaction.description"),
                    payee: row.optionalInteger(2, "ledger_transaction.payee"),
                    at: row.integer(0, "ledger_transaction.place"))
            }
        }
        try db.execute(sql: "UPDATE ledger_state SET text_version = ?", arguments: [SearchWords.version])
    }
}

extension LedgerTransaction {
    /// Whether money has come back, all or a part.
    fileprivate var tellsOfRefund: Bool {
        (type == .refund && status == .completed) || (type == .payment && status == .refunded)
    }

    /// Writes a transaction down that was found to be the payment of these terms. If the ledger has it with other contents,
    /// they were told wrongly; if it contradicts the ledger otherwise, it is let go.
    func save(asPaymentOf terms: Terms, _ db: Database) throws {
        let wallet = try Account.load(db)?.wallet
        try LedgerWriter.write(db) { ledger in
            if isPayment(of: terms, by: wallet), let known = try LedgerTransaction.fetch(db, id),
                !known.isPayment(of: terms, by: wallet)
            {
                _ = try ledger.replace(with: self)
            } else {
                do { try ledger.save(self) } catch is MalformedDocument {}
            }
        }
    }
}
