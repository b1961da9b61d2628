import FexValues
import Foundation
import Synchronization
import Testing
import WalletCore
import WalletTesting

/// A wallet that listens for minutes, in no time.
@Suite(.timeLimit(.minutes(15))) struct ListeningTests {
    let test: TestWallet
    let broker = InMemoryEventBroker()

    let transport: HeldTransport

    init() throws {
        test = try TestWallet()
        transport = HeldTransport(test.platform)
    }

    /// Longer than any test lets pass.
    private static let long: Duration = .seconds(1 << 32)

    /// Lets a logged in wallet listen while a body runs.
    private func listening(_ body: (Wallet) async throws -> Void) async throws {
        var configuration = test.configuration
        configuration.http = transport
        configuration.events = InMemoryEventTransport(broker: broker)
        _ = try await test.openLoggedIn()
        let wallet = try await Wallet(configuration)
        let before = accountCalls
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await listen(wallet) }
            try await until("the stream is told to be heard") { await listening(of: wallet) == .stream }
            // What the start catches up with is not to bring what comes later.
            try await until("the account is asked for again") { accountCalls > before }
            try await body(wallet)
            group.cancelAll()
        }
    }

    /// Listens until the task is cancelled: no other end is right.
    private func listen(_ wallet: Wallet) async {
        do {
            try await wallet.sync.run()
            if !Task.isCancelled { Issue.record("listening ended by itself") }
        } catch { if !Task.isCancelled { Issue.record(error) } }
    }

    private var accountCalls: Int { test.platform.calls.count { $0.path.hasSuffix("/wallet") } }

    private func listening(of wallet: Wallet) async -> EventDelivery? {
        var states = wallet.sync.watchListening().makeAsyncIterator()
        return await states.next()
    }

    private func until(
        _ what: String, passing step: Duration = .zero, _ condition: () async throws -> Bool
    ) async throws {
        try await WalletTesting.until(what, moving: test.clock, by: step, condition)
    }

    private func state(of intent: IntentID, in wallet: Wallet) async throws -> ApprovalRequest.State? {
        try await wallet.approvals.load(intent)?.state
    }

    private let subject = "wallets.wal_1.payment.approval_requested"
    private let balanceSubject = "wallets.wal_1.wallet.balance.updated"

    @Test func `a wallet that hears well asks nobody`() async throws {
        try await listening { wallet in
            try await until("the wallet sends its first echo") { broker.published.count == 1 }
            try await until("the account is asked for") {
                test.platform.calls.contains { $0.path.hasSuffix("/wallet") }
            }
            try await until("the wallet sends its second echo", passing: .seconds(1)) { broker.published.count == 2 }
            let before = test.platform.calls.count
            let echoes = broker.published.count
            try await until("three more echoes are sent", passing: .seconds(1)) { broker.published.count == echoes + 3 }
            // Ten minutes of asking every five seconds would be hundreds; what the start began may still come in.
            #expect(test.platform.calls.count < before + 10)
            #expect(Set(broker.published.map(\.subject)) == ["wallets.wal_1.echo"])
            #expect(await listening(of: wallet) == .stream)
        }
    }

    @Test func `an echo waits for the connection that it is to prove`() async throws {
        broker.disconnect()
        _ = try await test.openLoggedIn()
        var configuration = test.configuration
        configuration.events = InMemoryEventTransport(broker: broker)
        let wallet = try await Wallet(configuration)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await listen(wallet) }
            try await until("the stream is told to be away") { await listening(of: wallet) == .poll }
            // No time passes: an echo that was tried too early would come only after its pause.
            broker.connect()
            try await until("the wallet sends its first echo") { broker.published.count == 1 }
            broker.disconnect()
            try await until("the stream is told to be away") { await listening(of: wallet) == .poll }
            broker.connect()
            // Each connection is proved, and not only when three minutes are over. The wallet works in real time.
            for _ in 0..<10 where broker.published.count < 2 {
                test.clock.advance(by: .seconds(15))
                let begin = ContinuousClock.now
                while broker.published.count < 2, ContinuousClock.now - begin < .milliseconds(500) {
                    await Task.yield()
                }
            }
            #expect(broker.published.count == 2)
            group.cancelAll()
        }
    }

    @Test func `a stream gone deaf is noticed, and what was missed is caught up`() async throws {
        try await listening { wallet in
            try await until("the wallet sends its first echo") { broker.published.count == 1 }
            broker.deafen()
            let missed = test.platform.addIntent("pi_1", target: ModelPlatform.wallet, lifetime: Self.long)
            broker.deliver(requestEvent(missed.rawValue), to: subject)
            // Only an echo that does not come makes the wallet subscribe anew.
            try await until("the wallet subscribes anew", passing: .seconds(1)) { broker.subscriptionCount == 2 }
            try await until("the request is shown as open", passing: .seconds(1)) {
                try await state(of: missed, in: wallet) == .pending
            }
            try await until("the stream is told to be heard", passing: .seconds(1)) {
                await listening(of: wallet) == .stream
            }
            #expect(broker.subscriptionCount == 2)
        }
    }

    @Test func `an open request that the merchant withdraws goes from the screen`() async throws {
        try await listening { wallet in
            let intent = test.platform.addIntent("pi_1", target: ModelPlatform.wallet, lifetime: Self.long)
            broker.deliver(requestEvent(intent.rawValue), to: subject)
            try await until("the request is shown as open") { try await state(of: intent, in: wallet) == .pending }
            test.platform.set("status", to: "cancelled", of: intent)
            try await until("the request is shown as withdrawn", passing: .seconds(1)) {
                try await state(of: intent, in: wallet) == .cancelled
            }
            #expect(try await wallet.approvals.loadOpen().isEmpty)
        }
    }

    @Test func `a request is followed also where one before it has run out unseen`() async throws {
        try await listening { wallet in
            let first = test.platform.addIntent("pi_1", target: ModelPlatform.wallet, lifetime: .seconds(60))
            broker.deliver(requestEvent(first.rawValue), to: subject)
            try await until("the request is shown as open") { try await state(of: first, in: wallet) == .pending }
            // Nobody is told that it has run out: no row changes by that.
            let failures = Array(repeating: ModelPlatform.Fate.unreachable, count: 400)
            for fate in failures { test.fate.plan("/approvals", fate) }
            for _ in 0..<70 {
                test.clock.advance(by: .seconds(1))
                try await Task.sleep(for: .milliseconds(5))
            }
            let second = test.platform.addIntent("pi_2", target: ModelPlatform.wallet, lifetime: Self.long)
            broker.deliver(requestEvent(second.rawValue), to: subject)
            try await until("the second is shown as open") { try await state(of: second, in: wallet) == .pending }
            test.fate.clear()
            test.platform.set("status", to: "cancelled", of: second)
            try await until("the second is shown as withdrawn", passing: .seconds(1)) {
                try await state(of: second, in: wallet) == .cancelled
            }
        }
    }

    @Test func `a decision that waits is sent when its time has come, by nobody's hand`() async throws {
        try await listening { wallet in
            let intent = try await wallet.intents.fetch(test.platform.addIntent("pi_1", lifetime: Self.long))
            test.fate.plan("/pay", .unreachable, .unreachable)
            let result = try await wallet.decisions.decide(.pay, on: intent.terms)
            #expect(result.decision.state == .waiting)
            try await until("the decision is confirmed", passing: .seconds(1)) {
                try await wallet.decisions.load(on: intent.id)?.state == .confirmed
            }
            #expect(test.platform.debits == ["pi_1"])
        }
    }

    /// What a watch told last.
    private final class Screen: Sendable {
        private let states = Mutex<[ApprovalRequest.State]?>(nil)

        var shown: [ApprovalRequest.State]? { states.withLock { $0 } }
        func show(_ new: [ApprovalRequest.State]) { states.withLock { $0 = new } }
    }

    @Test func `what another process decides goes from the screen here`() async throws {
        try await listening { wallet in
            let intent = test.platform.addIntent("pi_1", target: ModelPlatform.wallet, lifetime: Self.long)
            broker.deliver(requestEvent(intent.rawValue), to: subject)
            try await until("the request is shown as open") { try await state(of: intent, in: wallet) == .pending }
            let other = try await test.open()
            let terms = try #require(try await other.intents.load(intent)).terms
            let screen = Screen()
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    for try await open in wallet.approvals.watch() { screen.show(open.map(\.state)) }
                }
                try await until("the watch tells the open request") { screen.shown == [.pending] }
                _ = try await other.decisions.decide(.decline, on: terms)
                try await until("the watch tells that nothing is open", passing: .seconds(1)) { screen.shown == [] }
                group.cancelAll()
            }
            #expect(try await state(of: intent, in: wallet) == .declined)
        }
    }

    @Test(arguments: [true, false])
    func `what another process fetched first is shown here, be it told by an event or not`(isTold: Bool) async throws {
        try await listening { wallet in
            let screen = Screen()
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    for try await open in wallet.approvals.watch() { screen.show(open.map(\.state)) }
                }
                try await until("the watch tells that nothing is open") { screen.shown == [] }
                let intent = test.platform.addIntent("pi_1", target: ModelPlatform.wallet, lifetime: Self.long)
                let other = try await test.open()
                try await other.sync.once()
                if isTold { broker.deliver(requestEvent(intent.rawValue), to: subject) }
                // Less than passes before a wallet that hears looks at its outbox.
                for _ in 0..<(isTold ? 0 : 8) {
                    test.clock.advance(by: .seconds(10))
                    for _ in 0..<100 { await Task.yield() }
                }
                try await until("the watch tells the open request") { screen.shown == [.pending] }
                group.cancelAll()
            }
        }
    }

    /// How many seconds pass until a request is shown, from the first planned failure on. None begins before those have
    /// done their work whom the last woke: the database works in real time, and the clock would run away from it.
    private func secondsUntilShown(_ intent: IntentID, in wallet: Wallet, ofFailures planned: Int) async throws -> Int {
        try await until("the planned failures have happened") { test.fate.left < planned }
        var seconds = 0
        while try await state(of: intent, in: wallet) != .pending, seconds < 600 {
            let (asleep, begin) = (test.clock.sleeperCount, ContinuousClock.now)
            test.clock.advance(by: .seconds(1))
            seconds += 1
            // Not all of them sleep again.
            let patience = { test.clock.sleeperCount < asleep ? Duration.milliseconds(200) : .milliseconds(2) }
            repeat { await Task.yield() } while ContinuousClock.now - begin < patience()
        }
        return seconds
    }

    @Test(arguments: [ModelPlatform.Fate.status(503), .portal, .unreachable, .lostAfter])
    func `a request whose fetching fails once is shown all the same`(failure: ModelPlatform.Fate) async throws {
        try await listening { wallet in
            try await until("three echoes are sent", passing: .seconds(1)) { broker.published.count >= 3 }
            let intent = test.platform.addIntent("pi_1", target: ModelPlatform.wallet, lifetime: Self.long)
            test.fate.plan("/pi_1", failure)
            let planned = test.fate.left
            broker.deliver(requestEvent(intent.rawValue), to: subject)
            #expect(try await secondsUntilShown(intent, in: wallet, ofFailures: planned) < 60)
            #expect(await listening(of: wallet) == .stream)
        }
    }

    @Test func `what was missed while away is fetched although the first tries fail`() async throws {
        try await listening { wallet in
            try await until("three echoes are sent", passing: .seconds(1)) { broker.published.count >= 3 }
            broker.disconnect()
            try await until("the stream is told to be away") { await listening(of: wallet) != .stream }
            let intent = test.platform.addIntent("pi_1", target: ModelPlatform.wallet, lifetime: Self.long)
            test.fate.plan("/approvals", .status(503), .status(503), .status(503))
            let planned = test.fate.left
            broker.connect()
            #expect(try await secondsUntilShown(intent, in: wallet, ofFailures: planned) < 60)
        }
    }

    @Test func `a balance event whose catch-up fails is followed all the same`() async throws {
        try await listening { wallet in
            try await until("three echoes are sent", passing: .seconds(1)) { broker.published.count >= 3 }
            let intent = test.platform.addIntent("pi_1", target: ModelPlatform.wallet, lifetime: Self.long)
            test.fate.plan("/approvals", .status(503), .status(503))
            let planned = test.fate.left
            broker.deliver(Data("{}".utf8), to: balanceSubject)
            #expect(try await secondsUntilShown(intent, in: wallet, ofFailures: planned) < 60)
        }
    }

    @Test func `a platform that asks to be left alone is left alone before what is owed is asked for`() async throws {
        try await listening { wallet in
            try await until("three echoes are sent", passing: .seconds(1)) { broker.published.count >= 3 }
            let intent = test.platform.addIntent("pi_1", target: ModelPlatform.wallet, lifetime: Self.long)
            test.fate.plan("/pi_1", .busy(40))
            let planned = test.fate.left
            broker.deliver(requestEvent(intent.rawValue), to: subject)
            #expect(try await 40..<60 ~= secondsUntilShown(intent, in: wallet, ofFailures: planned))
        }
    }

    @Test func `a stream that is away is told at once, whatever is still to be fetched`() async throws {
        try await listening { wallet in
            try await until("three echoes are sent", passing: .seconds(1)) { broker.published.count >= 3 }
            transport.hold("pi_1")
            let held = test.platform.addIntent("pi_1", target: ModelPlatform.wallet, lifetime: Self.long)
            broker.deliver(requestEvent(held.rawValue), to: subject)
            try await until("its fetching is held up") { transport.waiting > 0 }
            broker.disconnect()
            try await until("the stream is told to be away") { await listening(of: wallet) != .stream }
            // The feed may have brought the request by now: it isn't held up.
            #expect(transport.waiting > 0)
            transport.release()
        }
    }

    @Test func `a request whose answer takes long holds up no other`() async throws {
        try await listening { wallet in
            try await until("three echoes are sent", passing: .seconds(1)) { broker.published.count >= 3 }
            transport.hold("pi_1")
            let held = test.platform.addIntent("pi_1", target: ModelPlatform.wallet, lifetime: Self.long)
            let other = test.platform.addIntent("pi_2", target: ModelPlatform.wallet, lifetime: Self.long)
            broker.deliver(requestEvent(held.rawValue), to: subject)
            broker.deliver(requestEvent(other.rawValue), to: subject)
            try await until("the request is shown as open") { try await state(of: other, in: wallet) == .pending }
            #expect(try await state(of: held, in: wallet) == nil)
            transport.release()
            try await until("the request is shown as open") { try await state(of: held, in: wallet) == .pending }
        }
    }

    @Test func `more requests at once than can be fetched are brought by one look at the feed`() async throws {
        try await listening { wallet in
            try await until("three echoes are sent", passing: .seconds(1)) { broker.published.count >= 3 }
            transport.hold("pi_1", "pi_2", "pi_3", "pi_4")
            let intents = (1...100).map {
                test.platform.addIntent("pi_\($0)", target: ModelPlatform.wallet, lifetime: Self.long)
            }
            let before = test.platform.calls.count
            for intent in intents { broker.deliver(requestEvent(intent.rawValue), to: subject) }
            try await until("all hundred requests are shown") { try await wallet.approvals.load().count == 100 }
            #expect(test.platform.calls.count < before + 10)
            transport.release()
        }
    }
}
