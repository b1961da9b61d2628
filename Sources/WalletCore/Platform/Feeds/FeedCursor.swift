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

    /// The cursor as it is kept after a reading.
    ///
    /// - Parameters:
    ///   - reached: How far the feed had been read when the reading began.
    ///   - limit: The most changes of one answer.
    func checked(from reached: Int, limit: Int) -> FeedCursor {
        var cursor = self
        cursor.checked = min(after, max(reached, after - limit))
        return cursor
    }
}
