import FexHTTP
import FexValues
import HTTPTypes
import Testing
import WalletTesting

@testable import WalletCore

@Suite struct FeedCallsTests {
    let test: TestClient

    init() throws { test = try TestClient() }

    private let base = "https://platform.test/wallet/api/v1"

    private func page(_ items: [JSON] = [], next: JSON, hasMore: JSON = false, of feed: FeedName = .approvals) -> JSON {
        ["success": true, feed.rawValue: .array(items), "next": next, "has_more": hasMore]
    }

    private func fetch(
        _ query: FeedQuery, _ document: JSON, _ fields: HTTPFields = [:]
    ) async throws -> FeedPage {
        test.plan(.json(document, fields))
        return try await test.client.fetchPage(query)
    }

    /// The error with which a page is refused.
    private func refusal(_ query: FeedQuery, _ document: JSON) async throws -> PlatformError {
        try await #require(throws: PlatformError.self) { _ = try await fetch(query, document) }
    }

    // MARK: What leaves

    @Test(arguments: [
        (FeedQuery(feed: .approvals, limit: 200), "/approvals?limit=200"),
        (FeedQuery(feed: .approvals, limit: 200, isSummary: true), "/approvals?limit=200&fields=summary"),
        (FeedQuery(feed: .approvals, cursor: FeedCursor(after: 0), limit: 1), "/approvals?after=0&limit=1"),
        (FeedQuery(feed: .transactions, limit: 1000), "/transactions?after=0&limit=1000"),
        (
            FeedQuery(feed: .transactions, cursor: FeedCursor(after: .max), limit: 1, isSummary: true),
            "/transactions?after=9223372036854775807&limit=1&fields=summary"
        ),
    ])
    func `a feed is asked for what follows a cursor`(query: FeedQuery, target: String) async throws {
        let after = query.cursor?.after ?? 0
        _ = try await fetch(query, page(next: .integer(after), of: query.feed))
        #expect(test.sent == [SentRequest("GET", base + target, ["authorization": "Bearer token_1"])])
    }

    @Test func `a tag is sent back as it came, and an unchanged feed stays where it was`() async throws {
        let cursor = FeedCursor(after: 7, etag: "W/\"a b\"", isReread: true)
        test.plan(.text("", status: 304))
        let page = try await test.client.fetchPage(FeedQuery(feed: .approvals, cursor: cursor, limit: 10))
        #expect(test.sent.map { $0.fields["if-none-match"] } == ["W/\"a b\""])
        #expect(page == FeedPage(start: cursor, items: [], next: cursor, hasMore: false))
    }

    @Test func `an answer that nothing changed, to a question without a tag, is none`() async throws {
        test.plan(.text("", status: 304))
        let query = FeedQuery(feed: .approvals, cursor: FeedCursor(after: 7), limit: 10)
        await #expect(throws: PlatformError.self) { _ = try await test.client.fetchPage(query) }
        #expect(test.sent.first?.fields["if-none-match"] == nil)
    }

    // MARK: A page of a feed

    private static let fromSeven = FeedQuery(feed: .approvals, cursor: FeedCursor(after: 7), limit: 2)

    @Test func `a page says where it ends and whether more is there`() async throws {
        let items: [JSON] = [["seq": 8], ["seq": 9]]
        let read = try await fetch(Self.fromSeven, page(items, next: 9, hasMore: true))
        #expect(read.items == items && read.start?.after == 7 && read.next.after == 9)
        #expect(read.hasMore && !read.isBehind && read.gap == nil)
    }

    @Test func `rows are not looked at, and more than were asked for are taken`() async throws {
        let items: [JSON] = ["text", 7, .null, ["seq": "x"], []]
        #expect(try await fetch(Self.fromSeven, page(items, next: 9)).items == items)
    }

    @Test(arguments: [(7, false, "\"t\""), (8, false, nil), (8, true, nil)] as [(Int, Bool, String?)])
    func `a tag is kept only where the same will be asked again`(next: Int, hasMore: Bool, kept: String?) async throws {
        let read = try await fetch(
            Self.fromSeven, page([[:]], next: .integer(next), hasMore: .bool(hasMore)), [.eTag: "\"t\""])
        #expect(read.next.etag == kept)
    }

    @Test func `a feed that ends before the cursor has forgotten what was read`() async throws {
        let read = try await fetch(Self.fromSeven, page(next: 3))
        #expect(read.isBehind && read.next.after == 3)
    }

    @Test(arguments: [true, false])
    func `a feed that is read anew is so until nothing more is there`(hasMore: Bool) async throws {
        let query = FeedQuery(feed: .approvals, cursor: FeedCursor(after: 7, isReread: true), limit: 2)
        #expect(try await fetch(query, page([[:]], next: 8, hasMore: .bool(hasMore))).next.isReread == hasMore)
    }

    @Test(arguments: [
        ("next", JSON.null, "next"), ("next", "9", "next"), ("next", .number("9.5"), "next"),
        ("next", .number("9223372036854775808"), "next"), ("next", .number("1e3"), "next"),
        ("has_more", .null, "has_more"), ("has_more", 1, "has_more"), ("has_more", "true", "has_more"),
        ("approvals", .null, "approvals"), ("approvals", .object(JSONObject()), "approvals"),
        ("approvals", "none", "approvals"),
    ])
    func `a page that can't be one is refused, and the field is named`(
        field: String, value: JSON, named: String
    ) async throws {
        let error = try await refusal(Self.fromSeven, page([[:]], next: 9).setting(field, value))
        #expect(error.code == "not_the_platform" && error.description.contains("\(named):"), "\(error)")
    }

