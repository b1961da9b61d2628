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

    /// The requests, now and again whenever one of them changes.
    func watchApprovals(at now: @escaping @Sendable () -> Timestamp) -> AsyncValueObservation<[Approval]> {
        watch { try Approval.fetch($0, at: now()) }
    }
}

extension PaymentIntent {
    /// Puts the intent among the requests, if it isn't there already.
    @discardableResult
    func saveToInbox(_ db: Database, at now: Timestamp, cameBy way: ApprovalWay) throws -> Bool {
        try db.execute(
            sql: "INSERT INTO approval (intent_id, first_seen_at, came_by) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
            arguments: [id.rawValue, now.milliseconds, way.rawValue])
        return db.changesCount > 0
    }
}

extension Approval {
    fileprivate static func fetch(_ db: Database, at now: Timestamp) throws -> [Approval] {
        let sql = """
            SELECT document, decision.kind, decision.state
            FROM approval
            JOIN payment_intent ON payment_intent.id = approval.intent_id
            LEFT JOIN decision ON decision.rowid =
                (SELECT max(rowid) FROM decision WHERE intent_id = approval.intent_id)
            ORDER BY first_seen_at DESC, approval.intent_id
            """
        return try Row.fetchAll(db, sql: sql).map { row in
            let intent = try PaymentIntent(stored: row["document"])
            let kind = (row["kind"] as String?).flatMap { DecisionKind(rawValue: $0) }
            let state = (row["state"] as String?).flatMap { DecisionState(rawValue: $0) }
            let decision = kind.flatMap { kind in state.map { (kind: kind, state: $0) } }
            return Approval(
                intent: intent,
                state: State(status: intent.status, decision: decision, expiresAt: intent.expiresAt, now: now))
        }
    }
}
