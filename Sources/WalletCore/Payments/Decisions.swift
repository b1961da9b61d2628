public import FexValues
import Logging

/// The customer's yes and no: written down, sent, followed until the platform has said how they stand.
///
/// A decision and its idempotency key are on disk before its first byte is sent, and every attempt sends the same key and
/// the same body. So whatever breaks, trying again is safe.
public actor Decisions {
    let calls: any DecisionCalls & IntentCalls
    let transactions: LedgerSync
    let store: WalletStore
    let keys: DeviceKeys
    let time: ServerTime
    let entropy: Entropy
    let holder: LeaseHolder
    let clock: any WalletClock
    let day: @Sendable (Timestamp) -> Range<Timestamp>
    let log: Logger
    let changes = CurrentValue(0)
    /// Decisions that a task of this wallet is driving.
    var underWay: Set<DecisionID> = []
    /// How often a decision is looked at that another process has in hand.
    private static let leasePollInterval: Duration = .milliseconds(50)

    init(
        calls: any DecisionCalls & IntentCalls, transactions: LedgerSync, store: WalletStore,
        keys: DeviceKeys, time: ServerTime, entropy: Entropy, holder: LeaseHolder, clock: any WalletClock,
        day: @escaping @Sendable (Timestamp) -> Range<Timestamp>, log: Logger
    ) {
        self.calls = calls
        self.transactions = transactions
        self.store = store
        self.keys = keys
        self.time = time
        self.entropy = entropy
        self.holder = holder
        self.clock = clock
        self.day = day
        self.log = log
    }

    /// Writes a decision down and makes the first attempt at it.
    ///
    /// It is durable, and this process the one that sends it, before anything leaves. If the attempt's outcome is open, the
    /// decision stays in the outbox and the result says so; it is not an error. Saying the same again goes on with the
    /// decision that stands, and waits while another process has it in hand, for a minute at most. Where the platform refuses
    /// that because its device was removed, and somebody has logged in anew since, what is said again is a new decision.
    ///
    /// - Parameters:
    ///   - kind: Yes to a scanned intent, yes or no to a till's request.
    ///   - terms: What the person saw. The intent as last fetched must still say so.
    ///   - reason: For a decline, what to tell the merchant; at most 200 characters.
    ///   - consent: How the person agreed, which their own ``Limits`` may ask for. A shell shows the terms and asks; what it
    ///     pays without is ``Consent/preauthorised``.
    /// - Throws: ``DecisionError`` where the intent, the terms or the person's limits don't allow it; ``SessionError`` where
    ///   nobody is logged in, or the device's key is lost; ``DeviceSignerError`` where the person does not want to sign, or
    ///   the key can't be used; ``SecretStoreError`` where secrets can't be read: then nothing was written down.
    ///   ``StorageError``, whose ``StorageError/money`` says whether something may have been sent before. `CancellationError`
    ///   before it is written down, or while another process has the decision in hand; what is written down stays.
    public func decide(
        _ kind: DecisionKind, on terms: Terms, reason: String? = nil, consent: Consent = .asked
    ) async throws -> DecisionResult {
        try store.gate.enter()
        defer { store.gate.leave() }
        let today = day(time.now())
        var context = try await store.loadContext(of: terms.intent, today: today)
        if let standing = try context.unsettled(kind, on: terms) {
            let decision = try await goOn(with: standing.id)
            // What a device said that was removed since never takes effect. It was said again, on the device of a new login.
            guard decision.isRefusedForItsDevice, decision.device != context.device else {
                return try await result(of: decision)
            }
            context = try await store.loadContext(of: terms.intent, today: today)
        }
        let decision = try await begin(kind, on: terms, reason: reason, consent: consent, context, today)
        return try await result(of: decision)
    }

    /// Writes a new decision down and makes the first attempt at it; goes on with one that was written down meanwhile.
    private func begin(
        _ kind: DecisionKind, on terms: Terms, reason: String?, consent: Consent, _ context: DecisionContext,
        _ today: Range<Timestamp>
    ) async throws -> Decision {
        let (time, fraction) = (time, entropy.fraction())
        try context.check(kind, on: terms, consent: consent, now: time.latest())
        // Signing may wait for a person, so it is done before the transaction, which checks again what it writes.
        let draft = try await draft(kind, on: terms, reason: reason, context)
        try Task.checkCancellation()
        underWay.insert(draft.id)
        let (decision, action) = try await finishing(draft.id) {
            let (decision, action) = try await store.record(draft, time.memory, today: today) { decision, now in
                if try now.unsettled(kind, on: terms) != nil { return nil }
                try now.check(kind, on: terms, consent: consent, now: time.latest())
                guard now.wallet == context.wallet, now.device == context.device else { throw SessionError.notLoggedIn }
                // The merchant may have moved the end while the person was asked.
                decision.expiresAt = now.intent.expiresAt
                let action = decision.begin(self.newAttempt, deadline: time.deadline(of: decision), fraction: fraction)
                guard action != .finish else { throw DecisionError.expired }
                return action
            }
            guard let action else { return (decision, action) }
            return (try await carryOut(action, decision), action)
        }
        return action == nil ? try await goOn(with: decision.id) : decision
    }

    /// Goes on with a decision that stands, once nobody else has it in hand.
    private func goOn(with id: DecisionID) async throws -> Decision {
        while let found = try await store.loadDecision(id), !found.state.isSettled {
            if underWay.contains(id) {
                for await _ in changes.watch() where !underWay.contains(id) { break }
            } else if found.lease?.excludes(newAttempt) == true {
                try await clock.sleep(for: Self.leasePollInterval)
            } else {
                break
            }
            try Task.checkCancellation()
        }
        return try await drive(id)
    }

    /// Runs a body that has a decision in hand.
    private func finishing<Value>(_ id: DecisionID, _ body: () async throws -> Value) async rethrows -> Value {
        defer { finish(id) }
        return try await body()
    }

    /// An attempt of this wallet's, now.
    nonisolated var newAttempt: Attempt { Attempt(holder: holder, now: time.now(), uptime: clock.uptime()) }

    /// Notes that an attempt has ended.
    func finish(_ id: DecisionID) {
        underWay.remove(id)
        changes.value += 1
    }

    /// Sends whatever is not settled, whether or not its time has come.
    ///
    /// - Returns: The decisions that were driven, as they stand now.
    /// - Throws: ``StorageError`` of the first decision whose state could not be read or kept, once all have had their
    ///   turn; `CancellationError`. A decision that the platform can't be told is no error: it stays in the outbox.
    public func sendAll() async throws -> [Decision] {
        try store.gate.enter()
        defer { store.gate.leave() }
        return try await drive(try await loadOutbox().map(\.id))
    }

    /// Makes the next attempt at one decision now, whether or not its time has come.
    ///
    /// - Returns: The decision as it stands then.
    /// - Throws: ``DecisionError/unknownDecision``; ``StorageError``, whose ``StorageError/money`` says whether something may
    ///   have been sent; `CancellationError`.
    public func retry(_ id: DecisionID) async throws -> DecisionResult {
        try store.gate.enter()
        defer { store.gate.leave() }
        guard try await store.loadDecision(id) != nil else { throw DecisionError.unknownDecision }
        return try await result(of: drive(id))
    }

    /// Takes a decision back of which no byte can have left; that it was made stays written down.
    ///
    /// - Returns: The decision, cancelled for good.
    /// - Throws: ``DecisionError/unknownDecision``; ``DecisionError/settled(_:_:)``; ``DecisionError/notCancellable(_:)``
    ///   where it may have been sent; ``StorageError``.
    public func cancel(_ id: DecisionID) async throws -> DecisionResult {
        try store.gate.enter()
        defer { store.gate.leave() }
        guard try await store.loadDecision(id) != nil else { throw DecisionError.unknownDecision }
        let (decision, _) = try await store.change(id) { $0.withdraw(self.newAttempt) }
        guard decision.state == .cancelled else {
            throw decision.state.isSettled
                ? DecisionError.settled(decision.kind, decision.state) : DecisionError.notCancellable(decision.state)
        }
        return try await result(of: decision)
    }

    /// Sends what is due, and tells how long it is until the next attempt.
    func sendDue() async throws -> Duration? {
        let due = try await loadOutbox().filter { pause(until: $0) <= .zero }
        if !due.isEmpty { _ = try await drive(due.map(\.id)) }
        return try await pauseUntilNext()
    }

    /// How long it is until the next attempt of a decision that no task of this wallet has in hand.
    func pauseUntilNext() async throws -> Duration? {
        try await loadOutbox().filter { !underWay.contains($0.id) }.map { pause(until: $0) }.min()
    }

    /// How many attempts have ended.
    nonisolated var attempts: Int { changes.value }

    /// Changes whenever an attempt has ended, and so a time for the next may be set.
    nonisolated func watchAttempts() -> AsyncStream<Int> { changes.watch() }

    private func pause(until decision: Decision) -> Duration {
        guard let next = decision.schedule?.nextAttemptAt else { return .zero }
        let pause = next.duration(since: time.now())
        // Longer than any pause that is scheduled: it was computed by a clock that was wrong.
        return pause > Decision.Schedule.longestPause ? .zero : pause
    }

    /// The decisions not yet settled, oldest first.
    ///
    /// - Throws: ``StorageError`` where the database can't be read; `CancellationError`.
    public nonisolated func loadOutbox() async throws -> [Decision] {
        try await store.loadOutbox()
    }

    /// The latest decision on an intent, from the device.
    ///
    /// - Throws: ``StorageError`` where the database can't be read; `CancellationError`.
    public nonisolated func load(on intent: IntentID) async throws -> Decision? {
        try await store.loadLatestDecision(on: intent)
    }

    /// A decision, from the device.
    package nonisolated func load(_ id: DecisionID) async throws -> Decision? { try await store.loadDecision(id) }

    /// A decision with what the platform said of it, from the device.
    private func result(of decision: Decision) async throws -> DecisionResult {
        do { return try await store.loadResult(of: decision) } catch let error as StorageError {
            // The decision is known and stored. That the rest can't be read must not hide it.
            log.warning("a result can't be read back", metadata: ["error": "\(error)"])
            return DecisionResult(decision: decision)
        }
    }
}
