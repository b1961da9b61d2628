import Foundation
import Logging

/// The customer's yes and no: written down, sent, followed until the platform has said how they stand.
///
/// A decision and its idempotency key are on disk before its first byte is sent, and every attempt sends the same key and
/// the same body. So whatever breaks, trying again is safe.
public actor Decisions {
    private let calls: any DecisionCalls & IntentCalls
    private let store: WalletStore
    private let secrets: any SecretStore
    private let time: ServerTime
    private let clock: any WalletClock
    private let entropy: Entropy
    private let log: Logger
    /// Decisions that a task of this process is driving.
    private var underWay: Set<DecisionID> = []

    init(
        calls: any DecisionCalls & IntentCalls, store: WalletStore, secrets: any SecretStore, time: ServerTime,
        clock: any WalletClock, entropy: Entropy, log: Logger
    ) {
        self.calls = calls
        self.store = store
        self.secrets = secrets
        self.time = time
        self.clock = clock
        self.entropy = entropy
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
        let decision = try await store.record(try await draft(kind, on: terms, reason: reason))
        guard decision.kind == kind else { throw DecisionError.alreadyDecided(decision.kind, decision.state) }
        return try await result(of: drive(decision.id))
    }

    /// Sends whatever is not settled, whether or not its time has come.
    ///
    /// - Returns: The decisions that were driven, as they stand now.
    public func sendAll() async throws -> [Decision] {
        var driven: [Decision] = []
        for decision in try await loadOutbox() { driven.append(try await drive(decision.id)) }
        return driven
    }

    /// Sends what is due, and tells when the next attempt is.
    func sendDue() async throws -> Timestamp? {
        for decision in try await loadOutbox() {
            guard let schedule = decision.schedule, schedule.nextAttemptAt <= clock.now() else { continue }
            _ = try await drive(decision.id)
        }
        return try await loadOutbox().compactMap { $0.schedule?.nextAttemptAt }.min()
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
        try DecisionError.check(kind, on: intent, shown: terms, by: account.wallet, now: now)
        guard let id = DecisionID(entropy.uuid()), let key = IdempotencyKey(entropy.uuid()) else {
            throw StorageError("no identifier could be made")
        }
        let body = try Proof.body(
            kind: kind, terms: terms, wallet: account.wallet, device: device, key: DeviceKey(in: secrets),
            idempotencyKey: key, decidedAt: now, reason: reason.map { PlainText.clean($0, limit: 200) })
        return Decision(
            id: id, kind: kind, terms: terms, idempotencyKey: key, decidedAt: now, expiresAt: intent.expiresAt,
            body: body,
            machine: DecisionMachine(), schedule: .init(attempts: 0, nextAttemptAt: clock.now()))
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
    /// What an attempt led to: the event for the machine, and what the platform showed.
    private struct Happening {
        var event: DecisionMachine.Event
        var intent: PaymentIntent?
        var transaction: LedgerTransaction?
    }

    /// Makes one attempt at a decision: asks first where its outcome is open, then sends, each step on disk before it.
    private func drive(_ id: DecisionID) async throws -> Decision {
        guard let found = try await store.loadDecision(id) else { throw DecisionError.unknownDecision }
        guard underWay.insert(id).inserted else { return found }
        defer { underWay.remove(id) }

        _ = try await store.apply(.foundAtStart, to: id, at: time.now())
        let attempts = (found.schedule?.attempts ?? 0) + 1
        let schedule = Decision.Schedule(attempts: attempts, nextAttemptAt: nextAttempt(after: attempts))
        var (decision, action) = try await store.apply(
            .turnCame(isExpired: isExpired(found)), to: id, at: time.now(), schedule: schedule)
        while true {
            let happening: Happening
            switch action {
            case .finish, .wait: return decision
            case .ask: happening = await ask(about: decision)
            case .send: happening = await send(decision)
            }
            (decision, action) = try await store.apply(
                happening.event, to: id, at: time.now(), schedule: schedule, intent: happening.intent,
                transaction: happening.transaction)
        }
    }

    private func isExpired(_ decision: Decision) -> Bool { time.now() >= decision.expiresAt }

    /// Doubling pauses up to five minutes, jittered so that many wallets don't come back at once.
    private func nextAttempt(after attempts: Int) -> Timestamp {
        let seconds = min(300, 1 << min(attempts, 9))
        let jittered = Int64(Double(seconds) * 1000 * (0.5 + entropy.fraction() / 2))
        return clock.now().advanced(by: .milliseconds(jittered))
    }

    private func ask(about decision: Decision) async -> Happening {
        do {
            let intent = try await calls.fetchIntent(decision.terms.intent)
            let wallet = try await store.loadAccount()?.wallet
            let standsByUs: Bool? =
                switch intent.status {
                case .completed, .refunded: intent.completedBy.map { $0 == wallet && decision.kind.movesMoney }
                case .declined: decision.kind == .decline
                default: nil
                }
            return Happening(
                event: .intentSeen(intent.status, standsByUs: standsByUs, isExpired: isExpired(decision)),
                intent: intent)
        } catch {
            return Happening(event: .intentNotSeen("\(error)"))
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
            return happening(of: error)
        } catch {
            // No token was to be had: the call was never made.
            return Happening(event: .notSent("\(error)"))
        }
    }

    private func happening(of error: PlatformError) -> Happening {
        log.info("decision not confirmed", metadata: ["code": "\(error.code)"])
        guard case .refused(let refusal) = error.reason else {
            return Happening(event: error.outcomeIsUnknown ? .uncertain("\(error)") : .notSent("\(error)"))
        }
        let event: DecisionMachine.Event =
            switch (refusal.status, refusal.code) {
            // The platform turned the token away and did nothing.
            case (401, _): .notSent("nobody is logged in")
            case (_, "intent_expired"): .lapsed
            default: .refused(refusal.message)
            }
        return Happening(event: event, intent: refusal.intent)
    }
}
