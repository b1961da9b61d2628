import Logging

/// The customer's yes and no: written down, sent, followed until the platform has said how they stand.
///
/// A decision and its idempotency key are on disk before its first byte is sent, and every attempt sends the same key and
/// the same body. So whatever breaks, trying again is safe.
public actor Decisions {
    let calls: any DecisionCalls & IntentCalls
    let transactions: TransactionFeed
    let store: WalletStore
    let secrets: any SecretStore
    let time: ServerTime
    let entropy: Entropy
    let holder: LeaseHolder
    let log: Logger
    let changes = Watched(0)
    /// Decisions that a task of this wallet is driving.
    var underWay: Set<DecisionID> = []

    init(
        calls: any DecisionCalls & IntentCalls, transactions: TransactionFeed, store: WalletStore,
        secrets: any SecretStore, time: ServerTime, entropy: Entropy, holder: LeaseHolder, log: Logger
    ) {
        self.calls = calls
        self.transactions = transactions
        self.store = store
        self.secrets = secrets
        self.time = time
        self.entropy = entropy
        self.holder = holder
        self.log = log
    }

    /// Writes a decision down and makes the first attempt at it.
    ///
    /// It is durable before anything is sent. If the attempt's outcome is open, the decision stays in the outbox and the
    /// result says so; it is not an error. Saying the same again goes on with the decision that stands.
    ///
    /// - Parameters:
    ///   - kind: Yes to a scanned intent, yes or no to a till's request.
    ///   - terms: What the person saw. The intent as last fetched must still say so.
    ///   - reason: For a decline, what to tell the merchant; at most 200 characters.
    /// - Throws: ``DecisionError`` or ``SessionError`` if nothing was written down; ``StorageError``.
    public func decide(_ kind: DecisionKind, on terms: Terms, reason: String? = nil) async throws -> DecisionResult {
        let decision = try await store.record(
            try await draft(kind, on: terms, reason: reason), time.memory)
        guard decision.kind == kind else { throw DecisionError.alreadyDecided(decision.kind, decision.state) }
        return try await result(of: drive(decision.id))
    }

    /// Sends whatever is not settled, whether or not its time has come.
    ///
    /// - Returns: The decisions that were driven, as they stand now.
    public func sendAll() async throws -> [Decision] {
        try await drive(try await loadOutbox().map(\.id))
    }

    /// Makes the next attempt at one decision now, whether or not its time has come.
    ///
    /// - Returns: The decision as it stands then.
    /// - Throws: ``DecisionError/unknownDecision``; ``StorageError``.
    public func retry(_ id: DecisionID) async throws -> DecisionResult {
        guard try await store.loadDecision(id) != nil else { throw DecisionError.unknownDecision }
        return try await result(of: drive(id))
    }

    /// Takes a decision back of which no byte can have left; that it was made stays written down.
    ///
    /// - Returns: The decision, cancelled for good.
    /// - Throws: ``DecisionError/unknownDecision``; ``DecisionError/settled(_:)``; ``DecisionError/notCancellable(_:)``
    ///   where it may have been sent; ``StorageError``.
    public func cancel(_ id: DecisionID) async throws -> DecisionResult {
        guard try await store.loadDecision(id) != nil else { throw DecisionError.unknownDecision }
        let decision = try await store.withdraw(id, by: holder, at: time.now())
        guard decision.state == .cancelled else {
            throw decision.state.isSettled
                ? DecisionError.settled(decision.state) : DecisionError.notCancellable(decision.state)
        }
        return try await result(of: decision)
    }

    /// Sends what is due, and tells how long it is until the next attempt.
    func sendDue() async throws -> Duration? {
        var outbox = try await loadOutbox()
        let due = outbox.filter { pause(until: $0) <= .zero }
        if !due.isEmpty {
            _ = try await drive(due.map(\.id))
            outbox = try await loadOutbox()
        }
        return outbox.filter { !underWay.contains($0.id) }.map { pause(until: $0) }.min()
    }

    /// How many attempts have ended.
    nonisolated var attempts: Int { changes.value }

    /// Changes whenever an attempt has ended, and so a time for the next may be set.
    nonisolated func watchAttempts() -> AsyncStream<Int> { changes.watch() }

    private func pause(until decision: Decision) -> Duration {
        guard let next = decision.schedule?.nextAttemptAt else { return .zero }
        let pause = next.duration(since: time.now())
        // Longer than any pause: the time was set by a clock that has been wrong.
        return pause > Decision.Schedule.longestPause ? .zero : pause
    }

    /// The decisions not yet settled, oldest first.
    public nonisolated func loadOutbox() async throws -> [Decision] {
        try await store.loadOutbox()
    }

    /// The latest decision on an intent, from the device.
    public nonisolated func load(on intent: IntentID) async throws -> Decision? {
        try await store.loadLatestDecision(on: intent)
    }

    /// A decision with what the platform said of it, from the device.
    private func result(of decision: Decision) async throws -> DecisionResult {
        do {
            var transaction: LedgerTransaction?
            if let id = decision.transaction { transaction = try await store.loadTransaction(id) }
            return DecisionResult(
                decision: decision, intent: try await store.loadIntent(decision.terms.intent), transaction: transaction)
        } catch let error as StorageError {
            // How the decision stands is known and kept. That the rest can't be read must not deny it.
            log.warning("a result can't be read back", metadata: ["error": "\(error)"])
            return DecisionResult(decision: decision)
        }
    }
}
