import FexValues
import Foundation
import HTTPTypes
import Testing
import WalletTesting

@testable import WalletCore

/// Rows of feeds that can't be read: named, in the way of no other, and asked for again.
@Suite struct QuarantineTests {
    let test: TestWallet
    let feeds: TestFeeds

    init() throws {
        test = try TestWallet()
        feeds = TestFeeds(test)
    }

    @Test(
        arguments: [
            ("amount", JSON.string("abc"), "abc"), ("currency", "XYZ", "the currency \"XYZ\" is unknown: 35.50 XYZ"),
            ("target_wallet_id", "wal_2", "is not this wallet"), ("expires_at", "never", "expires_at"),
            ("merchant_id", .null, "merchant_id"), ("id", "pi 2", "id"),
        ], [false, true])
    func `a request that can't be read is named by its id, and the others are listed`(
        fault: (field: String, value: JSON, says: String), isBegun: Bool
    ) async throws {
        let wallet = try await test.openLoggedIn(on: feeds)
        if isBegun { try await wallet.sync.once() }
        feeds.ask("pi_1", seq: 1)
        feeds.ask("pi_2", seq: 2) { $0[fault.field] = fault.value }
        feeds.ask("pi_3", seq: 3)
        let report = try await wallet.sync.once()
        #expect(report.approvals == 2)
        #expect(Set(try await wallet.approvals.load().map(\.intent.id.rawValue)) == ["pi_1", "pi_3"])
        #expect(report.quarantined.map(\.id) == [fault.field == "id" ? "pi 2" : "pi_2"])
        #expect(report.quarantined.map(\.sequence) == [2])
        #expect(report.quarantined.first?.why.contains(fault.says) == true, "\(report.quarantined)")
        feeds.ask("pi_2", seq: 2)
        #expect(try await wallet.sync.once().quarantined.isEmpty)
        #expect(try await wallet.approvals.load().count == 3)
    }

