public import FexValues

/// A row of a feed that could not be taken in: kept aside so that it is in the way of no other, and asked for again.
///
/// It leaves when it has become readable, or when the platform has no such row any more. At most the newest thousand are kept.
public struct QuarantinedRow: Hashable, Sendable {
    /// The feed that the row came in.
    public var feed: FeedName
    /// Its `seq` in that feed, where that is known. A row that stands for several too long to be read has the last one's.
    public var sequence: Int?
    /// Its id, where that could be read; fit to be shown, and not always an id.
    public var id: String?
    /// What is wrong with it, for people; fit to be shown.
    public var why: String
    /// The row as it came, at most 4 KB of it; `nil` if it was too long to come at all. Text from outside.
    public var document: String?
    /// When it was first refused, on the platform's clock.
    public var foundAt: Timestamp
    /// When it is asked for again at the earliest, on the platform's clock.
    public var nextAttemptAt: Timestamp

    /// By what it is stored.
    var key: String
    /// The cursor from which it is asked for again; `nil` in a list without cursors.
    var after: Int?
    /// How many rows to ask for from there.
    var count: Int
    /// How often it was asked for again.
    var attempts: Int

    /// The most rows that are kept.
    static let sizeLimit = 1000
    /// The most rows that are asked for again in one sync.
    static let retryLimit = 20

    /// Whether it may be the payment of a decision's intent: it says of no other, is of no other time as far as it tells, and
    /// was first seen when there can have been a payment. Rows of which nothing is known stand for each other, whenever they
    /// were seen.
    func mayBePayment(of decision: Decision) -> Bool {
        guard id == nil && sequence == nil || foundAt >= decision.effectTimes.lowerBound else { return false }
        // A row that was cut is none that can be read.
        let row = document.flatMap { try? JSON(parsing: $0) }
        let made = row?["created_at"]?.stringValue.flatMap { Timestamp($0) }
        if let made, !decision.effectTimes.contains(made) { return false }
        let intent = row?["metadata"]?["payment_intent_id"]?.stringValue.flatMap { IntentID($0) }
        return intent == nil || intent == decision.terms.intent
    }

    /// How long to wait after so many attempts in vain: a minute, doubling, up to a day. The first follows with the next sync.
    static func pause(after attempts: Int) -> Duration {
        .seconds(min(86_400, 30 << min(attempts, 12)))
    }
}

extension QuarantinedRow {
    /// A row that was not taken in now, before it is kept.
    init(_ row: RefusedRow, foundAt now: Timestamp) {
        self.init(
            feed: row.feed, sequence: row.sequence, id: row.id, why: row.why, document: row.raw, foundAt: now,
            nextAttemptAt: now, key: row.key, after: row.after, count: row.count, attempts: 0)
    }
}
