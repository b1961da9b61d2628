import FexValues
import Foundation
import HTTPTypes

/// The change feeds: everything that changed since a cursor, oldest first.
protocol FeedCalls: Sendable {
    /// One page: intents aimed at this wallet, or its ledger transactions.
    ///
    /// - Throws: ``PlatformError``, of a page that can't be one too; what is wrong with a row is the reader's to find.
    func fetchPage(_ query: FeedQuery) async throws -> FeedPage
    /// The published list of transactions, newest first.
    ///
    /// - Parameters:
    ///   - page: From 1.
    ///   - limit: The most transactions of a page, up to 100.
    ///   - etag: What the page had when it was last read: then an unchanged one has no items.
    func fetchTransactions(page: Int, limit: Int, etag: String?) async throws -> TransactionPage
}

/// A question to a change feed.
struct FeedQuery: Hashable, Sendable {
    /// Which feed.
    var feed: FeedName
    /// How far it was read; without it an approvals feed tells what waits now, and one of transactions begins.
    var cursor: FeedCursor?
    /// The most changes of the answer.
    var limit: Int
    /// Whether to leave out what may be long: metadata, and pictures of the code.
    var isSummary = false

    fileprivate var items: [(String, String)] {
        var items: [(String, String)] = []
        let after = cursor?.after ?? (feed == .transactions ? 0 : nil)
        if let after { items.append(("after", "\(after)")) }
        items.append(("limit", "\(limit)"))
        if isSummary { items.append(("fields", "summary")) }
        return items
    }
}

/// One answer of a feed.
struct FeedPage: Hashable, Sendable {
    /// Where it was read from.
    var start: FeedCursor?
    /// The changes, oldest first, each with its `seq`.
    var items: [JSON]
    /// Where to go on: behind the last row, but for what is open at first.
    var next: FeedCursor
    /// Whether more is there already.
    var hasMore: Bool
    /// Whether the feed ends before the cursor: the platform has forgotten what this wallet has read.
    var isBehind = false
    /// What was stepped over before this page, since one row alone was too long for an answer.
    var gap: FeedGap?
}

/// Rows that were stepped over: from behind one `seq` up to another, which is a row's.
struct FeedGap: Hashable, Sendable {
    var after: Int
    var until: Int
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
    /// How many transactions were left out, since each alone was too long for an answer.
    var tooLong = 0
}

extension MalformedDocument {
    /// What is wrong with an answer that is a page of the published list in the place of one of the feed.
    static let noFeed = MalformedDocument(field: "next", problem: "is missing: a page is no feed")
}

extension PlatformClient: FeedCalls {
    func fetchPage(_ query: FeedQuery) async throws -> FeedPage {
        var call = PlatformCall(address: endpoints.wallet("/\(query.feed.rawValue)", query: query.items))
        if let etag = query.cursor?.etag {
            call.headers[.ifNoneMatch] = etag
            call.alsoAccepted = [304]
        }
        return try await answer(to: call) { answer throws(MalformedDocument) in
            if answer.status == 304, let cursor = query.cursor {
                return FeedPage(start: cursor, items: [], next: cursor, hasMore: false)
            }
            return try FeedPage(answer.succeeded(), etag: answer.headers[.eTag], to: query)
        }
    }

    func fetchTransactions(page: Int, limit: Int, etag: String?) async throws -> TransactionPage {
        var call = PlatformCall(
            address: endpoints.wallet("/transactions", query: [("page", "\(page)"), ("limit", "\(limit)")]))
        if let etag {
            call.headers[.ifNoneMatch] = etag
            call.alsoAccepted = [304]
        }
        return try await answer(to: call) { answer throws(MalformedDocument) in
            if answer.status == 304 { return TransactionPage(items: [], total: 0, isLast: true, isUnchanged: true) }
            let fields = try answer.succeeded()
            let (items, total) = (try fields.array("transactions"), try fields.integer("total"))
            guard items.count <= limit else { throw fields.malformed("transactions", "are more than were asked for") }
            guard total >= items.count else { throw fields.malformed("total", "is less than there are") }
            let pages = try fields.integer("total_pages")
            return TransactionPage(
                items: items, total: total, isLast: items.isEmpty || page >= pages, etag: answer.headers[.eTag])
        }
    }
}

extension FeedPage {
    fileprivate init(_ fields: JSONFields, etag: String?, to query: FeedQuery) throws(MalformedDocument) {
        if try fields.value("next") == nil, try fields.value("total_pages") != nil { throw MalformedDocument.noFeed }
        let end = try fields.integer("next")
        let after = query.cursor?.after
        hasMore = try fields.bool("has_more")
        // More rows than were asked for are taken too: the length of the answer bounds them.
        items = try fields.array(query.feed.rawValue)
        start = query.cursor
        isBehind = end < (hasMore ? after : query.cursor?.reached) ?? 0
        next = FeedCursor(after: end)
        // What is open now says nothing of the changes before it.
        let tellsAll = after != nil || query.feed == .transactions
        if !isBehind, tellsAll { next.after = lastSequence ?? (items.isEmpty ? after : nil) ?? end }
        if let before = query.cursor?.readBefore, !isBehind, before > next.after {
            if hasMore { next.readBefore = before } else { next.after = before }
        }
        // An `ETag` belongs to one address: it is kept only where the same will be asked again.
        if next.after == after, !hasMore { next.etag = etag }
        next.isReread = hasMore && query.cursor?.isReread == true
        guard !isBehind, hasMore else { return }
        guard end > after ?? -1 else { throw fields.malformed("next", "does not go on") }
        guard !items.isEmpty, !items.allSatisfy(isKnown) else {
            throw fields.malformed(query.feed.rawValue, "do not go on")
        }
    }

    /// The number of the last row. Nothing behind it is passed by, wherever an answer says to go on: what it leaves out would
    /// never come.
    private var lastSequence: Int? { items.compactMap(sequence(of:)).max() }

    /// The number of a row, if it is one that the page can hold.
    func sequence(of item: JSON) -> Int? {
        guard let sequence = item["seq"]?.integerValue, sequence > start?.after ?? -1, sequence <= next.after else {
            return nil
        }
        return sequence
    }

    /// Whether a row is one that was read before, by its number.
    private func isKnown(_ item: JSON) -> Bool {
        guard let sequence = item["seq"]?.integerValue else { return false }
        return sequence <= start?.after ?? -1
    }
}
