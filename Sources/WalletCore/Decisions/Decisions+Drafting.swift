extension Decisions {
    /// The decision to write down, signed; refused where the platform can only refuse it.
    func draft(_ kind: DecisionKind, on terms: Terms, reason: String?) async throws -> Decision {
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
            body: body, machine: DecisionMachine(), schedule: .init(attempts: 0, nextAttemptAt: now))
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