    @Test func `what stays unreadable is asked for ever more seldom, one call each time`() async throws {
        feeds.pay("tx_1", seq: 1) { $0["amount"] = "abc" }
        let wallet = try await test.openLoggedIn(on: feeds)
        try await wallet.sync.once()
        func retries(after pause: Duration) async throws -> Int {
            test.clock.advance(by: pause)
            let before = feeds.queries.count
            #expect(try await wallet.sync.once().quarantined.map(\.id) == ["tx_1"])
            return feeds.queries.dropFirst(before).count { $0.hasSuffix("after=0&limit=1") }
        }
        #expect(try await retries(after: .zero) == 1)
        #expect(try await retries(after: .seconds(59)) == 0)
        #expect(try await retries(after: .seconds(2)) == 1)
        #expect(try await retries(after: .seconds(61)) == 0)
        #expect(try await retries(after: .seconds(60)) == 1)
        for _ in 0..<20 { #expect(try await retries(after: .seconds(86_400)) == 1) }
    }

    @Test func `of rows that can't be read the newest thousand are kept, each no longer than 4 KB`() async throws {
        for seq in 1...1100 { feeds.pay("tx_\(seq)", seq: seq, noteLength: 3000) { $0["amount"] = "abc" } }
        feeds.pay("tx_1101", seq: 1101, noteLength: 900_000) { $0["currency"] = "XYZ" }
        feeds.pay("tx_1102", seq: 1102)
        let wallet = try await test.openLoggedIn(on: feeds)
        let report = try await wallet.sync.once()
        #expect(report.transactions == 1)
        #expect(report.quarantined.count == 1000)
        #expect(report.quarantined.last?.id == "tx_1101")
        #expect(report.quarantined.last?.why.contains("5.00 XYZ") == true)
        #expect(report.quarantined.allSatisfy { $0.document!.utf8.count <= 4096 })
    }

    @Test func `a later change of the same row that can be read lets it go`() async throws {
        feeds.pay("tx_1", seq: 1) { $0["status"] = 7 }
        let wallet = try await test.openLoggedIn(on: feeds)
        #expect(try await wallet.sync.once().quarantined.count == 1)
        feeds.change { $0.transactions[1] = nil }
        feeds.pay("tx_1", seq: 2)
        #expect(try await wallet.sync.once().quarantined.isEmpty)
        #expect(try await wallet.ledger.loadHistory().entries.map(\.id.rawValue) == ["tx_1"])
    }

    @Test func `a row that the platform has no more is not asked for without an end`() async throws {
        let wallet = try await test.openLoggedIn(on: feeds)
        try await wallet.sync.once()
        feeds.change { $0.approvals[1] = ["seq": 1, "payment_intent": "none"] }
        #expect(try await wallet.sync.once().quarantined.map(\.sequence) == [1])
        feeds.change { $0.approvals = [:] }
        feeds.ask("pi_2", seq: 2)
        #expect(try await wallet.sync.once().quarantined.isEmpty)
        #expect(try await wallet.approvals.load().map(\.intent.id.rawValue) == ["pi_2"])
    }

    @Test(arguments: [-30, 30, nil] as [Int?], [FeedName.approvals, .transactions])
    func `a row is not gone because an answer from another time lacks it`(age: Int?, feed: FeedName) async throws {
        let wallet = try await test.openLoggedIn(on: feeds)
        try await wallet.sync.once()
        feeds.ask("pi_1", seq: 1) { $0["amount"] = "abc" }
        feeds.pay("tx_1", seq: 1) { $0["amount"] = "abc" }
        try await wallet.sync.once()
        let box = Middlebox(before: feeds)
        let other = try await test.open(on: box)
        _ = try await other.sync.refreshAccount()
        let date = age.map { test.clock.now().advanced(by: .seconds($0)).httpDate }
        let empty = #"{"success":true,"\#(feed.rawValue)":[],"next":0,"has_more":false}"#
        box.plan(
            "/\(feed.rawValue)",
            .init(passesOn: false, status: 200, body: empty, headers: date.map { [.date: $0] } ?? [:]))
        #expect(try await other.sync.once().quarantined.count == 2)
    }

    @Test func `a row that has moved is kept until the feed has been read on`() async throws {
        let wallet = try await test.openLoggedIn(on: feeds)
        feeds.pay("tx_1", seq: 1) { $0["amount"] = "abc" }
        try await wallet.sync.once()
        feeds.change { $0.transactions[1] = nil }
        feeds.pay("tx_1", seq: 2)
        // It is found to be gone from its place, and nothing more can be read.
        let box = Middlebox(before: feeds)
        let other = try await test.open(on: box)
        _ = try await other.sync.refreshAccount()
        let later = #"{"success":true,"transactions":[],"next":0,"has_more":false}"#
        let date = test.clock.now().httpDate
        box.plan("/transactions", .init(passesOn: false, status: 200, body: later, headers: [.date: date]))
        box.plan("/transactions", .init(passesOn: false, status: 502, body: ""))
        await #expect(throws: SyncError.self) { try await other.sync.once() }
        #expect(try await other.sync.loadQuarantine().map(\.id) == ["tx_1"])
        #expect(try await other.sync.once().quarantined.isEmpty)
        #expect(try await other.ledger.loadHistory().entries.map(\.id.rawValue) == ["tx_1"])
    }

    @Test func `a row of the published list that can't be read holds up none, and is found again`() async throws {
        feeds.change { $0.hasTransactionFeed = false }
        for seq in 1...250 { feeds.pay("tx_\(seq)", seq: seq) }
        feeds.pay("tx_7", seq: 7) { $0["currency"] = "XYZ" }
        let wallet = try await test.openLoggedIn(on: feeds)
        let report = try await wallet.sync.once()
        #expect(report.transactions == 249)
        #expect(report.quarantined.map(\.id) == ["tx_7"])
        // Nothing new: what is missing is known to be.
        test.clock.advance(by: .seconds(1))
        #expect(try await wallet.sync.once().quarantined.map(\.id) == ["tx_7"])
        let before = feeds.queries.count
        feeds.pay("tx_251", seq: 251)
        #expect(try await wallet.sync.once().transactions == 1)
        #expect(feeds.queries.count - before < 5)
        feeds.pay("tx_7", seq: 7)
        test.clock.advance(by: .seconds(86_400))
        let last = try await wallet.sync.once()
        #expect(last.transactions == 1 && last.quarantined.isEmpty)
    }

    @Test func `the quarantine can be watched`() async throws {
        feeds.pay("tx_1", seq: 1) { $0["amount"] = "abc" }
        let wallet = try await test.openLoggedIn(on: feeds)
        var watch = wallet.sync.watchQuarantine().makeAsyncIterator()
        #expect(try await watch.next()?.isEmpty == true)
        try await wallet.sync.once()
        #expect(try await watch.next()?.map(\.id) == ["tx_1"])
    }

    @Test func `an intent in a currency nobody knows is refused by name, with its amount as it came`() async throws {
        let wallet = try await test.openLoggedIn()
        let intent = test.platform.addIntent("pi_1")
        test.platform.set("currency", to: "XYZ", of: intent)
        let error = await #expect(throws: PlatformError.self) { try await wallet.intents.fetch(intent) }
        #expect(error?.code == "unknown_currency" && error?.retry == .never && error?.isOutOfReach == false)
        #expect(error?.description.contains("35.50 XYZ") == true)
        test.platform.set("currency", to: "HRK", of: intent)
        #expect(try await wallet.intents.fetch(intent).amount.description == "35.50 HRK")
    }
}
