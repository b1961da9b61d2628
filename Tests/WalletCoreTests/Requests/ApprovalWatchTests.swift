import FexValues
import Foundation
import Testing
import WalletTesting

@testable import WalletCore

/// Watching requests while nobody can be reached, and those of a merchant who asks often.
@Suite(.timeLimit(.minutes(15))) struct ApprovalWatchTests {
    let test: TestWallet

    init() throws { test = try TestWallet() }

    private func ask(_ wallet: Wallet, _ id: String, merchant: String = "mer_1", lifetime: Duration = .seconds(300))
        async throws -> IntentID
    {
        let intent = test.platform.addIntent(id, target: ModelPlatform.wallet, lifetime: lifetime)
        test.platform.set("merchant_id", to: .string(merchant), of: intent)
        try await wallet.approvals.catchUp()
        return intent
    }

    /// Lets time pass once whoever waits has gone to sleep.
    private func pass(_ duration: Duration) async throws {
        try await until("somebody sleeps until a later time") { test.clock.sleeperCount > 0 }
        test.clock.advance(by: duration)
    }

    @Test func `a request goes from the screen when its time runs out, while nobody can be reached`() async throws {
        let wallet = try await test.openLoggedIn()
        _ = try await ask(wallet, "pi_1", lifetime: .seconds(60))
        let later = try await ask(wallet, "pi_2", lifetime: .seconds(90))
        let calls = test.platform.calls.count
        async let shown = wallet.approvals.watch().prefix(3).reduce(into: []) { $0.append($1.map(\.intent.id)) }
        try await pass(.seconds(60))
        try await pass(.seconds(30))
        #expect(try await shown.dropFirst() == [[later], []])
        #expect(test.platform.calls.count == calls)
    }

    @Test func `nothing is looked at before the next request expires`() async throws {
        let wallet = try await test.openLoggedIn()
        _ = try await ask(wallet, "pi_1", lifetime: .seconds(60))
        async let shown = wallet.approvals.watch().prefix(2).reduce(0) { count, _ in count + 1 }
        try await pass(.seconds(59))
        #expect(test.clock.sleeperCount == 1, "who sleeps until then is not woken")
        test.clock.advance(by: .seconds(1))
        #expect(try await shown == 2)
    }

    @Test func `a request that had expired by a clock that went too fast is shown again`() async throws {
        let wallet = try await test.openLoggedIn()
        let intent = try await ask(wallet, "pi_1", lifetime: .seconds(60))
        var (watch, news) = (
            wallet.approvals.watch().makeAsyncIterator(), wallet.approvals.watchNews().makeAsyncIterator()
        )
        #expect(try await watch.next()?.count == 1)
        #expect(try await news.next()?.map(\.state) == [.pending])
        test.clock.advance(by: .seconds(70))
        #expect(try await watch.next() == [])
        #expect(try await news.next()?.map(\.state) == [.expired])
        // One answer with an earlier time may be an old one; two that agree are believed.
        for second in 20...21 {
            wallet.approvals.time.observe(date: "Thu, 01 Jan 2026 12:00:\(second) GMT", sentAt: test.clock.uptime())
            test.clock.advance(by: .seconds(1))
        }
        #expect(try await watch.next()?.map(\.intent.id) == [intent])
        #expect(try await news.next()?.map(\.state) == [.pending])
    }

    @Test func `news are each request when it comes, when it says otherwise, and when it is over`() async throws {
        let wallet = try await test.openLoggedIn()
        let first = try await ask(wallet, "pi_1")
        var news = wallet.approvals.watchNews().makeAsyncIterator()
        #expect(try await news.next()?.map(\.intent.id) == [first])
        let second = try await ask(wallet, "pi_2", lifetime: .seconds(3600))
        #expect(try await news.next()?.map(\.intent.id) == [second])
        test.platform.set("metadata", to: ["a": 1], of: second)
        try await wallet.approvals.catchUp()
        test.platform.set("amount", to: .number("99.00"), of: second)
        try await wallet.approvals.catchUp()
        #expect(try await news.next()?.map(\.intent.amount.decimalString) == ["99.00"])
        let terms = try #require(try await wallet.intents.load(first)).terms
        _ = try await wallet.decisions.decide(.approve, on: terms)
        #expect(try await news.next()?.map(\.state) == [.approved])
        test.platform.set("status", to: "cancelled", of: second)
        try await wallet.approvals.catchUp()
        #expect(try await news.next()?.map(\.state) == [.cancelled])
    }

    @Test func `requests are grouped by merchant, and no merchant's many hide another's`() async throws {
        let wallet = try await test.openLoggedIn()
        let honest = try await ask(wallet, "pi_honest", merchant: "mer_2")
        test.clock.advance(by: .seconds(1))
        for number in 0..<20 { _ = try await ask(wallet, "pi_\(number)") }
        let groups = try await wallet.approvals.loadGroups(newest: 2)
        #expect(groups.map(\.merchant.rawValue) == ["mer_1", "mer_2"])
        #expect(groups.map(\.count) == [20, 1] && groups.map(\.requests.count) == [2, 1])
        #expect(groups[1].requests.map(\.intent.id) == [honest] && groups[0].merchantName == "Café Zoë")
        #expect(groups.allSatisfy { !$0.isMuted && !$0.isQuiet })
    }

    @Test func `a muted merchant's requests are counted and not told, and the only one is never hidden`() async throws {
        let wallet = try await test.openLoggedIn()
        let merchant = MerchantID("mer_1")!
        try await wallet.approvals.mute(merchant)
        var news = wallet.approvals.watchNews().makeAsyncIterator()
        #expect(try await news.next() == [])
        let first = try await ask(wallet, "pi_1")
        #expect(try await news.next()?.map(\.intent.id) == [first], "it is the only one")
        let second = try await ask(wallet, "pi_2")
        let other = try await ask(wallet, "pi_3", merchant: "mer_2")
        #expect(try await news.next()?.map(\.intent.id) == [other])
        #expect(try await wallet.approvals.loadGroups().map(\.isQuiet).sorted { $0 && !$1 } == [true, false])
        #expect(try await wallet.approvals.loadOpen().count == 3, "none is declined or left out")
        #expect(test.platform.calls.allSatisfy { !$0.path.hasSuffix("/decline") })
        test.platform.set("status", to: "cancelled", of: first)
        try await wallet.approvals.catchUp()
        #expect(
            try await news.next()?.map(\.intent.id) == [first, second], "the first is over: the second is the only one")
    }

    @Test func `what came while a merchant was muted is told when it is not any more`() async throws {
        let wallet = try await test.openLoggedIn()
        let merchant = MerchantID("mer_1")!
        try await wallet.approvals.mute(merchant)
        let intents = [try await ask(wallet, "pi_1"), try await ask(wallet, "pi_2")]
        var news = wallet.approvals.watchNews().makeAsyncIterator()
        #expect(try await news.next() == [])
        #expect(try await wallet.approvals.loadMuted() == [merchant])
        try await wallet.approvals.unmute(merchant)
        #expect(Set(try await news.next()?.map(\.intent.id) ?? []) == Set(intents))
        #expect(try await wallet.approvals.loadMuted() == [])
    }

    @Test func `a request of a muted merchant that was answered is told`() async throws {
        let wallet = try await test.openLoggedIn()
        try await wallet.approvals.mute(MerchantID("mer_1")!)
        let intents = [try await ask(wallet, "pi_1"), try await ask(wallet, "pi_2"), try await ask(wallet, "pi_3")]
        var groups = wallet.approvals.watchGroups().makeAsyncIterator()
        #expect(try await groups.next()?.map(\.count) == [3])
        let terms = try #require(try await wallet.intents.load(intents[1])).terms
        test.fate.plan("/approve", .unreachable, .unreachable)
        let waiting = try await wallet.decisions.decide(.approve, on: terms)
        #expect(waiting.decision.state == .waiting)
        #expect(try await groups.next()?.map(\.count) == [2], "an answered one waits for the platform")
        var news = wallet.approvals.watchNews().makeAsyncIterator()
        #expect(try await news.next()?.map(\.state) == [.answered])
    }

    @Test func `a watch ends when its task does`() async throws {
        let wallet = try await test.openLoggedIn()
        _ = try await ask(wallet, "pi_1")
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { for try await _ in wallet.approvals.watch() {} }
            try await until("somebody sleeps until a later time") { test.clock.sleeperCount > 0 }
            group.cancelAll()
            try await group.waitForAll()
        }
        #expect(test.clock.sleeperCount == 0)
    }
}
