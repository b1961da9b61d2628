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
    /// Whether the reader's cursor is beyond the feed's last number, as after a backup was restored. `next` tells it so,
    /// and is never withheld by a 304.
    var isReaderAhead: Bool

    /// The answer at a position.
    ///
    /// - Parameters:
    ///   - found: The changes after it, and one more than were asked for, where there is one.
    ///   - last: The feed's last number.
    ///   - number: A change's number.
    init(_ found: [Item], upTo last: Int64, at position: FeedPosition, number: (Item) -> Int64?) {
        items = Array(found.prefix(Int(position.limit)))
        hasMore = found.count > position.limit
        next = hasMore ? items.last.flatMap(number) ?? last : last
        entityTag = position.entityTag(last: last)
        isReaderAhead = position.after.map { $0 > last } ?? false
    }
}

/// A reader's cursor in a change feed, and how much it asks for: at most `limit` changes `after` a number.
struct FeedPosition: Hashable, Sendable {
    /// The last number that the reader has seen; `nil` for a first call.
    var after: Int64?
    /// The most changes of an answer, 1 to 1000.
    var limit: Int64 = 200
    /// How much is told of each change.
    var fields = FeedFields.all

    /// A position from a query's parameters.
    ///
    /// - Throws: ``PlatformError`` 400 for anything out of range.
    init(after: String?, limit: String?, fields: String? = nil) throws(PlatformError) {
        if let after {
            guard let number = Int64(after), number >= 0 else {
                throw .badRequest("after must be a whole number of at least 0")
            }
            self.after = number
        }
        if let limit {
            guard let number = Int64(limit), (1...1000).contains(number) else {
                throw .badRequest("limit must be a whole number from 1 to 1000")
            }
            self.limit = number
        }
        self.fields = try FeedFields(query: fields)
    }

    /// The entity tag of the answer at this position while the feed's last number is `last`.
    ///
    /// All of what an answer depends on is in it: nothing in a feed changes without a new last number.
    func entityTag(last: Int64) -> String {
        let place = "\(last)-\(after.map(String.init) ?? "open")-\(limit)"
        return fields == .all ? "\"\(place)\"" : "\"\(place)-\(fields)\""
    }
}

/// How much a feed tells of each change.
enum FeedFields: String, Hashable, Sendable {
    /// Everything: what a query without `fields` asks for.
    case all
    /// An intent without `metadata`, `qr_code_url` and `qr_data`, whose length its merchant chooses.
    ///
    /// A transaction is the same either way: its `metadata` is the platform's own, and holds the intent's id alone.
    case summary

    /// What the query's `fields` asks for.
    ///
    /// - Throws: ``PlatformError`` 400 for anything but `summary`.
    init(query: String?) throws(PlatformError) {
        switch query {
        case nil: self = .all
        case "summary": self = .summary
        default: throw .badRequest("fields must be summary, or absent")
        }
    }
}
