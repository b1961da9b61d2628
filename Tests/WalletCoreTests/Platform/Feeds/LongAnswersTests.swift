import FexValues
import Foundation
import Testing
import WalletTesting

@testable import WalletCore

/// Answers that are longer than is accepted: 4 MiB.
@Suite struct LongAnswersTests {
    let test: TestWallet
    let feeds: TestFeeds

    init() throws {
        test = try TestWallet()
        feeds = TestFeeds(test)
    }

    private static let tooLong = 5 << 20

    private func size(of directory: URL) throws -> Int {
        try FileManager.default.contentsOfDirectory(at: directory, includingPropertiesForKeys: [.fileSizeKey])
            .reduce(0) { try $0 + ($1.resourceValues(forKeys: [.fileSizeKey]).fileSize ?? 0) }
    }

    @Test(arguments: [true, false])
    func `six requests of 900 KB keep no honest one behind them from being listed`(knowsSummary: Bool) async throws {
        feeds.change { $0.knowsSummary = knowsSummary }
        for seq in 1...6 { feeds.ask("pi_big\(seq)", seq: seq, noteLength: 900_000) }
        feeds.ask("pi_honest", seq: 7)
        let wallet = try await test.openLoggedIn(on: feeds)
        let report = try await wallet.sync.once()
        #expect(report.quarantined.isEmpty && report.approvals == 7)
        #expect(try await wallet.approvals.load().count == 7)
        #expect(try await wallet.approvals.load(IntentID("pi_honest")!)?.state == .pending)
        for seq in 8...17 {
            feeds.ask("pi_big\(seq)", seq: seq, noteLength: 900_000)
            try await wallet.sync.once()
        }
        #expect(try await wallet.approvals.load().count == 17)
        #expect(try size(of: test.directory) < 5_000_000)
    }

    @Test func `a platform that knows no summary is asked for one once`() async throws {
        feeds.change { $0.knowsSummary = false }
        feeds.ask("pi_1", seq: 1)
        let wallet = try await test.openLoggedIn(on: feeds)
        for _ in 0..<3 { try await wallet.sync.once() }
        #expect(feeds.queries.count { $0.contains("fields=summary") } == 1)
        #expect(try await wallet.approvals.load().count == 1)
    }

    @Test(arguments: [[2], [1], [3], [1, 2], [2, 3], [1, 2, 3], [1, 3]])
    func `a request that is too long alone is stepped over and named, and comes once it fits`(
        long: [Int]
    ) async throws {
        feeds.change { $0.knowsSummary = false }
        for seq in 1...3 { feeds.ask("pi_\(seq)", seq: seq, noteLength: long.contains(seq) ? Self.tooLong : 0) }
        let wallet = try await test.openLoggedIn(on: feeds)
        let report = try await wallet.sync.once()
        let expected = Set((1...3).filter { !long.contains($0) }.map { "pi_\($0)" })
        #expect(Set(try await wallet.approvals.load().map(\.intent.id.rawValue)) == expected)
        #expect(report.quarantined.compactMap(\.sequence).last == long.last)
        #expect(report.quarantined.allSatisfy { $0.why.contains("longer") && $0.document == nil })
        for seq in long { feeds.ask("pi_\(seq)", seq: seq) }
        var left = report.quarantined.count
        for _ in 1...3 where left > 0 {
            test.clock.advance(by: .seconds(3600))
            left = try await wallet.sync.once().quarantined.count
        }
        #expect(left == 0)
        #expect(try await wallet.approvals.load().count == 3)
    }

    @Test(arguments: [(1, 2), (5, 9), (16, 40), (1000, 5_000_000), (1_700_000_000_000, 1_700_000_086_400)])
    func `a transaction that is too long alone is stepped over, however far its number is`(
        long: Int, next: Int
    ) async throws {
        feeds.pay("tx_long", seq: long, noteLength: Self.tooLong)
        feeds.pay("tx_next", seq: next)
        let wallet = try await test.openLoggedIn(on: feeds)
        let report = try await wallet.sync.once()
        #expect(report.transactions == 1)
        #expect(report.quarantined.map(\.sequence) == [long])
        #expect(try await wallet.ledger.loadHistory().entries.map(\.id.rawValue) == ["tx_next"])
        #expect(feeds.queries.count < 150)
        // Nothing is read again.
        test.clock.advance(by: .seconds(30))
        #expect(try await wallet.sync.once().transactions == 0)
        feeds.pay("tx_long", seq: long)
        test.clock.advance(by: .seconds(86_400))
        #expect(try await wallet.sync.once().quarantined.isEmpty)
        #expect(try await wallet.ledger.loadHistory().entries.count == 2)
    }

    @Test(arguments: [1, 7, 300_000])
    func `where the last row is the one that is too long, the cursor stops there`(distance: Int) async throws {
        feeds.pay("tx_1", seq: 1)
        feeds.pay("tx_long", seq: 1 + distance, noteLength: Self.tooLong)
        let wallet = try await test.openLoggedIn(on: feeds)
        #expect(try await wallet.sync.once().quarantined.map(\.sequence) == [1 + distance])
        feeds.pay("tx_3", seq: 2 + distance)
        test.clock.advance(by: .seconds(1))
        #expect(try await wallet.sync.once().transactions == 1)
        #expect(try await wallet.ledger.loadHistory().entries.count == 2)
    }

    @Test func `a payment that fits without its metadata comes without them`() async throws {
        feeds.pay("tx_1", seq: 1) { $0["metadata"] = ["note": .string(String(repeating: "x", count: Self.tooLong))] }
        let wallet = try await test.openLoggedIn(on: feeds)
        let report = try await wallet.sync.once()
        #expect(report.transactions == 1 && report.quarantined.isEmpty)
    }

    @Test func `a platform without a feed whose pages are too long is read in smaller ones`() async throws {
        feeds.change { $0.hasTransactionFeed = false }
        for seq in 1...30 { feeds.pay("tx_\(seq)", seq: seq, noteLength: seq == 11 ? Self.tooLong : 300_000) }
        let wallet = try await test.openLoggedIn(on: feeds)
        let report = try await wallet.sync.once()
        #expect(report.transactions == 29)
        #expect(report.quarantined.count == 1 && report.quarantined[0].why.contains("longer"))
        #expect(try await wallet.sync.once().transactions == 0)
    }

    @Test func `a hint whose intent is too long to fetch is followed by way of the feed`() async throws {
        feeds.ask("pi_1", seq: 1, noteLength: Self.tooLong)
        let wallet = try await test.openLoggedIn(on: feeds)
        // The model serves the single intent: of any length, since it knows no limits.
        let intent = test.platform.addIntent("pi_1", target: ModelPlatform.wallet)
        test.fate.plan("/pi_1", .tooLong)
        let event: JSON = [
            "event": "payment.approval_requested", "event_id": "e1", "payment_intent_id": "pi_1",
            "target_wallet_id": "wal_1", "merchant_id": "mer_1", "amount": "35.50", "currency": "USD",
        ]
        #expect(try await wallet.approvals.receive(push: event.data) != nil)
        #expect(try await wallet.approvals.load(intent)?.state == .pending)
    }
}
