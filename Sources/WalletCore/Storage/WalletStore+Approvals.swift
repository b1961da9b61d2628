import GRDB

extension WalletStore {
    /// Stores one request that was fetched because of a hint.
    ///
    /// - Returns: Whether it is new on this device.
    func saveApproval(_ intent: PaymentIntent, cameBy way: ApprovalWay, at now: Timestamp) async throws -> Bool {
        try await write { db in
            try intent.save(db, at: now)
            return try intent.saveToInbox(db, at: now, cameBy: way)
        }
    }

    /// Every request this device was ever asked, newest first.
    ///
    /// - Parameter now: The platform's time, by which requests expire.
    func loadApprovals(at now: Timestamp) async throws -> [Approval] {
        try await read { try Approval.fetch($0, at: now) }
    }

    /// One request.
    func loadApproval(_ intent: IntentID, at now: Timestamp) async throws -> Approval? {
        try await read { try Approval.fetch($0, "WHERE approval.intent_id = ?", [intent.rawValue], at: now).first }
    }

    /// The requests that are not over, newest first.
    func loadOpenApprovals(at now: Timestamp) async throws -> [Approval] {
        try await read { try Approval.fetchOpen($0, at: now) }
    }

    /// The requests that are not over, now and again whenever that changes.
    func watchOpenApprovals(at now: @escaping @Sendable () -> Timestamp) -> AsyncValueObservation<[Approval]> {
        watch { try Approval.fetchOpen($0, at: now()) }
    }
}

extension PaymentIntent {
    /// Puts the intent among the requests, if it isn't there already.
    @discardableResult
    func saveToInbox(_ db: Database, at now: Timestamp, cameBy way: ApprovalWay) throws -> Bool {
        try db.execute(
            sql: """
                INSERT INTO approval (intent_id, first_seen_at, came_by, first_amount, first_currency, first_merchant_id)
                VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
                """,
            arguments: [
                id.rawValue, now.milliseconds, way.rawValue, amount.minorUnits, amount.currency.code,
                merchantID.rawValue,
            ])
        return db.changesCount > 0
    }
}

extension Approval {
    fileprivate static func fetchOpen(_ db: Database, at now: Timestamp) throws -> [Approval] {
        let isOpen = "WHERE payment_intent.status IN ('pending', 'pending_approval')"
        return try fetch(db, isOpen, at: now).filter { $0.state == .pending || $0.state == .answered }
    }

    fileprivate static func fetch(
        _ db: Database, _ condition: String = "", _ arguments: StatementArguments = [], at now: Timestamp
    ) throws -> [Approval] {
        let sql = """
            SELECT approval.*, document, decision.kind, decision.state
            FROM approval
            JOIN payment_intent ON payment_intent.id = approval.intent_id
            LEFT JOIN decision ON decision.rowid =
                (SELECT max(rowid) FROM decision WHERE intent_id = approval.intent_id)
            \(condition)
            ORDER BY first_seen_at DESC, approval.intent_id
            """
        var approvals = try Row.fetchAll(db, sql: sql, arguments: arguments).map { try Approval(row: $0, at: now) }
        markRepeats(in: &approvals)
        return approvals
    }

    private init(row: Row, at now: Timestamp) throws {
        intent = try PaymentIntent(stored: row["document"])
        let kind = (row["kind"] as String?).flatMap { DecisionKind(rawValue: $0) }
        let state = (row["state"] as String?).flatMap { DecisionState(rawValue: $0) }
        let decision = kind.flatMap { kind in state.map { (kind: kind, state: $0) } }
        self.state = State(status: intent.status, decision: decision, expiresAt: intent.expiresAt, now: now)
        firstSeenAt = row.timestamp("first_seen_at")
        if row["first_amount"] as Int64? != nil {
            let first = Terms(
                intent: intent.id, amount: try row.money("first_amount", "first_currency"),
                merchant: try row.id("first_merchant_id"))
            changedFrom = first == intent.terms ? nil : first
        }
    }
}
