import GRDB
import Synchronization

/// A request as it is stored; its document is yet to be read.
struct StoredApproval: Equatable, Sendable {
    fileprivate var intent: String
    fileprivate var document: String
    fileprivate var firstSeenAt: Int64
    fileprivate var firstAmount: Int64?
    fileprivate var firstCurrency: String?
    fileprivate var firstMerchant: String?
    fileprivate var kind: String?
    fileprivate var state: String?
    fileprivate var repeats: String?

    /// How close together two requests of the same amount look like one that was made twice, in milliseconds.
    private static let repeatWindow: Int64 = 300_000

    /// What SQL says of a request that waits for the customer, or whose answer waits for the platform.
    private static let isOpen = """
        (payment_intent.status IN ('pending', 'pending_approval') AND coalesce(decision.state <> 'confirmed', 1)
            AND (coalesce(decision.state NOT IN ('refused', 'lapsed', 'cancelled'), 0)
                OR (payment_intent.status = 'pending_approval' AND payment_intent.expires_at > :now)))
        """

    private static let tables = """
        approval JOIN payment_intent ON payment_intent.id = approval.intent_id
        LEFT JOIN decision ON decision.rowid =
            (SELECT max(rowid) FROM decision WHERE intent_id = approval.intent_id)
        """

    /// The earlier request that one looks like: alike, shortly before, and not turned down. One that was paid counts too,
    /// wherever that was: its repeat is the one that costs.
    private static let earlier = """
        (SELECT earlier.intent_id
            FROM approval AS earlier JOIN payment_intent AS other ON other.id = earlier.intent_id
            WHERE earlier.first_merchant_id = approval.first_merchant_id
                AND earlier.first_amount = approval.first_amount AND earlier.first_currency = approval.first_currency
                AND earlier.first_seen_at BETWEEN approval.first_seen_at - :window AND approval.first_seen_at
                AND (earlier.first_seen_at < approval.first_seen_at OR earlier.rowid < approval.rowid)
                AND ((other.status = 'pending_approval' AND other.expires_at > :now) OR other.status = 'completed'
                    OR EXISTS (SELECT 1 FROM decision WHERE intent_id = earlier.intent_id
                        AND kind <> 'decline' AND state NOT IN ('refused', 'lapsed', 'cancelled')))
                AND NOT EXISTS (SELECT 1 FROM decision WHERE intent_id = earlier.intent_id
                    AND kind = 'decline' AND state NOT IN ('refused', 'lapsed', 'cancelled'))
            ORDER BY earlier.first_seen_at DESC, earlier.rowid DESC LIMIT 1)
        """

    /// The requests of a condition, newest first.
    ///
    /// - Parameter now: The platform's time, by which requests expire.
    static func fetch(
        _ db: Database, where condition: String, _ arguments: StatementArguments = [:], at now: Timestamp
    ) throws -> [StoredApproval] {
        let sql = """
            SELECT approval.intent_id, document, first_seen_at, first_amount, first_currency, first_merchant_id,
                decision.kind, decision.state,
                CASE payment_intent.status WHEN 'pending_approval' THEN \(earlier) END
            FROM \(tables) WHERE \(condition)
            ORDER BY first_seen_at DESC, approval.intent_id
            """
        let times: StatementArguments = ["now": now.milliseconds, "window": repeatWindow]
        let rows = try Row.fetchCursor(db.cachedStatement(sql: sql), arguments: arguments + times)
        var approvals: [StoredApproval] = []
        while let row = try rows.next() { approvals.append(StoredApproval(row)) }
        return approvals
    }

    /// The requests that are not over, newest first.
    static func fetchOpen(_ db: Database, at now: Timestamp) throws -> [StoredApproval] {
        try fetch(db, where: isOpen, at: now)
    }

    /// Whether some request is not over.
    static func isAnyOpen(_ db: Database, at now: Timestamp) throws -> Bool {
        let sql = "SELECT EXISTS (SELECT 1 FROM \(tables) WHERE \(isOpen))"
        return try Bool.fetchOne(db.cachedStatement(sql: sql), arguments: ["now": now.milliseconds]) ?? false
    }

    private init(_ row: Row) {
        intent = row[0]
        document = row[1]
        firstSeenAt = row[2]
        firstAmount = row[3]
        firstCurrency = row[4]
        firstMerchant = row[5]
        kind = row[6]
        state = row[7]
        repeats = row[8]
    }
}

extension Approval {
    /// A stored request as the customer sees it.
    ///
    /// - Parameter intent: What its document says.
    fileprivate init(_ stored: StoredApproval, intent: PaymentIntent, at now: Timestamp) throws {
        self.intent = intent
        let kind = stored.kind.flatMap { DecisionKind(rawValue: $0) }
        let decided = stored.state.flatMap { DecisionState(rawValue: $0) }
        let decision = kind.flatMap { kind in decided.map { (kind: kind, state: $0) } }
        state = State(status: intent.status, decision: decision, expiresAt: intent.expiresAt, now: now)
        firstSeenAt = Timestamp(milliseconds: stored.firstSeenAt)
        if let amount = stored.firstAmount, let currency = stored.firstCurrency, let merchant = stored.firstMerchant {
            guard let merchant = MerchantID(merchant) else { throw StorageError("first_merchant_id holds no id") }
            let first = Terms(
                intent: intent.id, amount: try Money(minorUnits: amount, currency: Currency(currency)),
                merchant: merchant)
            changedFrom = first == intent.terms ? nil : first
        }
        repeats = state == .pending ? stored.repeats.flatMap { IntentID($0) } : nil
    }
}

/// Reads stored requests; of those it knows from the last time, only what has changed.
final class ApprovalReader: Sendable {
    private struct Known {
        var stored: StoredApproval
        var approval: Approval
    }

    private let known = Mutex<[String: Known]>([:])

    /// The requests as the customer sees them.
    func read(_ stored: [StoredApproval], at now: Timestamp) throws -> [Approval] {
        try known.withLock { known in
            let approvals = try stored.map { stored in
                let last = known[stored.intent]
                // Time alone changes but one thing: that a request is over.
                if let last, last.stored == stored, last.approval.state != .expired,
                    now < last.approval.intent.expiresAt
                {
                    return last.approval
                }
                let isSame = last?.stored.document == stored.document
                let intent = isSame ? last?.approval.intent : nil
                let approval = try Approval(
                    stored, intent: try intent ?? PaymentIntent(stored: stored.document), at: now)
                known[stored.intent] = Known(stored: stored, approval: approval)
                return approval
            }
            // What is gone is forgotten, though not at once.
            if known.count > 2 * stored.count + 16 {
                let still = Set(stored.map(\.intent))
                known = known.filter { still.contains($0.key) }
            }
            return approvals
        }
    }
}
