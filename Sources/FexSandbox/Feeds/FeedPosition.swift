/// Where a reader of a change feed stands: `after` a number, with at most `limit` changes to come.
struct FeedPosition: Hashable, Sendable {
    /// The last number that the reader has seen; `nil` for a first call.
    var after: Int64?
    /// The most changes of an answer, 1 to 1000.
    var limit: Int64 = 200

    /// A position from a query's parameters.
    ///
    /// - Throws: ``PlatformError`` 400 for anything out of range.
    init(after: String?, limit: String?) throws(PlatformError) {
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
    }

    /// The entity tag of the answer at this position while the feed's last number is `last`.
    ///
    /// All of what an answer depends on is in it: nothing in a feed changes without a new last number.
    func entityTag(last: Int64) -> String { "\"\(last)-\(after.map(String.init) ?? "open")-\(limit)\"" }
}
