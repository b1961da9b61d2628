/// One answer of a change feed.
struct Feed<Item: Sendable>: Sendable {
    /// The changes, oldest first.
    var items: [Item]
    /// What to pass as `after` next time.
    var next: Int64
    /// Whether there are changes after `next` already.
    var hasMore: Bool
    /// The tag under which an unchanged answer need not be sent again.
    var entityTag: String
    /// Whether the reader stands behind the feed's last number, as after a backup was restored. `next` tells it so, and
    /// is never withheld by a 304.
    var isReaderAhead: Bool
}
