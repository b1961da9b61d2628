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
    func loadApprovalsNotEnded(at now: Timestamp) async throws -> [ApprovalRequest] {
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

extension WalletStore {
    /// What there is of requests at a time of the platform's, and when the next of them expires; `nil` if none does.
    func readApprovals<Value: Sendable>(
        at now: Timestamp, _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws -> (value: Value, nextExpiry: Timestamp?) {
        try await read { (try body($0), try StoredApproval.nextExpiry($0, at: now)) }
    }
}

extension ApprovalNews.Changes {
    /// What may have changed since requests were last read.
    ///
    /// - Parameters:
    ///   - mark: Up to where they were read; `nil` gives those that are open.
    ///   - now: The platform's time. Whichever way the clock went since, what it made over or open again is among the
    ///     changes.
    static func fetch(_ db: Database, since mark: ApprovalNews.Mark?, at now: Timestamp) throws -> ApprovalNews.Changes
    {
        let next = ApprovalNews.Mark(
            revision: try db.row("SELECT coalesce(max(revision), 0) FROM approval") {
                try $0.integer(0, "approval.revision")
            } ?? 0,
            readAt: now, quiet: try MutedMerchants.fetchQuiet(db, at: now))
        var stored: [String: StoredApproval] = [:]
        func add(_ condition: String, _ arguments: StatementArguments = [:]) throws {
            for one in try StoredApproval.fetch(db, where: condition, arguments, at: now) { stored[one.intent] = one }
        }
        if let mark {
            try add("approval.revision > :revision", ["revision": mark.revision])
            let (from, to) = (min(mark.readAt, now).milliseconds, max(mark.readAt, now).milliseconds)
            if from < to { try add("approval.open_until BETWEEN :from + 1 AND :to", ["from": from, "to": to]) }
            for merchant in mark.quiet.subtracting(next.quiet) {
                try add(StoredApproval.isWaitingOfMerchant, ["merchant": merchant.rawValue, "newest": -1])
            }
        } else {
            try add(StoredApproval.isOpen)
        }
        let approvals = try Array(stored.values).read(at: now).sorted {
            ($0.firstSeenAt, $0.intent.id.rawValue) < ($1.firstSeenAt, $1.intent.id.rawValue)
        }
        return ApprovalNews.Changes(approvals: approvals, mark: next)
    }
}

extension WalletStore {
    /// Mutes a merchant.
    func mute(_ merchant: MerchantID, at now: Timestamp) async throws {
        try await write { db in
            try db.executeCached(
                sql: "INSERT INTO muted_merchant (merchant_id, muted_at) VALUES (?, ?) ON CONFLICT DO NOTHING",
                arguments: [merchant.rawValue, now.milliseconds])
        }
    }

    /// Ends the muting of a merchant.
    func unmute(_ merchant: MerchantID) async throws {
        try await write { db in
            try db.executeCached(
                sql: "DELETE FROM muted_merchant WHERE merchant_id = ?", arguments: [merchant.rawValue])
        }
    }

    /// The merchants that are muted, in the order in which they were.
    func loadMutedMerchants() async throws -> [MerchantID] {
        try await read { try MutedMerchants.fetch($0) }
    }
}

/// What the customer does not want to be told of each time.
enum MutedMerchants {
    /// In the order in which they were muted.
    static func fetch(_ db: Database) throws -> [MerchantID] {
        let sql = "SELECT merchant_id FROM muted_merchant ORDER BY rowid"
        return try db.rows(sql) { try $0.id(0, "muted_merchant.merchant_id") }
    }

    /// Those of whom several requests wait.
    static func fetchQuiet(_ db: Database, at now: Timestamp) throws -> Set<MerchantID> {
        let sql = """
            SELECT merchant_id FROM muted_merchant WHERE EXISTS (
                SELECT 1 FROM approval INDEXED BY approval_open_of_merchant
                WHERE approval.merchant_id = muted_merchant.merchant_id AND \(StoredApproval.isWaiting) LIMIT 1 OFFSET 1)
            """
        return Set(try db.rows(sql, ["now": now.milliseconds]) { try $0.id(0, "muted_merchant.merchant_id") })
    }
}

extension ApprovalGroup {
    /// The requests that wait for the customer, by merchant; who asked last comes first.
    ///
    /// - Parameter newest: How many requests of each are read.
    static func fetch(_ db: Database, newest: Int, at now: Timestamp) throws -> [ApprovalGroup] {
        let muted = Set(try MutedMerchants.fetch(db))
        let sql = """
            SELECT merchant_id, count(*) FROM approval INDEXED BY approval_open
            WHERE \(StoredApproval.isWaiting) GROUP BY merchant_id
            """
        let counts = try db.rows(sql, ["now": now.milliseconds]) { row in
            (merchant: try row.id(0, "approval.merchant_id") as MerchantID, count: try row.count(1, "approval"))
        }
        let groups = try counts.map { merchant, count in
            let requests = try StoredApproval.fetch(
                db, where: StoredApproval.isWaitingOfMerchant,
                ["merchant": merchant.rawValue, "newest": max(1, newest)], at: now
            ).read(at: now)
            return ApprovalGroup(
                merchant: merchant, requests: requests, count: count, isMuted: muted.contains(merchant))
        }
        return groups.sorted { left, right in
            guard let newest = left.requests.first, let other = right.requests.first else { return false }
            return (other.firstSeenAt, left.merchant.rawValue) < (newest.firstSeenAt, right.merchant.rawValue)
        }
    }
}