    @Test func `the other feed's page is not this one's`() async throws {
        let error = try await refusal(Self.fromSeven, page([[:]], next: 9, of: .transactions))
        #expect(error.description.contains("approvals: is missing"))
    }

    @Test(arguments: [7, 6, 0, -1])
    func `a page that has more and does not go on is refused: it would be asked for for ever`(next: Int) async throws {
        let items: [JSON] = [["seq": 8]]
        guard next >= 7 else {
            // Behind the cursor it is another matter: the feed begins anew.
            #expect(try await fetch(Self.fromSeven, page(items, next: .integer(next), hasMore: true)).isBehind)
            return
        }
        let error = try await refusal(Self.fromSeven, page(items, next: .integer(next), hasMore: true))
        #expect(error.description.contains("next: does not go on"))
    }

    @Test(arguments: [
        ([8, 9], 9, 9), ([8, 9], 12, 9), ([9, 8], 9, 9), ([8, 20], 12, 8), ([3, 8], 9, 8), ([], 7, 7), ([], 9, 7),
    ])
    func `a feed is read on behind its last row, wherever the page says to go on`(
        rows: [Int], next: Int, cursor: Int
    ) async throws {
        let items: [JSON] = rows.map { ["seq": .integer($0)] }
        #expect(try await fetch(Self.fromSeven, page(items, next: .integer(next))).next.after == cursor)
    }

    @Test func `what is open at first comes with the number of the last change`() async throws {
        let query = FeedQuery(feed: .approvals, limit: 10)
        for items: [JSON] in [[], [["seq": 3]]] {
            #expect(try await fetch(query, page(items, next: 500)).next.after == 500)
        }
    }

    @Test func `a page that has more and only rows from before is refused`() async throws {
        let error = try await refusal(Self.fromSeven, page([["seq": 7], ["seq": 1]], next: 9, hasMore: true))
        #expect(error.description.contains("approvals: do not go on"))
    }

    @Test func `a page that has more and is empty is refused`() async throws {
        let error = try await refusal(Self.fromSeven, page(next: 9, hasMore: true))
        #expect(error.description.contains("approvals: do not go on"))
    }

    @Test func `two values for the cursor are none`() async throws {
        let members = page([[:]], next: 9).objectValue!.members + [.init("next", 10)]
        let error = try await refusal(Self.fromSeven, .object(JSONObject(members)))
        #expect(error.description.contains("next: stands more than once"))
    }

    @Test func `a page of the published list in the place of one of the feed is known as such`() async throws {
        let query = FeedQuery(feed: .transactions, limit: 10)
        let error = try await refusal(query, Self.list)
        #expect(error.description.contains(MalformedDocument.noFeed.description))
    }

    // MARK: The published list

    static let list: JSON = ["success": true, "transactions": [[:], [:]], "page": 1, "total": 5, "total_pages": 3]

    private func fetchList(page: Int = 1, limit: Int = 2, etag: String? = nil, _ answer: PlannedAnswer) async throws
        -> TransactionPage
    {
        test.plan(answer)
        return try await test.client.fetchTransactions(page: page, limit: limit, etag: etag)
    }

    @Test func `a page of the list is asked for by its number`() async throws {
        let read = try await fetchList(page: 12, limit: 100, .json(Self.list, [.eTag: "\"t\""]))
        #expect(
            test.sent == [
                SentRequest("GET", "\(base)/transactions?page=12&limit=100", ["authorization": "Bearer token_1"])
            ])
        #expect(read.items.count == 2 && read.total == 5 && read.etag == "\"t\"" && !read.isUnchanged)
    }

    @Test func `an unchanged page of the list says so`() async throws {
        let read = try await fetchList(etag: "\"t\"", .text("", status: 304))
        #expect(test.sent.map { $0.fields["if-none-match"] } == ["\"t\""])
        #expect(read.isUnchanged && read.items.isEmpty)
    }

    @Test(arguments: [(1, false), (2, false), (3, true), (4, true)])
    func `the last page is known by the number of pages`(page: Int, isLast: Bool) async throws {
        #expect(try await fetchList(page: page, .json(Self.list)).isLast == isLast)
    }

    @Test func `an empty page is the last`() async throws {
        #expect(try await fetchList(.json(Self.list.setting("transactions", []))).isLast)
    }

    @Test(arguments: [
        ("transactions", JSON.null, "transactions: is missing"), ("transactions", "none", "transactions: an array"),
        ("transactions", .array([.null, .null, .null]), "transactions: are more than were asked for"),
        ("total", .null, "total: is missing"), ("total", 1, "total: is less than there are"),
        ("total", .number("-5"), "total: is less"), ("total", .number("1e9"), "total: a whole number"),
        ("total_pages", .null, "total_pages: is missing"), ("total_pages", "3", "total_pages: a whole number"),
    ])
    func `a page of the list that can't be one is refused, and the field is named`(
        field: String, value: JSON, problem: String
    ) async throws {
        let error = try await #require(throws: PlatformError.self) {
            _ = try await fetchList(.json(Self.list.setting(field, value)))
        }
        #expect(error.code == "not_the_platform" && error.description.contains(problem), "\(error)")
    }
}
