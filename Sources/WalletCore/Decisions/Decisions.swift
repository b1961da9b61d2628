import Foundation
import Logging

/// The customer's yes and no: written down, sent, followed until the platform has said how they stand.
///
/// A decision and its idempotency key are on disk before its first byte is sent, and every attempt sends the same key and
/// the same body. So whatever breaks, trying again is safe.
public actor Decisions {
    private let calls: any DecisionCalls & IntentCalls
    private let transactions: TransactionFeed
    private let store: WalletStore
    private let secrets: any SecretStore
    private let time: ServerTime
    private let entropy: Entropy
    private let holder: LeaseHolder
    private let log: Logger
    private let changes = Watched(0)
    /// Decisions that a task of this wallet is driving.
    private var underWay: Set<DecisionID> = []

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
            try await draft(kind, on: terms, reason: reason), serverOffset: time.currentOffset)
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
        let due = try await loadOutbox().filter { pause(until: $0) <= .zero }
        _ = try await drive(due.map(\.id))
        return try await loadOutbox().map { pause(until: $0) }.min()
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
        var transaction: LedgerTransaction?
        if let id = decision.transaction { transaction = try await store.loadTransaction(id) }
        return DecisionResult(
            decision: decision, intent: try await store.loadIntent(decision.terms.intent), transaction: transaction)
    }
}

// MARK: - Writing down

extension Decisions {
    /// The decision to write down, signed; refused where the platform can only refuse it.
    private func draft(_ kind: DecisionKind, on terms: Terms, reason: String?) async throws -> Decision {
        guard let account = try await store.loadAccount(), let device = try await store.loadDevice() else {
            throw SessionError.notLoggedIn
        }
        guard let intent = try await store.loadIntent(terms.intent) else { throw DecisionError.unknownIntent }
        if let standing = try await store.loadStandingDecision(on: terms.intent) {
            guard standing.kind == kind, !standing.state.isSettled else {
                throw DecisionError.alreadyDecided(standing.kind, standing.state)
            }
            return standing
        }
        let now = time.now()
        try DecisionError.check(kind, on: intent, shown: terms, by: account.wallet, now: time.latest())
        guard let id = DecisionID(entropy.uuid()), let key = IdempotencyKey(entropy.uuid()) else {
            throw StorageError("no identifier could be made")
        }
        let body = try Proof.body(
            kind: kind, terms: terms, wallet: account.wallet, device: device, key: DeviceKey(in: secrets),
            idempotencyKey: key, decidedAt: now, reason: reason.map { PlainText.clean($0, limit: 200) })
        return Decision(
            id: id, kind: kind, terms: terms, idempotencyKey: key, decidedAt: now, expiresAt: intent.expiresAt,
            body: body,
            machine: DecisionMachine(), schedule: .init(attempts: 0, nextAttemptAt: now))
    }
}

extension DecisionError {
    /// Refuses what can't be decided on.
    static func check(
        _ kind: DecisionKind, on intent: PaymentIntent, shown: Terms, by wallet: WalletID, now: Timestamp
    ) throws(DecisionError) {
        guard intent.terms == shown else { throw .termsChanged(shown: shown, now: intent.terms) }
        if let target = intent.targetWallet, target != wallet { throw .otherWallet }
        guard intent.status.isOpen else { throw .notPayable(intent.status) }
        guard intent.status == kind.requiredStatus else { throw .wrongKind(kind) }
        guard kind == .pay || intent.targetWallet == wallet else { throw .otherWallet }
        guard now < intent.expiresAt else { throw .expired }
    }
}

// MARK: - Sending

extension Decisions {
    /// How many decisions are under way at a time: they wait for the platform, not for each other.
    private static let width = 4

    /// Drives decisions side by side; one that fails holds up none of the others.
    ///
    /// - Throws: What the first that failed met, once all have had their turn.
    private func drive(_ ids: [DecisionID]) async throws -> [Decision] {
        var results: [DecisionID: Result<Decision, any Error>] = [:]
        await withTaskGroup(of: (DecisionID, Result<Decision, any Error>).self) { group in
            var waiting = ids[...]
            for _ in 0..<min(Self.width, ids.count) {
                let id = waiting.removeFirst()
                group.addTask { (id, await self.attempt(id)) }
            }
            for await (id, result) in group {
                results[id] = result
                guard let next = waiting.popFirst() else { continue }
                group.addTask { (next, await self.attempt(next)) }
            }
        }
        try Task.checkCancellation()
        return try ids.compactMap { try results[$0]?.get() }
    }

