import Foundation
import Logging

/// How new requests reach this device at the moment. "Nothing new" and "not listening" are different things.
///
/// A closed set: at once, after a while, or not at all is what a customer has to be told.
public enum EventDelivery: String, Hashable, Sendable {
    /// By the event stream, at once.
    case stream
    /// By asking from time to time, since the event stream is away.
    case poll
    /// Not at all.
    case no
}

extension Sync {
    /// How often the platform is asked while the event stream is away, or a catch-up is pending.
    private static let pollInterval: Duration = .seconds(5)
    /// The longest that a pending catch-up is delayed, whatever `Retry-After` asks for.
    private static let longestPause: Duration = .seconds(60)
    /// How often the platform is asked how an open request stands: no event tells that a merchant has withdrawn it.
    private static let openRequestPollInterval: Duration = .seconds(3)
    /// How often it is looked for what another process did: it may have logged out, or fetched what is new.
    private static let othersInterval: Duration = .seconds(10)
    /// The shortest time from one look at the outbox to the next.
    private static let shortestPause: Duration = .seconds(1)
    /// How often the outbox is looked at for what another process left there.
    private static let outboxInterval: Duration = .seconds(90)

    /// How new requests reach this device, now and whenever that changes.
    public func watchListening() -> AsyncStream<EventDelivery> { listening.watch() }

    /// Listens for requests, and sends what waits when it is due, until the calling task is cancelled.
    ///
    /// While the event stream is away the platform is asked every few seconds instead; ``watchListening()`` says which.
    /// While a request is open the platform is asked how it stands. Otherwise nothing wakes the device but events, and a
    /// few looks a minute.
    ///
    /// - Throws: ``SessionError`` as soon as there is no session to act in, also where another process has ended it;
    ///   ``StorageError``, ``SecretStoreError``; ``OpeningError/closed`` once the wallet is closed; `CancellationError`. Nothing
    ///   that answers in the platform's place is an error.
    public func run() async throws {
        try await store.gate.listen {
            do { try await self.listenAndSend() } catch let error as SessionError {
                // Another process may have ended it, of which who watches the session hears by this.
                self.accountService.sessionChanges.update { $0 += 1 }
                throw error
            }
        }
    }

    private func listenAndSend() async throws {
        let wallet = try await loadWallet()
        try await accountService.check()
        requestCatchUp()
        defer { listening.value = .no }
        // The first failure cancels the others. `waitForAll()` of a throwing group would wait for tasks that never end
        // by themselves.
        try await withThrowingDiscardingTaskGroup { group in
            group.addTask { try await self.listen(as: wallet) }
            group.addTask { try await self.runPendingCatchUps() }
            group.addTask { try await self.pollOpenRequests() }
            group.addTask { try await self.sendWhenDue() }
            group.addTask { try await self.followDevices() }
            group.addTask { try await self.followOthers() }
        }
    }

    /// Looks whether somebody is logged in still, at once when a session ends in this process, and has watchers look at what
    /// other processes wrote.
    private func followOthers() async throws {
        let session = accountService.session
        while true {
            let ends = session.endCount
            try await session.check()
            try await store.noteChangesByOthers()
            try await wait(for: session.watchEnds(), atMost: Sync.othersInterval) { $0 != ends }
        }
    }

    /// Schedules a catch-up after a pause. One that is pending keeps the time it has.
    func requestCatchUp(after pause: Duration = .zero) {
        let due = clock.uptime() + pause
        pendingCatchUp.update { $0 = $0 ?? due }
    }

    /// Has the platform asked what is new in the place of what has just failed.
    func requestCatchUp(after failure: PlatformError) {
        requestCatchUp(after: min(max(Sync.pollInterval, failure.retryAfter ?? .zero), Sync.longestPause))
    }

    /// Runs pending catch-ups, each until it has succeeded; while the event stream is away, polls too.
    private func runPendingCatchUps() async throws {
        while true {
            let pause = listening.value == .stream ? nil : Sync.pollInterval
            try await wait(for: pendingCatchUp.watch(), atMost: pause) { $0 != nil }
            let rest = (pendingCatchUp.value ?? .zero) - clock.uptime()
            if rest > .zero { try await clock.sleep(for: rest) }
            // Cleared before it starts: this catch-up may miss what happens from here on, so that needs a request of its own.
            pendingCatchUp.value = nil
            let failure = try await tolerating { try await self.catchUp() }
            if let failure { requestCatchUp(after: failure) }
            listening.update { if $0 != .stream { $0 = failure == nil ? .poll : .no } }
        }
    }

    private func pollOpenRequests() async throws {
        let changes = try await store.watchedApprovalChanges()
        while true {
            let seen = changes.value
            while try await hasOpenRequests() {
                try await clock.sleep(for: Sync.openRequestPollInterval)
                // Without a stream the other loop asks anyway.
                guard listening.value == .stream else { continue }
                try await tolerating { _ = try await self.approvals.catchUp() }
            }
            // A look now and then: of a clock that is found wrong no row tells.
            try await wait(for: changes.watch(), atMost: Sync.outboxInterval) { $0 != seen }
        }
    }

    private func sendWhenDue() async throws {
        while true {
            try await tolerating { _ = try await self.decisions.sendDue() }
            // Read before the pause is computed: an attempt of another task that ends after this may schedule the next
            // one.
            let attempts = decisions.attempts
            let next = try await decisions.pauseUntilNext() ?? Sync.outboxInterval
            // A decision that is due and was not sent is leased to another process at the moment.
            let pause = min(max(next, Sync.shortestPause), Sync.outboxInterval)
            try await wait(for: decisions.watchAttempts(), atMost: pause) { $0 != attempts }
        }
    }

    /// Waits until a value is as it has to be, but no longer than a pause.
    func wait<Value: Sendable>(
        for values: AsyncStream<Value>, atMost pause: Duration?, until isRight: @escaping @Sendable (Value) -> Bool
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            if let pause { group.addTask { try await self.clock.sleep(for: pause) } }
            group.addTask {
                for await value in values where isRight(value) { return }
                try Task.checkCancellation()
            }
            try await group.next()
            group.cancelAll()
        }
    }

    /// Runs a body; what the platform, or something in its place, refused or failed to answer is logged and passed over, since
    /// another try follows. Nothing is believed for having answered.
    ///
    /// - Returns: What the body failed by; `nil` if it ran to its end.
    @discardableResult
    func tolerating(_ body: () async throws -> Void) async throws -> PlatformError? {
        do {
            try await body()
            return nil
        } catch let error as PlatformError {
            try Task.checkCancellation()
            log.info("platform out of reach", metadata: ["code": "\(error.code)"])
            return error
        }
    }
}
