import Foundation
import HTTPTypes

/// The change feeds: everything that changed since a place in the feed, oldest first.
protocol FeedCalls: Sendable {
    /// Intents aimed at this wallet; without a place, those that wait now.
    func fetchApprovals(after place: FeedPlace?) async throws -> FeedPage
    /// Ledger transactions of this wallet.
    func fetchTransactions(after place: FeedPlace?, limit: Int) async throws -> FeedPage
    /// The published list of them, newest first, a hundred to a page.
    ///
    /// - Parameter etag: What the page had when it was last read: then an unchanged one has no items.
    func fetchTransactions(page: Int, etag: String?) async throws -> TransactionPage
}

/// How far a feed has been read.
struct FeedPlace: Hashable, Sendable {
    /// The `seq` of the last change seen.
    var after: Int
    /// The `ETag` of the last answer, with which "nothing new" costs one small exchange.
    var etag: String?
}

/// One answer of a feed.
struct FeedPage: Hashable, Sendable {
    /// The place that was asked from.
    var after: Int
    /// The changes, oldest first, each with its `seq`.
    var items: [JSON]
    /// Where to go on.
    var next: FeedPlace
    /// Whether more is there already.
    var hasMore: Bool
}

/// One page of the published list of transactions.
struct TransactionPage: Hashable, Sendable {
    /// The most transactions of a page.
    static let limit = 100

    /// The transactions, newest first.
    var items: [JSON]
    /// How many there are on all pages.
    var total: Int
    /// Whether it is the last.
    var isLast: Bool
    /// The tag by which the page is known again.
    var etag: String?
    /// Whether it is what it was.
    var isUnchanged = false

    /// The transactions, oldest first.
    func read(for wallet: WalletID) throws(MalformedDocument) -> [LedgerTransaction] {
        try items.readTransactions(for: wallet).reversed()
    }
}

extension MalformedDocument {
    /// What is wrong with an answer that is a page of the published list in the place of one of the feed.
    static let noFeed = MalformedDocument(field: "next", problem: "is missing: a page is no feed")
}

extension PlatformClient: FeedCalls {
    func fetchApprovals(after place: FeedPlace?) async throws -> FeedPage {
        try await fetchFeed("/approvals", items: "approvals", after: place, limit: 200)
    }

    func fetchTransactions(after place: FeedPlace?, limit: Int) async throws -> FeedPage {
        try await fetchFeed("/transactions", items: "transactions", after: place ?? FeedPlace(after: 0), limit: limit)
    }

    func fetchTransactions(page: Int, etag: String?) async throws -> TransactionPage {
        let limit = TransactionPage.limit
        var call = PlatformCall(url: endpoints.wallet("/transactions?page=\(page)&limit=\(limit)"))
        if let etag {
            call.headers[.ifNoneMatch] = etag
            call.alsoAccepted = [304]
        }
        let answer = try await answer(to: call)
        if answer.status == 304 { return TransactionPage(items: [], total: 0, isLast: true, isUnchanged: true) }
        do {
            let fields = try JSONFields(answer.document, at: "")
            let (items, total) = (try fields.array("transactions"), try fields.integer("total"))
            guard items.count <= limit else { throw fields.malformed("transactions", "are more than were asked for") }
            guard total >= items.count else { throw fields.malformed("total", "is less than there are") }
            let pages = try fields.integer("total_pages")
            return TransactionPage(
                items: items, total: total, isLast: items.isEmpty || page >= pages, etag: answer.headers[.eTag])
        } catch let error as MalformedDocument {
            throw error.failure()
        }
    }

    private func fetchFeed(
        _ path: String, items name: String, after place: FeedPlace?, limit: Int
    ) async throws -> FeedPage {
        let query = place.map { "?after=\($0.after)&limit=\(limit)" } ?? "?limit=\(limit)"
        var call = PlatformCall(url: endpoints.wallet(path + query))
        if let place, let etag = place.etag {
            call.headers[.ifNoneMatch] = etag
            call.alsoAccepted = [304]
        }
        let answer = try await answer(to: call)
        if answer.status == 304, let place {
            return FeedPage(after: place.after, items: [], next: place, hasMore: false)
        }
        do {
            let fields = try JSONFields(answer.document, at: "")
            if try fields.value("next") == nil, try fields.value("total_pages") != nil {
                throw MalformedDocument.noFeed
            }
            let next = try fields.integer("next")
            guard next >= place?.after ?? 0 else { throw fields.malformed("next", "goes backwards") }
            let hasMore = try fields.bool("has_more")
            guard !hasMore || next > place?.after ?? -1 else { throw fields.malformed("next", "does not go on") }
            let items = try fields.array(name)
            guard items.count <= limit else { throw fields.malformed(name, "are more than were asked for") }
            guard !hasMore || !items.isEmpty else { throw fields.malformed(name, "do not go on") }
            // A tag is one address's: it helps only where the same will be asked again.
            let etag = next == place?.after && !hasMore ? answer.headers[.eTag] : nil
            return FeedPage(
                after: place?.after ?? 0, items: items, next: FeedPlace(after: next, etag: etag), hasMore: hasMore)
        } catch let error as MalformedDocument {
            throw error.failure()
        }
    }
}
