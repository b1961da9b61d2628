/// What came of asking for a row again that was kept aside.
struct RetriedRow: Hashable, Sendable {
    /// How much of the answer was new.
    var news: Int
    /// Whether the row stands there no more.
    var isGone: Bool
}

/// What came of asking for rows again that were kept aside.
struct RetriedRows: Hashable, Sendable {
    /// How much of the answers was new.
    var news = 0
    /// The rows that stand there no more: to be let go of once the feed has been read on.
    var gone: [QuarantinedRow] = []
}

extension FeedReader {
    /// Asks for rows again that are kept aside, until the platform is out of reach.
    ///
    /// - Parameter take: Stores what was answered; `isFresh` tells whether it is surely no old answer.
    func retry(
        _ rows: [QuarantinedRow], from store: WalletStore, _ time: ServerTime,
        _ take: (QuarantinedRow, FeedPage, _ isFresh: Bool) async throws -> RetriedRow
    ) async throws -> RetriedRows {
        var retried = RetriedRows()
        for row in rows {
            do {
                let cursor = row.after.map { FeedCursor(after: $0) }
                let doubts = time.doubts
                let page = try await fetch(after: cursor, limit: row.after == nil ? nil : row.count)
                let outcome = try await take(row, page, time.isSteady(since: doubts))
                retried.news += outcome.news
                if outcome.isGone { retried.gone.append(row) }
            } catch let error as PlatformError {
                // If the platform is out of reach, the rest waits too. A row that is too long, or refused, waits for
                // its next turn.
                guard !error.isPassing || error.isTooLong else { break }
                try await store.postpone(row, at: time.now())
            }
        }
        return retried
    }
}
