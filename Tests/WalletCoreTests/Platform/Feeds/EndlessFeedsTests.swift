import FexHTTP
import FexValues
import Foundation
import HTTPTypes
import Synchronization
import Testing
import WalletTesting

@testable import WalletCore

/// Feeds and lists that never end: each answer is well-formed, and says that more follows.
@Suite(.timeLimit(.minutes(5))) struct EndlessFeedsTests {
    let test: TestWallet

    init() throws { test = try TestWallet() }

    /// A page that follows a cursor, or of a number.
    typealias Page = @Sendable (_ place: Int) -> JSON

    private static let transaction: JSON = [
        "transaction_id": "tx_1", "transaction_type": "payment", "status": "completed", "amount": "5.00",
        "currency": "USD", "from_account_id": "wal_1", "to_account_id": "mer_1",
        "created_at": "2026-01-01T11:00:00Z", "metadata": ["payment_intent_id": "pi_0"],
    ]

    private static func request(_ id: String) -> JSON {
        [
            "id": .string(id), "merchant_id": "mer_1", "amount": .number("3.50"), "currency": "USD",
            "status": "pending_approval", "expires_at": "2026-01-01T13:00:00Z", "target_wallet_id": "wal_1",
        ]
    }

    private static func feed(_ name: String, _ rows: [JSON], next: Int) -> JSON {
        ["success": true, name: .array(rows), "next": .integer(next), "has_more": true]
    }

    private func sync(_ name: String, isListed: Bool = false, _ page: @escaping Page) async throws -> (Int, SyncError?)
    {
        let transport = EndlessTransport(test, name, isListed: isListed, page)
        let wallet = try await test.openLoggedIn(on: transport)
        let error = await #expect(throws: SyncError.self) { try await wallet.sync.once() }
        return (transport.count, error)
    }

    @Test func `a feed of requests that shows the same row again and again is left, and the rest is read`() async throws
    {
        let (count, error) = try await sync("approvals") { after in
            Self.feed("approvals", [["seq": 1, "payment_intent": Self.request("pi_1")]], next: after + 1)
        }
        #expect(count < 10)
        #expect(error?.failures.map(\.step) == [.approvals])
        #expect(error?.description.contains("do not go on") == true, "\(error?.description ?? "-")")
    }

    @Test func `a feed of requests without an end is left at last, and the rest is read`() async throws {
        let (count, error) = try await sync("approvals") { after in
            Self.feed(
                "approvals", [["seq": .integer(after + 1), "payment_intent": Self.request("pi_1")]], next: after + 1)
        }
        #expect(count == FeedReader.longestTurn)
        #expect(error?.failures.map(\.step) == [.approvals])
    }

    @Test func `a ledger that shows the same row again and again is left`() async throws {
        let (count, error) = try await sync("transactions") { after in
            Self.feed("transactions", [Self.transaction.setting("seq", 1)], next: after + 1)
        }
        #expect(count < 10)
        #expect(error?.failures.map(\.step) == [.transactions])
        #expect(error?.description.contains("do not go on") == true, "\(error?.description ?? "-")")
    }

    @Test func `a ledger of one row that changes without an end is left at last`() async throws {
        let (count, error) = try await sync("transactions") { after in
            Self.feed("transactions", [Self.transaction.setting("seq", .integer(after + 1))], next: after + 1)
        }
        #expect(count == FeedReader.longestTurn)
        #expect(error?.failures.map(\.step) == [.transactions])
    }

    @Test func `a list whose pages are all the same is left`() async throws {
        test.platform.change { $0.rules.hasTransactionFeed = false }
        let (count, error) = try await sync("transactions", isListed: true) { _ in
            [
                "success": true, "transactions": [Self.transaction], "total": 1_000_000_000,
                "total_pages": 1_000_000_000,
            ]
        }
        #expect(count < 10)
        #expect(error?.failures.map(\.step) == [.transactions])
    }
}

/// A platform one of whose feeds, or whose list, is answered for it.
private final class EndlessTransport: HTTPTransport {
    private let model: ModelPlatform
    private let clock: any WalletClock
    private let name: String
    private let isListed: Bool
    private let page: EndlessFeedsTests.Page
    private let calls = Mutex(0)

    init(_ test: TestWallet, _ name: String, isListed: Bool, _ page: @escaping EndlessFeedsTests.Page) {
        model = test.platform
        clock = test.clock
        self.name = name
        self.isListed = isListed
        self.page = page
    }

    /// How many calls were answered.
    var count: Int { calls.withLock { $0 } }

    func send(_ call: HTTPCall) async throws(HTTPTransportError) -> HTTPAnswer {
        let target = call.address.target
        let parts = target.split(separator: "?")
        let items = Dictionary(
            uniqueKeysWithValues: (parts.dropFirst().first ?? "").split(separator: "&").map { item in
                let pair = item.split(separator: "=")
                return (String(pair[0]), Int(pair.dropFirst().first ?? "") ?? 0)
            })
        guard parts[0].hasSuffix("/\(name)"), isListed == (items["page"] != nil) else {
            return try await model.send(call)
        }
        calls.withLock { $0 += 1 }
        let response = HTTPResponse(status: .ok, headerFields: [.date: clock.now().httpDate])
        return HTTPAnswer(response, body: page(items["page"] ?? items["after"] ?? 0).data)
    }
}
