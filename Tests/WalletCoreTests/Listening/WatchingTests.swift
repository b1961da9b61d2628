import FexValues
import Foundation
import Synchronization
import Testing
import WalletCore
import WalletTesting

/// What an app watches besides the requests: a payment, the outbox, the session, a badge.
@Suite(.timeLimit(.minutes(15))) struct WatchingTests {
    let test: TestWallet

    init() throws { test = try TestWallet() }

    /// Reads a sequence until an element is as it has to be.
    private func next<Watch: AsyncIteratorProtocol>(
        of watch: inout Watch, where isRight: (Watch.Element) -> Bool
    ) async throws -> Watch.Element? {
        while let element = try await watch.next(isolation: #isolation) { if isRight(element) { return element } }
        return nil
    }

    @Test func `a payment is watched from what it is now until it is settled`() async throws {
        let wallet = try await test.openLoggedIn()
        let intent = try await wallet.intents.fetch(test.platform.addIntent("pi_1"))
        test.fate.plan("/pay", .lostBefore)
        let decision = try await wallet.decisions.decide(.pay, on: intent.terms).decision
        var watch = wallet.decisions.watch(decision.id).makeAsyncIterator()
        #expect(try await watch.next()?.state == .unknown)
        _ = try await wallet.decisions.retry(decision.id)
        #expect(try await next(of: &watch) { $0.state.isSettled }?.state == .confirmed)
        #expect(try await watch.next() == nil)

        var states: [DecisionState] = []
        for try await settled in wallet.decisions.watch(decision.id) { states.append(settled.state) }
        #expect(states == [.confirmed])
        await #expect(throws: DecisionError.unknownDecision) {
            for try await _ in wallet.decisions.watch(DecisionID("none")!) {}
        }
        // That there is none is no damage.
        await wallet.close()
        #expect(try await test.open().recovery == nil)
    }

    @Test func `the outbox is watched`() async throws {
        let wallet = try await test.openLoggedIn()
        let intent = try await wallet.intents.fetch(test.platform.addIntent("pi_1"))
        var watch = wallet.decisions.watchOutbox().makeAsyncIterator()
        #expect(try await watch.next() == [])
        test.fate.plan("/pay", .unreachable)
        _ = try await wallet.decisions.decide(.pay, on: intent.terms)
        #expect(try await next(of: &watch) { $0.map(\.state) == [.waiting] }?.first?.terms == intent.terms)
        _ = try await wallet.decisions.sendAll()
        #expect(try await next(of: &watch) { $0.isEmpty } != nil)
    }

    @Test func `a login, a logout and the end of a session show`() async throws {
        let wallet = try await test.open()
        var watch = wallet.account.watchSession().makeAsyncIterator()
        #expect(try await watch.next() == .loggedOut)
        _ = try await wallet.account.logIn(username: "alice", password: "right", deviceName: "test")
        #expect(try await watch.next() == .loggedIn)
        try await wallet.account.logOut()
        #expect(try await watch.next() == .loggedOut)
        _ = try await wallet.account.logIn(username: "alice", password: "right", deviceName: "test")
        #expect(try await watch.next() == .loggedIn)
        test.platform.change { $0.endSessions() }
        await #expect(throws: SessionError.ended) { try await wallet.sync.once() }
        #expect(try await watch.next() == .ended)
        await wallet.close()
        await #expect(throws: OpeningError.closed) { try await watch.next() }
    }

    @Test func `a session that another process has ended shows while the wallet listens`() async throws {
        let (wallet, other) = (try await test.openLoggedIn(), try await test.open())
        var watch = wallet.account.watchSession().makeAsyncIterator()
        #expect(try await watch.next() == .loggedIn)
        let ending = Ending()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                await #expect(throws: SessionError.notLoggedIn) { try await wallet.sync.run() }
                ending.hasCome.store(true, ordering: .releasing)
            }
            try await until("it listens") { test.clock.sleeperCount > 0 }
            try await other.account.logOut()
            try await until("it has noticed", moving: test.clock, by: .seconds(1)) {
                ending.hasCome.load(ordering: .acquiring)
            }
            try await group.waitForAll()
        }
        #expect(try await watch.next() == .loggedOut)
    }

    @Test func `a badge counts what waits and what is unresolved, and knows of the session`() async throws {
        let wallet = try await test.openLoggedIn()
        var watch = wallet.watchBadge().makeAsyncIterator()
        var badge = WalletBadge(waitingRequests: 0, unresolvedDecisions: 0, session: .loggedIn)
        #expect(try await watch.next() == badge)

        let request = test.platform.addIntent("pi_1", target: ModelPlatform.wallet, lifetime: .seconds(60))
        test.platform.addIntent("pi_2", target: ModelPlatform.wallet, lifetime: .seconds(90))
        try await wallet.approvals.catchUp()
        badge.waitingRequests = 2
        #expect(try await next(of: &watch) { $0 == badge } != nil)

        test.fate.plan("/approve", .lostBefore)
        let terms = try #require(try await wallet.intents.load(request)).terms
        let decision = try await wallet.decisions.decide(.approve, on: terms).decision
        badge = WalletBadge(waitingRequests: 1, unresolvedDecisions: 1, session: .loggedIn)
        #expect(try await next(of: &watch) { $0 == badge } != nil)

        _ = try await wallet.decisions.retry(decision.id)
        badge.unresolvedDecisions = 0
        #expect(try await next(of: &watch) { $0 == badge } != nil)

        test.clock.advance(by: .seconds(90))
        badge.waitingRequests = 0
        #expect(try await next(of: &watch) { $0 == badge } != nil)

        try await wallet.account.logOut()
        badge.session = .loggedOut
        #expect(try await watch.next() == badge)
    }
}

/// Whether something has ended.
private final class Ending: Sendable {
    let hasCome = Atomic(false)
}
