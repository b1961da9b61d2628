import FexValues
import GRDB

extension WalletStore {
    /// Stores one request that was fetched because of a hint.
    ///
    /// - Parameter whereFeedWasRead: Whether the feed had been read when the request was fetched.
    /// - Returns: Whether it is new on this device; `nil` if nothing was stored, because the feed has begun since: it tells
    ///   only of what was open then, so that of one that was over by then nothing would ever be heard again.
    func saveApproval(
        _ intent: PaymentIntent, cameBy way: ApprovalSource, whereFeedWasRead: Bool = true, at now: Timestamp
    ) async throws -> Bool? {
        try await writeBriefly { db in
            if !whereFeedWasRead, try FeedCursor.load(db, in: .approvals) != nil { return nil }
            try intent.save(db, at: now)
            return try intent.saveToInbox(db, at: now, cameBy: way)
        }
    }

    /// Every request that is kept on this device, newest first.
    ///
    /// - Parameter now: The platform's time, by which requests expire.
    func loadApprovals(at now: Timestamp) async throws -> [ApprovalRequest] {
        try await read { try StoredApproval.fetch($0, where: "TRUE", at: now).read(at: now) }
    }

    /// One request.
    func loadApproval(_ intent: IntentID, at now: Timestamp) async throws -> ApprovalRequest? {
        try await read { db in
            try StoredApproval.fetch(
                db, where: "approval.intent_id = :intent", ["intent": intent.rawValue], at: now
            ).read(at: now).first
        }
    }

    /// The requests that are not over, newest first.
    func loadOpenApprovals(at now: Timestamp) async throws -> [ApprovalRequest] {
        try await read { try StoredApproval.fetch($0, where: StoredApproval.isOpen, at: now).read(at: now) }
    }

    /// The requests of which nobody has said that they are over, though by the clock they may be; newest first.
    func loadApprovalsNotSaidToBeOver(at now: Timestamp) async throws -> [ApprovalRequest] {
        try await read { try StoredApproval.fetch($0, where: "approval.open_until IS NOT NULL", at: now).read(at: now) }
    }

    /// The newest of the requests that are not said to be over, and that the feed has never named: events told of them.
    func loadApprovalsNotNamedByFeed() async throws -> [IntentID] {
        try await readBriefly { db in
            let sql = """
                SELECT intent_id FROM approval
                WHERE open_until < \(StoredApproval.endless) AND came_by <> ? ORDER BY rowid DESC LIMIT 20
                """
            return try db.rows(sql, [ApprovalSource.feed.rawValue]) { try $0.id(0, "approval.intent_id") }
        }
    }

    /// Whether some request is not over.
    func hasOpenApprovals(at now: Timestamp) async throws -> Bool {
        try await read { try StoredApproval.isAnyOpen($0, at: now) }
    }

    /// Whether some request is not over, now and again whenever that changes.
    func watchHasOpenApprovals(at now: @escaping @Sendable () -> Timestamp) -> StoreValues<Bool> {
        watch { try StoredApproval.isAnyOpen($0, at: now()) }
    }
}

extension PaymentIntent {
    /// Puts the intent among the requests. Of one that is there already it notes no more than that the feed has named it.
    @discardableResult
    func saveToInbox(_ db: Database, at now: Timestamp, cameBy way: ApprovalSource) throws -> Bool {
        try db.executeCached(
            sql: """
                INSERT INTO approval (intent_id, first_seen_at, came_by, first_amount, first_currency, first_merchant_id)
                VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
                """,
            arguments: [
                id.rawValue, now.milliseconds, way.rawValue, amount.minorUnits, amount.currency.code,
                merchantID.rawValue,
            ])
        guard db.changesCount > 0 else {
            guard way == .feed else { return false }
            try db.executeCached(
                sql: "UPDATE approval SET came_by = :way WHERE intent_id = :intent AND came_by <> :way",
                arguments: ["way": way.rawValue, "intent": id.rawValue])
            return false
        }
        if db.lastInsertedRowID % PastApprovals.batch == 0 { try PastApprovals.remove(db, at: now) }
        return true
    }
}
