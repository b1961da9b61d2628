import FexValues
import GRDB

/// A request as it is stored; its document is yet to be read.
struct StoredApproval: Equatable, Sendable {
    let intent: String
    let document: String
    private let firstSeenAt: Timestamp
    private let firstAmount: Money?
    private let firstMerchant: MerchantID?
    private let kind: DecisionKind?
    private let decided: DecisionState?
    private let repeats: IntentID?

    /// How close together two requests of the same amount look like one that was made twice, in milliseconds.
    private static let repeatWindow: Int64 = 300_000

    /// The end of a request whose answer waits for the platform: it has none.
    static let endless = Int64.max

    /// What SQL says of a request that waits for the customer, or whose answer waits for the platform. The triggers of the
    /// schema keep `open_until`, so that neither this nor anything else has to look at the requests that are over.
    static let isOpen = "approval.open_until > :now"

    /// What SQL says of a request that waits for the customer.
    static let isWaiting = "(\(isOpen) AND approval.open_until < \(endless))"

    /// The same of a merchant's newest.
    static let isWaitingOfMerchant = """
        approval.rowid IN (
            SELECT rowid FROM approval INDEXED BY approval_open_of_merchant
            WHERE approval.merchant_id = :merchant AND \(isWaiting)
            ORDER BY approval.first_seen_at DESC, approval.rowid DESC LIMIT :newest)
        """

    /// How many of those that looked alike are gone through for one that still waits. Only what has expired, and is not yet
    /// said to be over, can be in between.
    private static let alikeLimit = 16

    /// The earlier request that one looks like: alike, shortly before, and not turned down. One that was paid counts too,
    /// wherever that was: its repeat is the one that costs, so it is found whatever came in between.
    private static let earlier = """
        (SELECT intent_id FROM (
                SELECT * FROM (\(alike("alike_until = \(endless)", "approval_alike_paid", limit: 1))
                UNION ALL
                SELECT * FROM (\(alike("alike_until < \(endless)", "approval_alike", limit: alikeLimit))
                    WHERE alike_until > :now)
            ORDER BY first_seen_at DESC, place DESC LIMIT 1)
        """

    private static func alike(_ condition: String, _ index: String, limit: Int) -> String {
        """
        SELECT intent_id, first_seen_at, rowid AS place, alike_until FROM approval AS other INDEXED BY \(index)
            WHERE \(condition) AND other.first_merchant_id = approval.first_merchant_id
                AND other.first_amount = approval.first_amount AND other.first_currency = approval.first_currency
                AND other.first_seen_at BETWEEN approval.first_seen_at - :window AND approval.first_seen_at
                AND (other.first_seen_at < approval.first_seen_at OR other.rowid < approval.rowid)
            ORDER BY other.first_seen_at DESC, other.rowid DESC LIMIT \(limit))
        """
    }

    /// The requests of a condition, newest first.
    ///
    /// - Parameter now: The platform's time, by which requests expire.
    static func fetch(
        _ db: Database, where condition: String, _ arguments: StatementArguments = [:], at now: Timestamp
    ) throws -> [StoredApproval] {
        let sql = """
            SELECT approval.intent_id, document, first_seen_at, first_amount, first_currency, first_merchant_id,
                decision.kind, decision.state, CASE WHEN \(isWaiting) THEN \(earlier) END
            FROM approval CROSS JOIN payment_intent ON payment_intent.id = approval.intent_id
                LEFT JOIN decision ON decision.rowid =
                    (SELECT max(rowid) FROM decision WHERE intent_id = approval.intent_id)
            WHERE \(condition)
            ORDER BY first_seen_at DESC, approval.intent_id
            """
        let others: StatementArguments = ["now": now.milliseconds, "window": repeatWindow]
        return try db.rows(sql, arguments + others) { try StoredApproval($0) }
    }

    /// Whether some request is not over.
    static func isAnyOpen(_ db: Database, at now: Timestamp) throws -> Bool {
        let sql = "SELECT EXISTS (SELECT 1 FROM approval WHERE \(isOpen))"
        return try db.answers(sql, ["now": now.milliseconds])
    }

    /// How many requests wait for the customer.
    static func countWaiting(_ db: Database, at now: Timestamp) throws -> Int {
        let sql = "SELECT count(*) FROM approval WHERE \(isWaiting)"
        return try db.row(sql, ["now": now.milliseconds]) { try $0.count(0, "approval") } ?? 0
    }

    /// When the next of the open requests expires.
    static func nextExpiry(_ db: Database, at now: Timestamp) throws -> Timestamp? {
        let sql = "SELECT min(open_until) FROM approval WHERE \(isWaiting)"
        return try db.row(sql, ["now": now.milliseconds]) { try $0.optionalTime(0, "approval.open_until") } ?? nil
    }

    private init(_ row: StoredRow) throws(StorageError) {
        intent = try row.text(0, "approval.intent_id")
        document = try row.text(1, "payment_intent.document")
        firstSeenAt = try row.time(2, "approval.first_seen_at")
        if row.isNull(3) || row.isNull(4) || row.isNull(5) {
            (firstAmount, firstMerchant) = (nil, nil)
        } else {
            firstAmount = try row.money(3, "approval.first_amount", in: 4, "approval.first_currency")
            firstMerchant = try row.id(5, "approval.first_merchant_id")
        }
        kind = try row.optionalWord(6, "decision.kind")
        decided = try row.optionalWord(7, "decision.state")
        repeats = try row.optionalID(8, "approval.intent_id")
    }

    /// The request as the customer sees it.
    ///
    /// - Parameter intent: What its document says.
    func approval(of intent: PaymentIntent, at now: Timestamp) -> ApprovalRequest {
        let decision = kind.flatMap { kind in decided.map { (kind: kind, state: $0) } }
        let state = ApprovalRequest.State(
            status: intent.status, decision: decision, expiresAt: intent.expiresAt, now: now)
        var approval = ApprovalRequest(
            intent: intent, state: state, firstSeenAt: firstSeenAt, changedFrom: nil,
            repeats: state == .pending ? repeats : nil)
        if let firstAmount, let firstMerchant {
            let first = Terms(intent: intent.id, amount: firstAmount, merchant: firstMerchant)
            approval.changedFrom = first == intent.terms ? nil : first
        }
        return approval
    }
}
