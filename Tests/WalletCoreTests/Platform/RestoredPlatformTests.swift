import FexValues
import Foundation
import Testing
import WalletTesting

@testable import WalletCore

/// A platform, or a device, of which a backup was restored.
@Suite struct RestoredPlatformTests {
    let test: TestWallet
    let feeds: TestFeeds

    init() throws {
        test = try TestWallet()
        feeds = TestFeeds(test)
    }

    private func fill(_ count: Int) {
        for seq in 1...count {
            feeds.ask("pi_\(seq)", seq: seq)
            feeds.pay("tx_\(seq)", seq: seq)
        }
    }

    private func forget(from seq: Int) {
        feeds.change { state in
            state.approvals = state.approvals.filter { $0.key < seq }
            state.transactions = state.transactions.filter { $0.key < seq }
        }
    }

    @Test func `a feed that ends before the cursor is read anew, and what is known is no news`() async throws {
        fill(5)
        let wallet = try await test.openLoggedIn(on: feeds)
        try await wallet.sync.once()
        // The platform goes on from where it was restored to.
        forget(from: 3)
        feeds.ask("pi_new", seq: 3)
        feeds.pay("tx_new", seq: 3)
        feeds.pay("tx_1", seq: 4) { payment in
            payment["status"] = "refunded"
            payment["created_at"] = "2026-01-01T12:00:00.001Z"
        }
        feeds.change { $0.transactions[1] = nil }
        let report = try await wallet.sync.once()
        #expect(report.approvals == 1 && report.transactions == 2)
        #expect(report.quarantined.isEmpty)
        #expect(try await wallet.approvals.load(IntentID("pi_new")!)?.state == .pending)
        let history = try await wallet.ledger.loadHistory(HistoryQuery(limit: 50)).entries
        #expect(history.count == 6)
        #expect(history.first { $0.id.rawValue == "tx_1" }?.status == .refunded)
        #expect(try await wallet.sync.once().transactions == 0)
        feeds.pay("tx_later", seq: 5)
        #expect(try await wallet.sync.once().transactions == 1)
    }

    @Test func `a feed that jumps to and fro is read anew at most once a sync`() async throws {
        let wallet = try await test.openLoggedIn()
        test.platform.addIntent("pi_1", target: ModelPlatform.wallet)
        for number in 2...6 {
            let intent = try await wallet.intents.fetch(test.platform.addIntent("pi_\(number)", amount: "1.00"))
            _ = try await wallet.decisions.decide(.pay, on: intent.terms)
        }
        try await wallet.sync.once()
        let jump = ModelPlatform.Fate.altered { $0.setting("next", -1) }
        test.fate.plan("/approvals", jump, jump, jump, jump)
        test.fate.plan("/transactions", jump, jump, jump, jump)
        let error = await #expect(throws: SyncError.self) { try await wallet.sync.once() }
        #expect(error?.failures.map(\.step) == [.approvals, .transactions])
        #expect(test.fate.left == 4)
        test.fate.clear()
        #expect(try await wallet.sync.once().transactions == 0)
        #expect(try await wallet.sync.once().quarantined.isEmpty)
    }

    @Test func `a reading anew that is interrupted goes on where it was`() async throws {
        for seq in 1...30 { feeds.pay("tx_\(seq)", seq: seq) }
        let wallet = try await test.openLoggedIn(on: feeds)
        try await wallet.sync.once()
        let store = try WalletStore(path: test.configuration.database.path)
        _ = try await store.restart(.transactions, from: FeedCursor(after: 30))
        let cursor = try await store.loadCursor(in: .transactions)
        #expect(cursor?.after == 0 && cursor?.isReread == true && cursor?.checked == 0 && cursor?.etag == nil)
        #expect(try await wallet.sync.once().transactions == 0)
        #expect(try await store.loadCursor(in: .transactions)?.isReread == false)
        // Found by somebody whose answer was overtaken: nothing is set back.
        _ = try await store.restart(.transactions, from: FeedCursor(after: 7))
        #expect(try await store.loadCursor(in: .transactions)?.after == 30)
    }

