import Foundation
import Synchronization
import Testing
import WalletCore
import WalletTesting

/// A wallet that listens while its session ends, is logged out, or has its calls answered by strangers.
@Suite(.timeLimit(.minutes(15))) struct SessionEndTests {
    let test: TestWallet
    let box: Middlebox
    let transport: HeldTransport
    let broker = InMemoryEventBroker()

    init() throws {
        test = try TestWallet()
        box = Middlebox(before: test.platform)
        transport = HeldTransport(box)
    }

    /// How listening ended by itself.
    private final class Ending: Sendable {
        private let state = Mutex<(hasCome: Bool, error: (any Error)?)>((false, nil))

        func come(_ error: (any Error)?) { state.withLock { $0 = (true, error) } }

        /// Waits for it.
        func wait() async throws -> (any Error)? {
            try await until("listening ends") { state.withLock { $0.hasCome } }
            return state.withLock { $0.error }
        }
    }

    /// Lets a logged in wallet listen while a body runs; it hears, and has caught up.
    private func listening(
        withStream: Bool = true, _ body: (Wallet, Ending) async throws -> Void
    ) async throws {
        _ = try await test.openLoggedIn()
        var configuration = test.configuration
        configuration.http = transport
        if withStream { configuration.events = InMemoryEventTransport(broker: broker) }
        let wallet = try await Wallet(configuration)
        let before = accountCalls
        try await withThrowingTaskGroup(of: Void.self) { group in
            let ending = Ending()
            group.addTask {
                do {
                    try await wallet.sync.run()
                    ending.come(nil)
                } catch { ending.come(error) }
            }
            try await until("the wallet listens") { await state(of: wallet) == (withStream ? .stream : .poll) }
            try await until("the account is asked for again") { accountCalls > before }
            try await body(wallet, ending)
            group.cancelAll()
        }
    }

    private var accountCalls: Int { test.platform.calls.count { $0.path.hasSuffix("/wallet") } }

    private func state(of wallet: Wallet) async -> EventDelivery? {
        var states = wallet.sync.watchListening().makeAsyncIterator()
        return await states.next()
    }

    private let unauthorized = Middlebox.Answer(passesOn: false, status: 401, body: "{}")
    private let ended = Middlebox.Answer(passesOn: false, status: 400, body: #"{"error":"invalid_grant"}"#)

    /// Has the platform take no token any more, and the identity provider give no other.
    private func endSession() {
        test.platform.revokeTokens()
        box.plan("/token", ended)
    }

    private let balanceSubject = "wallets.wal_1.wallet.balance.updated"

    @Test(arguments: [true, false])
    func `listening ends with the session, says why, and says that nobody listens`(withStream: Bool) async throws {
        try await listening(withStream: withStream) { wallet, ending in
            endSession()
            broker.deliver(Data("{}".utf8), to: balanceSubject)
            if !withStream {
                try await until("nobody is told to listen", moving: test.clock, by: .seconds(1)) {
                    await state(of: wallet) == .no
                }
            }
            let error = try await ending.wait()
            #expect(error as? SessionError == .ended)
            #expect(await state(of: wallet) == .no)
            #expect(await !wallet.account.isLoggedIn)
        }
    }

    @Test func `listening ends where another call learns that the session has ended`() async throws {
        try await listening { wallet, ending in
            endSession()
            await #expect(throws: SessionError.ended) { try await wallet.sync.refreshAccount() }
            let error = try await ending.wait()
            #expect(error as? SessionError == .ended)
            #expect(await state(of: wallet) == .no)
        }
    }

    @Test func `a log-out ends listening at once`() async throws {
        try await listening { wallet, ending in
            try await wallet.account.logOut()
            let error = try await ending.wait()
            #expect(error as? SessionError == .notLoggedIn)
            #expect(await state(of: wallet) == .no)
        }
    }

    @Test func `a log-out in another process ends listening within seconds, although nobody has to be asked`()
        async throws
    {
        try await listening { wallet, ending in
            try await test.open().account.logOut()
            let begin = test.clock.uptime()
            try await until("nobody is told to listen", moving: test.clock, by: .seconds(1)) {
                await state(of: wallet) == .no
            }
            let error = try await ending.wait()
            #expect(error as? SessionError == .notLoggedIn)
            // The clock may have run ahead of a task whose time had come.
            #expect(test.clock.uptime() - begin < .seconds(120))
        }
    }

    @Test func `a log-out ends listening at once while a renewal is held up, and its tokens are not kept`() async throws
    {
        try await listening { wallet, ending in
            transport.holdAnswers(to: "token")
            test.platform.revokeTokens()
            broker.deliver(Data("{}".utf8), to: balanceSubject)
            try await until("a call is held up") { transport.waiting == 1 }
            try await wallet.account.logOut()
            let error = try await ending.wait()
            #expect(error as? SessionError == .notLoggedIn)
            transport.release()
            #expect(await state(of: wallet) == .no)
            let other = try await test.open()
            await #expect(throws: SessionError.notLoggedIn) { try await other.sync.refreshAccount() }
        }
    }

    @Test func `nobody listens without a session`() async throws {
        let wallet = try await test.openLoggedIn()
        try await wallet.account.logOut()
        await #expect(throws: SessionError.notLoggedIn) { try await wallet.sync.run() }
    }

    @Test(arguments: [400, 401, 403, 404, 409, 422, 451, 302, 500])
    func `what strangers answer ends no listening, and what was missed comes`(status: Int) async throws {
        try await listening { wallet, ending in
            let intent = test.platform.addIntent("pi_1", target: ModelPlatform.wallet, lifetime: .seconds(1 << 32))
            for body in ["{}", #"{"success":false,"error":"x"}"#, "<html></html>"] {
                for path in ["/approvals", "/wallet", "/transactions", "/token", "/openid-configuration"] {
                    box.plan(path, .init(passesOn: false, status: status, body: body))
                }
            }
            test.platform.revokeTokens()
            broker.deliver(Data("{}".utf8), to: balanceSubject)
            try await until("the request is shown as open", moving: test.clock, by: .seconds(1)) {
                try await wallet.approvals.load(intent)?.state == .pending
            }
            #expect(await state(of: wallet) == .stream)
            #expect(await wallet.account.isLoggedIn)
        }
    }

    @Test func `a renewal whose answer is lost ends no listening`() async throws {
        try await listening { wallet, ending in
            test.platform.revokeTokens()
            test.fate.plan("/token", .lostBefore, .lostBefore)
            broker.deliver(Data("{}".utf8), to: balanceSubject)
            try await until("the planned failures have happened", moving: test.clock, by: .seconds(1)) {
                test.fate.left == 0
            }
            let before = accountCalls
            try await until("the account is asked for again", moving: test.clock, by: .seconds(1)) {
                accountCalls > before
            }
            #expect(await state(of: wallet) == .stream)
            #expect(await wallet.account.isLoggedIn)
        }
    }
}
