import FexHTTP
import FexValues
import Foundation
import GRDB
import Synchronization
import Testing
import WalletCore
import WalletTesting

/// What an app calls on its main thread does its work elsewhere: here each step of that work waits until the main actor has
/// gone on, so that work done on the main actor would wait for itself.
@Suite(.timeLimit(.minutes(15)), .serialized) struct MainActorTests {
    let test: TestWallet

    init() throws { test = try TestWallet() }

    /// Runs a body on the main actor, on which another task goes on meanwhile.
    @MainActor private func beside<Value: Sendable>(
        _ ticks: MainActorTicks, _ body: @MainActor @Sendable () async throws -> Value
    ) async throws -> Value {
        let ticking = Task { @MainActor in
            while !Task.isCancelled {
                ticks.tick()
                await Task.yield()
            }
        }
        defer { ticking.cancel() }
        return try await body()
    }

    @MainActor @Test func `the main actor goes on while secrets are read and the platform is asked`() async throws {
        let ticks = MainActorTicks()
        var configuration = test.configuration
        configuration.secrets = WaitingSecrets(base: test.secrets, ticks: ticks)
        configuration.http = WaitingTransport(base: test.platform, ticks: ticks)
        let wallet = try await Wallet(configuration)
        let (scanned, asked) = (
            test.platform.addIntent("pi_1"), test.platform.addIntent("pi_2", target: ModelPlatform.wallet)
        )
        try await beside(ticks) {
            _ = try await wallet.account.logIn(username: "alice", password: "right", deviceName: "test")
            let intent = try await wallet.intents.fetch(scanned)
            let decision = try await wallet.decisions.decide(.pay, on: intent.terms).decision
            _ = try await wallet.approvals.receive(push: requestEvent("pi_2"))
            _ = try await wallet.decisions.decide(.decline, on: wallet.intents.fetch(asked).terms)
            _ = try await wallet.sync.once()
            _ = try await wallet.sync.refreshAccount()
            _ = try await wallet.approvals.catchUp()
            _ = try await wallet.account.fetchDevices()
            _ = try await wallet.proofs.verify(wallet.proofs.export(decision.id))
            _ = try await wallet.diagnosis.checks()
            try await wallet.account.check()
            _ = try await wallet.account.logOut()
            try await wallet.erase()
        }
        #expect(ticks.missed == 0)
    }

    @MainActor @Test func `the main actor goes on while another holds the database`() async throws {
        let wallet = try await test.openLoggedIn()
        let intent = try await wallet.intents.fetch(test.platform.addIntent("pi_1"))
        let ticks = MainActorTicks()
        /// Runs a body while somebody else is writing, who ends when the main actor has gone on for a while.
        func whileLocked(_ body: @MainActor @Sendable () async throws -> Void) async throws {
            let lock = try WriteLock(test.configuration.database.path)
            let held = Thread.detached {
                for _ in 0..<20 { ticks.wait() }
                lock.end()
            }
            try await beside(ticks) {
                try await body()
                await held.value
            }
        }
        try await whileLocked { _ = try await test.open() }
        try await whileLocked { _ = try await wallet.decisions.decide(.pay, on: intent.terms) }
        try await whileLocked { _ = try await wallet.sync.once() }
        try await whileLocked { try await wallet.limits.save(SpendingLimit(currency: Currency("USD"))) }
        try await whileLocked {
            _ = try await wallet.account.logIn(username: "alice", password: "right", deviceName: "test")
        }
        #expect(ticks.missed == 0)
        #expect(try await wallet.decisions.load(on: intent.id)?.state == .confirmed)
    }
}

/// Counts how often the main actor has gone on.
private final class MainActorTicks: Sendable {
    private struct Counts {
        var ticks = 0
        var missed = 0
    }

    private let counts = Mutex(Counts())

    /// How often the main actor did not go on until patience was at an end.
    var missed: Int { counts.withLock { $0.missed } }

    func tick() { counts.withLock { $0.ticks += 1 } }

    /// Blocks the thread until there has been another tick.
    func wait() {
        let (seen, end) = (counts.withLock { $0.ticks }, ContinuousClock.now + .seconds(30))
        while counts.withLock({ $0.ticks == seen && $0.missed == 0 }) {
            guard ContinuousClock.now < end else { return counts.withLock { $0.missed += 1 } }
            usleep(5_000)
        }
    }
}

/// Another connection to a database, which is writing.
private final class WriteLock: Sendable {
    private let queue: DatabaseQueue

    init(_ path: String) throws {
        var configuration = Configuration()
        configuration.allowsUnsafeTransactions = true
        queue = try DatabaseQueue(path: path, configuration: configuration)
        try queue.unsafeReentrantWrite { try $0.execute(sql: "BEGIN IMMEDIATE") }
    }

    func end() { try? queue.unsafeReentrantWrite { try $0.execute(sql: "ROLLBACK") } }
}

extension Thread {
    /// Runs a body on a thread of its own.
    fileprivate static func detached(_ body: @escaping @Sendable () -> Void) -> Task<Void, Never> {
        let (end, continuation) = AsyncStream<Void>.makeStream()
        Thread.detachNewThread {
            body()
            continuation.finish()
        }
        return Task { for await _ in end {} }
    }
}

/// Calls that are carried out where they are made, once the main actor has gone on.
private struct WaitingTransport: HTTPTransport {
    let base: any HTTPTransport
    let ticks: MainActorTicks

    func send(_ call: HTTPCall) async throws(HTTPTransportError) -> HTTPAnswer {
        ticks.wait()
        return try await base.send(call)
    }
}

/// Secrets that are read and written where they are asked for, once the main actor has gone on.
private struct WaitingSecrets: SecretStore {
    let base: InMemorySecretStore
    let ticks: MainActorTicks

    func load(_ name: SecretName) async throws(SecretStoreError) -> Data? {
        ticks.wait()
        return try base.load(name)
    }
    func save(_ secret: Data, as name: SecretName) async throws(SecretStoreError) {
        ticks.wait()
        try base.save(secret, as: name)
    }
    func replace(_ name: SecretName, expected: Data?, with secret: Data) async throws(SecretStoreError) -> Bool {
        ticks.wait()
        return try base.replace(name, expected: expected, with: secret)
    }
    func remove(_ name: SecretName) async throws(SecretStoreError) {
        ticks.wait()
        try base.remove(name)
    }
    func withExclusiveAccess<Result: Sendable>(
        _ body: @Sendable () async throws -> Result
    ) async throws -> Result { try await base.withExclusiveAccess(body) }
}
