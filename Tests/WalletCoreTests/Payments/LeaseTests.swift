import FexHTTP
import FexValues
import HTTPTypes
import Synchronization
import Testing
import WalletTesting

@testable import WalletCore

#if os(Linux)
    import Glibc
#endif

/// Two wallets on one database, as two processes have it.
@Suite(.timeLimit(.minutes(15))) struct LeaseTests {
    let test: TestWallet
    let gate: Gate

    init() throws {
        test = try TestWallet()
        gate = Gate(in: test.platform)
    }

    /// Lets decisions through only when opened.
    final class Gate: HTTPTransport {
        private let state = Mutex<(isOpen: Bool, waiting: Int, held: [CheckedContinuation<Void, Never>])>((true, 0, []))
        private let platform: ModelPlatform

        init(in platform: ModelPlatform) { self.platform = platform }

        var waiting: Int { state.withLock { $0.waiting } }

        func close() { state.withLock { $0.isOpen = false } }

        func open() {
            let held = state.withLock { state in
                state.isOpen = true
                defer { state.held = [] }
                return state.held
            }
            for continuation in held { continuation.resume() }
        }

        func send(_ call: HTTPCall) async throws(HTTPTransportError) -> HTTPAnswer {
            if call.method == .post, call.address.target.hasSuffix("/pay") {
                await withCheckedContinuation { continuation in
                    let passes = state.withLock { state in
                        guard !state.isOpen else { return true }
                        state.waiting += 1
                        state.held.append(continuation)
                        return false
                    }
                    if passes { continuation.resume() }
                }
            }
            return try await platform.send(call)
        }
    }

    private func open(
        _ name: String, gone: Set<String> = [], clock: DrivenClock? = nil, through transport: (any HTTPTransport)? = nil
    ) async throws -> Wallet {
        var configuration = test.configuration
        if let clock { configuration.clock = clock }
        configuration.leaseHolder = LeaseHolder(name: name, isGone: { gone.contains($0) })
        if let transport { configuration.http = transport }
        return try await Wallet(configuration)
    }

    /// One wallet in the middle of paying, while a body runs; it goes on afterwards.
    private func whileSending(_ body: (IntentID) async throws -> Void) async throws {
        _ = try await test.openLoggedIn()
        let first = try await open("first", through: gate)
        let intent = try await first.intents.fetch(test.platform.addIntent("pi_1"))
        gate.close()
        async let result = first.decisions.decide(.pay, on: intent.terms)
        try await until("the payment is under way") { gate.waiting > 0 }
        do { try await body(intent.id) } catch {
            gate.open()
            throw error
        }
        gate.open()
        #expect(try await result.decision.state == .confirmed)
        #expect(test.platform.debits == ["pi_1"])
        #expect(Set(payments.map(\.key)).count == 1)
    }

    private var payments: [ModelPlatform.Call] { test.platform.calls.filter { $0.path.hasSuffix("/pay") } }

    @Test func `what one process is sending, another leaves alone`() async throws {
        try await whileSending { _ in
            let second = try await open("second")
            #expect(try await second.decisions.sendAll().map(\.state) == [.sending])
            #expect(try await second.sync.once().decisions.map(\.state) == [.sending])
            #expect(payments.isEmpty)
        }
        #expect(payments.count == 1)
    }

    @Test func `who says the same while another process is sending hears how that ended`() async throws {
        _ = try await test.openLoggedIn()
        let (first, second) = (try await open("first", through: gate), try await open("second"))
        let terms = try await first.intents.fetch(test.platform.addIntent("pi_1")).terms
        gate.close()
        async let one = first.decisions.decide(.pay, on: terms)
        try await until("the payment is under way") { gate.waiting > 0 }
        async let two = second.decisions.decide(.pay, on: terms)
        try await until("somebody sleeps until a later time") { test.clock.sleeperCount > 0 }
        gate.open()
        let paid = try await one.decision
        test.clock.advance(by: .seconds(1))
        #expect(try await two.decision == paid)
        #expect(paid.state == .confirmed && payments.count == 1)
    }

    @Test func `what another process is sending can't be taken back`() async throws {
        try await whileSending { intent in
            let second = try await open("second")
            let id = try #require(try await second.decisions.load(on: intent)).id
            await #expect(throws: DecisionError.notCancellable(.sending)) { try await second.decisions.cancel(id) }
        }
    }

    @Test func `what a wallet is about to send it doesn't take back itself`() async throws {
        _ = try await test.openLoggedIn()
        let transport = HeldTransport(test.platform)
        let wallet = try await open("only", through: transport)
        let terms = try await wallet.intents.fetch(test.platform.addIntent("pi_1")).terms
        // A token is to be had first: the decision is in hand, and nothing of it has left.
        test.platform.revokeTokens()
        await wallet.session.reject(try await wallet.session.accessToken())
        transport.hold("token")
        async let decided = wallet.decisions.decide(.pay, on: terms)
        try await until("a call is held up") { transport.waiting > 0 }
        let id = try #require(try await wallet.decisions.load(on: terms.intent)).id
        await #expect(throws: DecisionError.notCancellable(.sending)) { try await wallet.decisions.cancel(id) }
        transport.release()
        #expect(try await decided.decision.state == .confirmed)
        #expect(payments.count == 1)
    }

    @Test func `what a process left that is gone, another takes over at once`() async throws {
        try await whileSending { _ in
            let second = try await open("second", gone: ["first"])
            #expect(try await second.decisions.sendAll().map(\.state) == [.confirmed])
            #expect(payments.count == 1)
        }
        #expect(payments.count == 2, "the first comes late, with the same key")
    }

    @Test func `what a process left that was stopped, another takes over in time`() async throws {
        try await whileSending { _ in
            let second = try await open("second")
            test.clock.advance(by: .seconds(59))
            #expect(try await second.decisions.sendAll().map(\.state) == [.sending])
            test.clock.advance(by: .seconds(2))
            #expect(try await second.decisions.sendAll().map(\.state) == [.confirmed])
        }
    }

    @Test func `a lease from before the device was started holds up nobody`() async throws {
        test.clock.advance(by: .seconds(3600))
        try await whileSending { _ in
            // The device was started anew, a year before by its clock; nothing has told the time since.
            test.fate.plan("/pi_1", .unreachable)
            let second = try await open("second", clock: DrivenClock(Timestamp("2025-01-01T12:00:00Z")!))
            #expect(try await second.decisions.sendAll().map(\.state) == [.unknown])
            #expect(try await second.decisions.sendAll().map(\.state) == [.confirmed])
        }
    }

    @Test func `what another sent while a process was asking is not held to have never left`() async throws {
        let intent = try await test.openLoggedIn().intents.fetch(test.platform.addIntent("pi_1"))
        let transport = HeldTransport(test.platform)
        transport.hold("pi_1")
        // Nothing has told this process the time yet, so it asks before it sends.
        let first = try await open("first", through: transport)
        async let result = first.decisions.decide(.pay, on: intent.terms)
        try await until("a call is held up") { transport.waiting > 0 }
        // One that takes the first to be gone takes no notice of the lease. It sends, and hears nothing.
        test.fate.plan("/pay", .lostAfter)
        let second = try await open(
            "second", gone: ["first"], clock: DrivenClock(Timestamp("2025-01-01T12:00:00Z")!))
        #expect(try await second.decisions.sendAll().map(\.state) == [.unknown])
        transport.release()
        #expect(try await result.decision.state == .unknown)
        #expect(try await first.decisions.sendAll().map(\.state) == [.confirmed])
        #expect(test.platform.debits == ["pi_1"])
    }

    @Test(arguments: [-3600, -100, 0, 100, 3600], [0, 1, 59, 60])
    func `a lease holds for its minute, whatever either process takes the platform's time for`(
        _ shift: Int64, _ later: Int64
    ) {
        let nobodyIsGone: @Sendable (String) -> Bool = { _ in false }
        func attempt(_ name: String, by shift: Int64, after seconds: Int64) -> Attempt {
            Attempt(
                holder: LeaseHolder(name: name, isGone: nobodyIsGone),
                now: test.clock.now().advanced(by: .seconds(shift + seconds)), uptime: .seconds(1000 + seconds))
        }
        let lease = Lease(attempt("first", by: 0, after: 0))
        #expect(lease.excludes(attempt("second", by: shift, after: later)) == (later < 60))
    }

    @Test func `two processes with a hundred decisions send each once`() async throws {
        _ = try await test.openLoggedIn()
        let wallets = [try await open("first"), try await open("second")]
        for number in 0..<100 {
            let intent = try await wallets[0].intents.fetch(test.platform.addIntent("pi_\(number)", amount: "1.00"))
            test.fate.plan("/pi_\(number)/pay", .unreachable)
            _ = try await wallets[number % 2].decisions.decide(.pay, on: intent.terms)
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for wallet in wallets { group.addTask { _ = try await wallet.decisions.sendAll() } }
            try await group.waitForAll()
        }
        #expect(payments.count == 100)
        #expect(Set(test.platform.debits).count == 100 && test.platform.debits.count == 100)
    }

    @Test func `a process that runs is not gone`() {
        let here = LeaseHolder.thisProcess(.system)
        #expect(!here.isGone(here.name))
        #expect(!here.isGone("nonsense"))
    }

    #if os(Linux)
        @Test func `a process that has ended is gone before anybody asked how, and its number is no other's`() throws {
            let here = LeaseHolder.thisProcess(.system)
            var child = pid_t()
            let arguments = unsafe [strdup("true"), nil]
            defer { unsafe free(arguments[0]) }
            let failure = unsafe posix_spawnp(&child, "true", nil, nil, arguments, nil)
            try #require(failure == 0)
            var ending = unsafe siginfo_t()
            unsafe waitid(P_PID, id_t(child), &ending, WEXITED | WNOWAIT)
            let startedAt = try #require(ProcessStatus(of: child)).startedAt
            #expect(here.isGone("\(child).\(startedAt).x"))
            waitpid(child, nil, 0)
            #expect(here.isGone("\(child).\(startedAt).x"))
            #expect(here.isGone("\(getpid()).1.x"))
        }
    #endif

    @Test func `what is heard after another process has settled a decision changes nothing of it`() async throws {
        _ = try await test.openLoggedIn()
        let (first, second) = (try await open("first", through: gate), try await open("second"))
        let intent = try await first.intents.fetch(test.platform.addIntent("pi_1"))
        gate.close()
        async let late = first.decisions.decide(.pay, on: intent.terms)
        try await until("the payment is under way") { gate.waiting > 0 }
        test.clock.advance(by: .seconds(61))
        // A confirmation may come without a transaction; the one that is late has one.
        test.fate.plan("/pay", .altered { $0.setting("transaction", .null) })
        let settled = try #require(try await second.decisions.sendAll().first)
        #expect(settled.state == .confirmed && settled.transaction == nil)
        gate.open()
        let heard = try await late
        #expect(heard.decision == settled && heard.transaction != nil)
        #expect(test.platform.debits == ["pi_1"])
        let reopened = try await test.open()
        #expect(reopened.recovery == nil)
        #expect(try await reopened.ledger.loadHistory(HistoryQuery()).entries.count == 1)
    }
}
