import FexValues
import GRDB

extension WalletStore {
    /// The intent as the platform last showed it.
    func loadIntent(_ id: IntentID) async throws -> PaymentIntent? {
        try await readBriefly { try PaymentIntent.load(id, $0) }
    }

    /// Remembers an intent.
    ///
    /// - Parameter isThird: Whether it decides between two answers that contradict each other.
    /// - Returns: Whether it is contradicted by what was told before.
    @discardableResult
    func save(_ intent: PaymentIntent, isThird: Bool = false, at now: Timestamp) async throws -> Bool {
        try await write { db in
            let known = intent.status.isOpen && !isThird ? try PaymentIntent.load(intent.id, db) : nil
            try intent.save(db, isThird: isThird, at: now)
            guard let known, known.isContradicted(by: intent, isSecond: false) else { return false }
            return try Decision.loadStanding(on: intent.id, db) == nil
        }
    }

    /// Which of the requests that a feed tells contradict what was told before.
    ///
    /// - Parameter knownUpTo: How far the feed had been read before: what stands there is told a second time.
    func loadContradicted(_ rows: [FeedRow<PaymentIntent>], knownUpTo: Int) async throws -> [IntentID] {
        try await readBriefly { db in
            try rows.compactMap { row in
                let (id, isSecond) = (row.value.id, row.origin.sequence.map { $0 <= knownUpTo } ?? true)
                guard row.value.status.isOpen || isSecond, let known = try PaymentIntent.load(id, db),
                    known.isContradicted(by: row.value, isSecond: isSecond),
                    try Decision.loadStanding(on: id, db) == nil
                else { return nil }
                return id
            }
        }
    }
}

extension PaymentIntent {
    static func load(_ id: IntentID, _ db: Database) throws -> PaymentIntent? {
        try db.row("SELECT document FROM payment_intent WHERE id = ?", [id.rawValue]) { row in
            try PaymentIntent(stored: row.text(0, "payment_intent.document"))
        }
    }

    init(stored document: String) throws(StorageError) {
        do { try self.init(document: JSON(parsing: document)) } catch { throw .damage("payment_intent.document") }
    }

    /// Answers can overtake each other: what is over never becomes open again, nor what was paid back paid. A status that
    /// nobody knows says neither. One that says what is known writes nothing, and wakes no watcher.
    ///
    /// What this wallet is known to have paid was paid. While a decision on the intent stands, an answer with other terms than
    /// those decided on is not stored: terms never change at the platform, so something else has answered.
    ///
    /// - Parameter isThird: Whether it decides between two answers that contradict each other. Then it may be open again, unless
    ///   this device has decided on it, or the ledger shows its payment.
    /// - Returns: Whether it said something new.
    @discardableResult
    func save(_ db: Database, isThird: Bool = false, at now: Timestamp) throws -> Bool {
        let document = try documentWithKnownMetadata(db)
        try db.executeCached(
            sql: """
                INSERT INTO payment_intent (id, merchant_id, merchant_name, status, expires_at, fetched_at, document)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (id) DO UPDATE SET merchant_id = excluded.merchant_id,
                    merchant_name = excluded.merchant_name, status = excluded.status, expires_at = excluded.expires_at,
                    fetched_at = excluded.fetched_at, document = excluded.document
                WHERE document <> excluded.document AND (NOT \(Self.isOver("status"))
                    OR (? AND NOT EXISTS (SELECT 1 FROM decision WHERE intent_id = excluded.id AND \(Decision.stands))
                        AND NOT EXISTS (SELECT 1 FROM ledger_transaction WHERE intent_id = ?))
                    OR (\(Self.isOver("excluded.status"))
                        AND (status <> 'refunded' OR excluded.status = 'refunded')))
                    AND NOT EXISTS (SELECT 1 FROM decision WHERE intent_id = excluded.id AND \(Decision.stands)
                        AND ((amount, currency, merchant_id) <> (?, ?, excluded.merchant_id)
                            OR decision.state = 'confirmed' AND kind <> 'decline'
                                AND excluded.status NOT IN ('completed', 'refunded')))
                """,
            arguments: [
                id.rawValue, merchantID.rawValue, merchantName, status.rawValue.withoutNUL, expiresAt.milliseconds,
                now.milliseconds, document.text, isThird, StoredID(id), amount.minorUnits, amount.currency.code,
            ])
        guard db.changesCount > 0 else { return false }
        // A payment that was stored without its payee gets the name now.
        try LedgerWriter.write(db) { try $0.name(merchantID, merchantName, of: id) }
        return true
    }

    /// Takes in that this wallet has paid an intent, whatever status was told of it.
    static func notePayment(of id: IntentID, _ db: Database) throws {
        try setStatus(.completed, of: id, where: "status NOT IN ('completed', 'refunded')", db)
    }

    /// Sets the status that an intent is known to have at the platform, which has not shown it.
    static func setStatus(
        _ status: IntentStatus, of id: IntentID, where condition: String = "TRUE", _ db: Database
    ) throws {
        try db.executeCached(
            sql: """
                UPDATE payment_intent SET status = :status,
                    document = json_remove(json_set(document, '$.status', :status), '$.updated_at')
                WHERE id = :id AND \(condition)
                """,
            arguments: ["status": status.rawValue, "id": id.rawValue])
    }

    /// Whether a status is one after which nothing can be decided, in SQL.
    private static func isOver(_ column: String) -> String {
        "\(column) IN (\(IntentStatus.over.map { "'\($0.rawValue)'" }.joined(separator: ", ")))"
    }

    /// The document, with the metadata that another answer has brought where this one leaves them out, as a summary does.
    private func documentWithKnownMetadata(_ db: Database) throws -> JSON {
        guard var object = document.objectValue, object["metadata"] == nil else { return document }
        let sql = "SELECT document -> '$.metadata' FROM payment_intent WHERE id = ?"
        let known = try db.row(sql, [id.rawValue]) { try $0.optionalText(0, "payment_intent.document") }
        guard let text = known ?? nil, let metadata = try? JSON(parsing: text) else { return document }
        object["metadata"] = metadata
        return .object(object)
    }
}
