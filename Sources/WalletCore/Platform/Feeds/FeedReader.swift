import FexValues

/// Reads a change feed page by page. Pages shrink where an answer is too long, down to one row; a row that is too long by
/// itself is stepped over, and the page says so.
struct FeedReader: Sendable {
    /// Which feed, how much of each row, and how many at most.
    private let query: FeedQuery
    private let calls: any FeedCalls
    /// Whether the platform knows `fields=summary`, as far as this process has heard.
    private let knowsSummary: CurrentValue<Bool>
    private var limit: Int
    private var pages = 0
    /// How many pages are read in one turn: a feed without an end is not read for ever. The next goes on where this one ends.
    static let longestTurn = 2000

    /// A reader, for one turn.
    ///
    /// - Parameters:
    ///   - query: What is asked for, the most rows of a page among it.
    ///   - knowsSummary: Where readers keep that the platform refuses to be asked for a summary.
    init(_ query: FeedQuery, calls: any FeedCalls, knowsSummary: CurrentValue<Bool>) {
        self.query = query
        self.calls = calls
        self.knowsSummary = knowsSummary
        limit = query.limit
    }

    /// The page that follows a cursor.
    ///
    /// - Throws: ``PlatformError``; one that ``PlatformError/isTooLong`` where no row that fits was found.
    mutating func read(after cursor: FeedCursor?) async throws -> FeedPage {
        pages += 1
        guard pages <= Self.longestTurn else { throw MalformedDocument.hasNoEnd.failure() }
        while true {
            do {
                let page = try await fetch(after: cursor, limit: limit)
                limit = min(query.limit, limit * 2)
                return page
            } catch let error as PlatformError where error.isTooLong {
                guard let start = cursor ?? (query.feed == .transactions ? FeedCursor(after: 0) : nil) else {
                    // How the initial list is paged is not published; reading from the first change misses nothing.
                    return try await read(after: FeedCursor(after: 0))
                }
                guard limit == 1 else {
                    limit = max(1, limit / 8)
                    continue
                }
                return try await stepOver(after: start, because: error)
            }
        }
    }

    /// One page of so many rows; without a summary where the platform knows none.
    ///
    /// - Parameter limit: As many as a page may have, for `nil`.
    func fetch(after cursor: FeedCursor?, limit: Int?, isSummary: Bool? = nil) async throws -> FeedPage {
        var query = query
        query.cursor = cursor
        if let limit { query.limit = limit }
        if let isSummary { query.isSummary = isSummary }
        guard query.isSummary else { return try await calls.fetchPage(query) }
        query.isSummary = knowsSummary.value
        do {
            return try await calls.fetchPage(query)
        } catch let error as PlatformError where error.refusesParameters && query.isSummary {
            query.isSummary = false
            let page = try await calls.fetchPage(query)
            knowsSummary.value = false
            return page
        }
    }

    // MARK: - One row that is too long

    /// How many cursors are tried one by one before the distance grows: numbers nearly always follow each other closely.
    private static let nearby = 16
    /// By how much the distance grows then, and how often: farther than any numbers are apart.
    private static let (growth, mostGrowths) = (4, 24)

    /// The page that follows the next row, whose number can't be read.
    ///
    /// From any cursor before that number the answer is the same row. So the cursor is moved on until the answer is another
    /// one that fits; where it was moved by more than one at last, the least such cursor is looked for. Rows that fit are
    /// never passed between neighbours; what lies in a wide distance is kept as a gap, and read again later.
    private func stepOver(after cursor: FeedCursor, because error: PlatformError) async throws -> FeedPage {
        if !query.isSummary, let page = try await probe(after: cursor, isSummary: true), !page.isBehind { return page }
        var (tooLong, distance, growths) = (cursor.after, 1, 0)
        for tries in 1... {
            if tries > Self.nearby {
                distance *= Self.growth
                growths += 1
            }
            let (after, overflows) = tooLong.addingReportingOverflow(distance)
            guard growths <= Self.mostGrowths, !overflows else { break }
            guard let page = try await probe(after: moved(cursor, to: after)) else {
                tooLong = after
                continue
            }
            var found = page
            // A feed that ends before a cursor says where: with the row that was too long.
            if page.isBehind, page.next.after > tooLong,
                let last = try await probe(after: moved(cursor, to: page.next.after))
            {
                found = last
            }
            return try await least(between: tooLong, and: found, cursor)
        }
        throw error
    }

    /// The page from the least cursor behind one that is too long, found by halving the distance to one that is not.
    private func least(between tooLong: Int, and page: FeedPage, _ cursor: FeedCursor) async throws -> FeedPage {
        var (tooLong, found) = (tooLong, page)
        while let after = found.start?.after, after - tooLong > 1 {
            let middle = tooLong + (after - tooLong) / 2
            if let page = try await probe(after: moved(cursor, to: middle)) { found = page } else { tooLong = middle }
        }
        found.gap = FeedGap(after: cursor.after, until: found.start?.after ?? cursor.after)
        return found
    }

    private func moved(_ cursor: FeedCursor, to after: Int) -> FeedCursor {
        FeedCursor(after: after, isReread: cursor.isReread, readBefore: cursor.readBefore)
    }

    /// The next row alone; `nil` if it is too long.
    private func probe(after cursor: FeedCursor, isSummary: Bool? = nil) async throws -> FeedPage? {
        do {
            return try await fetch(after: moved(cursor, to: cursor.after), limit: 1, isSummary: isSummary)
        } catch let error as PlatformError where error.isTooLong {
            return nil
        }
    }
}

extension MalformedDocument {
    /// What is wrong with a feed or a list of which more follows than is read in one turn.
    static let hasNoEnd = MalformedDocument(field: "has_more", problem: "is true after \(FeedReader.longestTurn) pages")
}

extension PlatformError {
    /// Whether the platform does not know what it was asked with.
    var refusesParameters: Bool {
        if case .refused(let refusal) = reason { refusal.status == 400 || refusal.status == 422 } else { false }
    }
}
