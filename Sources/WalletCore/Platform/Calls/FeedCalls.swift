import Foundation
import HTTPTypes

/// The change feeds: everything that changed since a place in the feed, oldest first.
protocol FeedCalls: Sendable {
    /// Intents aimed at this wallet; without a place, those that wait now.
    func fetchApprovals(after place: FeedPlace?) async throws -> FeedPage
    /// Ledger transactions of this wallet.
    func fetchTransactions(after place: FeedPlace?) async throws -> FeedPage
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
    /// The changes, oldest first, each with its `seq`.
    var items: [JSON]
    /// Where to go on.
    var next: FeedPlace
    /// Whether more is there already.
    var hasMore: Bool
}

extension PlatformClient: FeedCalls {
    func fetchApprovals(after place: FeedPlace?) async throws -> FeedPage {
        try await fetchFeed("/approvals", items: "approvals", after: place)
    }

    func fetchTransactions(after place: FeedPlace?) async throws -> FeedPage {
        try await fetchFeed("/transactions", items: "transactions", after: place ?? FeedPlace(after: 0))
    }

    private func fetchFeed(_ path: String, items name: String, after place: FeedPlace?) async throws -> FeedPage {
        let query = place.map { "?after=\($0.after)&limit=200" } ?? "?limit=200"
        var call = PlatformCall(url: endpoints.wallet(path + query))
        if let place, let etag = place.etag {
            call.headers[.ifNoneMatch] = etag
            call.alsoAccepted = [304]
        }
        let answer = try await answer(to: call)
        if answer.status == 304, let place { return FeedPage(items: [], next: place, hasMore: false) }
        do {
            let fields = try JSONFields(answer.document, at: "")
            let next = try fields.integer("next")
            guard next >= place?.after ?? 0 else { throw fields.malformed("next", "goes backwards") }
            let hasMore = try fields.bool("has_more")
            guard !hasMore || next > place?.after ?? -1 else { throw fields.malformed("next", "does not go on") }
            return FeedPage(
                items: try fields.array(name), next: FeedPlace(after: next, etag: answer.headers[.eTag]),
                hasMore: hasMore)
        } catch let error as MalformedDocument {
            throw error.failure()
        }
    }
}