    /// An answer that was on its way when the feed was found to have gone back: it goes on from a cursor of before.
    @Test(arguments: ["approvals", "transactions"])
    func `an answer from before a feed is read anew does not pass over what it holds`(feed: String) async throws {
        fill(5)
        let wallet = try await test.openLoggedIn(on: feeds)
        try await wallet.sync.once()
        let held = HeldTransport(feeds)
        var configuration = test.configuration
        configuration.http = held
        let slow = try await Wallet(configuration)
        forget(from: 3)
        for seq in 3...5 {
            feeds.ask("pi_\(seq)b", seq: seq)
            feeds.pay("tx_\(seq)b", seq: seq)
        }
        held.holdAnswers(to: feed)
        async let late = slow.sync.once()
        try await until("a call is held up") { held.waiting > 0 }
        let store = try WalletStore(path: test.configuration.database.path)
        let name = try #require(FeedName(rawValue: feed))
        _ = try await store.restart(name, from: FeedCursor(after: 5))
        held.release()
        _ = try await late
        try await wallet.sync.once()
        if name == .approvals {
            #expect(try await wallet.approvals.load().count == 8)
        } else {
            #expect(try await store.countTransactions() == 8)
        }
    }

    @Test func `an account that goes back is believed when it says so twice, and the feeds are read anew`() async throws
    {
        fill(5)
        feeds.change { ($0.version, $0.balance) = (7, "700.00") }
        let wallet = try await test.openLoggedIn(on: feeds)
        #expect(try await wallet.sync.once().balance.decimalString == "700.00")
        // By now as many have come again, so that the feeds tell nothing.
        forget(from: 3)
        feeds.pay("tx_3b", seq: 3) { $0["created_at"] = "2026-01-01T12:00:09Z" }
        for seq in 4...5 { feeds.pay("tx_\(seq)", seq: seq) }
        for seq in 3...5 { feeds.ask("pi_\(seq)b", seq: seq) }
        feeds.change { ($0.version, $0.balance) = (4, "820.00") }
        let report = try await wallet.sync.once()
        #expect(report.balance.decimalString == "820.00")
        #expect(report.transactions == 1 && report.approvals == 3)
        let queries = feeds.queries.count
        let next = try await wallet.sync.once()
        #expect(next.transactions == 0 && next.balance.decimalString == "820.00")
        #expect(feeds.queries.count == queries + 2)
    }

    @Test func `one older answer alone sets no balance back`() async throws {
        let wallet = try await test.openLoggedIn()
        let intent = try await wallet.intents.fetch(test.platform.addIntent("pi_1", amount: "1.00"))
        _ = try await wallet.decisions.decide(.pay, on: intent.terms)
        #expect(try await wallet.sync.refreshAccount().balance.decimalString == "999.00")
        let older = ModelPlatform.Fate.altered { answer in
            let wallet = answer["wallet"]!.setting("version", 1).setting("balance", "1000.00")
            return answer.setting("wallet", wallet)
        }
        test.fate.plan("/wallet", older)
        #expect(try await wallet.sync.refreshAccount().balance.decimalString == "999.00")
        #expect(try await wallet.ledger.loadAccount()?.balance.decimalString == "999.00")
        test.fate.plan("/wallet", older, older)
        #expect(try await wallet.sync.refreshAccount().balance.decimalString == "1000.00")
    }

    @Test func `a feed that has gone back makes an older account believed at once`() async throws {
        fill(5)
        feeds.change { ($0.version, $0.balance) = (7, "700.00") }
        let wallet = try await test.openLoggedIn(on: feeds)
        try await wallet.sync.once()
        forget(from: 3)
        feeds.change { ($0.version, $0.balance) = (4, "820.00") }
        let report = try await wallet.sync.once()
        #expect(report.balance.decimalString == "820.00" && report.transactions == 0 && report.approvals == 0)
    }
}
