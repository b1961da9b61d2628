import FexValues

/// How far a feed has been read.
struct FeedCursor: Hashable, Sendable {
    /// The `seq` of the last change seen.
    var after: Int
    /// The `ETag` of the last answer, with which "nothing new" costs one small exchange.
    var etag: String?
    /// Whether the feed is being read anew, since the platform has fallen back behind what was known of it.
    var isReread = false
    /// How far the feed has been told twice; `nil` where what waited at first was told once.
    var checked: Int?
    /// When it came to where it is, on the platform's clock.
    var readAt: Timestamp?
    /// How far the feed was read before, where this begins in front of that: up to there rows are told a second time.
    var readBefore: Int?

    /// How far the feed has been read.
    var reached: Int { max(after, readBefore ?? 0) }

    /// Where the next reading begins: what the last one brought is told a second time, by another answer, which may have rows
    /// that the first left out, or had numbered otherwise.
    ///
    /// - Parameter limit: The most changes of one answer; of more the last so many are told twice.
    func beginning(limit: Int) -> FeedCursor {
        guard let checked, checked < after, after - checked <= limit, !isReread else { return self }
        return FeedCursor(after: checked, readBefore: after)
    }

    /// How much time lies between two answers at least, so that the later one counts as another: what answers in the platform's
    /// place may do so for a while.
    static let answersApart: Duration = .seconds(5)

    /// Whether an answer of now is another one than that which brought the feed here.
    func isApart(from now: Timestamp) -> Bool {
        readAt.map { !(.zero..<Self.answersApart).contains(now.duration(since: $0)) } ?? true
    }

    /// The cursor as it is kept after a reading.
    ///
    /// - Parameters:
    ///   - before: Where the feed stood when the reading began; `nil` for its beginning.
    ///   - limit: The most changes of one answer.
    ///   - now: The platform's time.
    func checked(since before: FeedCursor?, limit: Int, at now: Timestamp) -> FeedCursor {
        var cursor = self
        let told = before.map { $0.isApart(from: now) ? $0.after : $0.checked } ?? 0
        cursor.checked = told.map { min(after, max($0, after - limit)) }
        cursor.readAt = now
        return cursor
    }
}