    private func attempt(_ id: DecisionID) async -> Result<Decision, any Error> {
        do { return .success(try await drive(id)) } catch { return .failure(error) }
    }

    /// Makes one attempt at a decision: asks first where its outcome is open, then sends, each step on disk before it.
    private func drive(_ id: DecisionID) async throws -> Decision {
        guard underWay.insert(id).inserted else {
            guard let found = try await store.loadDecision(id) else { throw DecisionError.unknownDecision }
            return found
        }
        defer {
            underWay.remove(id)
            changes.value += 1
        }
        let (time, fraction) = (time, entropy.fraction())
        var (decision, action) = try await store.take(
            id, for: holder, at: time.now(), moment: { time.moment(of: $0) },
            schedule: { Decision.Schedule(after: $0, at: time.now(), fraction: fraction) })
        while true {
            let happening: Happening
            switch action {
            case .finish, .wait: return decision
            case .ask: happening = await ask(about: decision)
            case .send: happening = await send(decision)
            }
            var schedule = decision.schedule
            if let pause = happening.retryAfter {
                schedule?.wait(pause, from: time.now())
            }
            do {
                (decision, action) = try await store.apply(
                    happening.event, to: id, by: holder, at: time.now(), schedule: schedule, intent: happening.intent,
                    transaction: happening.transaction)
            } catch var error as StorageError {
                // What was learned could not be kept; the next attempt asks again.
                let mayHaveMoved = action == .send || decision.machine.mayHaveLeft
                if mayHaveMoved, decision.kind.movesMoney { error.money = .unknown }
                throw error
            }
        }
    }

    /// What an attempt led to: the event for the machine, and what the platform showed.
    private struct Happening {
        var event: DecisionMachine.Event
        var intent: PaymentIntent?
        var transaction: LedgerTransaction?
        var retryAfter: Duration?
    }

    private func ask(about decision: Decision) async -> Happening {
        do {
            let intent = try await calls.fetchIntent(decision.terms.intent)
            var payment: LedgerTransaction?
            if intent.status.isPaid, time.isOver(decision) {
                // Nothing may be sent any more to find out whose payment it was. The ledger knows.
                try await transactions.catchUp()
                payment = try await store.loadPayment(of: intent.id)
            }
            if !decision.machine.mayHaveLeft, intent.status.isDecided {
                let wallet = try await store.loadAccount()?.wallet
                return Happening(event: .refused(intent.whoWasFirst(toldTo: wallet)), intent: intent)
            }
            let standsByUs =
                intent.status == .declined ? decision.kind == .decline : decision.kind.movesMoney && payment != nil
            return Happening(
                event: .intentSeen(intent.status, standsByUs: standsByUs, isExpired: time.isOver(decision)),
                intent: intent, transaction: payment)
        } catch {
            return Happening(
                event: .intentNotSeen("\(error)", isExpired: time.isOver(decision)),
                retryAfter: (error as? PlatformError)?.retryAfter)
        }
    }

    private func send(_ decision: Decision) async -> Happening {
        let request = DecisionRequest(
            kind: decision.kind, intent: decision.terms.intent, idempotencyKey: decision.idempotencyKey,
            body: decision.body)
        do {
            let answer = try await calls.submit(request)
            return Happening(event: .confirmed, intent: answer.intent, transaction: answer.transaction)
        } catch let error as PlatformError {
            return await happening(of: error, after: decision)
        } catch {
            // No token was to be had: the call was never made.
            return Happening(event: .notSent("\(error)"))
        }
    }

    private func happening(of error: PlatformError, after decision: Decision) async -> Happening {
        log.info("decision not confirmed", metadata: ["code": "\(error.code)"])
        guard case .refused(let refusal) = error.reason else {
            return Happening(
                event: error.outcomeIsUnknown ? .uncertain("\(error)") : .notSent("\(error)"),
                retryAfter: error.retryAfter)
        }
        let wallet = try? await store.loadAccount()?.wallet
        let event: DecisionMachine.Event =
            switch (refusal.status, refusal.code) {
            // The platform turned the token away and did nothing.
            case (401, _): .notSent("nobody is logged in")
            case (_, "intent_expired"): .lapsed
            case (_, "intent_not_payable"):
                .refused(refusal.intent?.whoWasFirst(toldTo: wallet) ?? refusal.message)
            default: .refused(refusal.message)
            }
        return Happening(event: event, intent: refusal.intent)
    }
}
