import FexValues
import Foundation

/// What a new decision is checked against: how things stand on this device.
struct DecisionContext: Hashable, Sendable {
    /// Whose decision it will be.
    var wallet: WalletID
    /// The device that signs it.
    var device: DeviceID
    /// The intent as last fetched.
    var intent: PaymentIntent
    /// The decision that stands on the intent already.
    var standing: Decision?

    /// Refuses what can't be decided on.
    ///
    /// - Parameters:
    ///   - terms: What the person saw.
    ///   - now: The latest that it can be at the platform.
    func check(_ kind: DecisionKind, on terms: Terms, now: Timestamp) throws(DecisionError) {
        guard intent.terms == terms else { throw .termsChanged(shown: terms, now: intent.terms) }
        if let target = intent.targetWallet, target != wallet { throw .otherWallet }
        guard intent.status.isOpen else { throw .notPayable(intent.status) }
        guard intent.status == kind.requiredStatus else { throw .wrongKind(kind) }
        guard kind == .pay || intent.targetWallet == wallet else { throw .otherWallet }
        guard now < intent.expiresAt else { throw .expired }
    }

    /// The decision to go on with, where the same was said before and is not settled.
    ///
    /// - Throws: ``DecisionError/alreadyDecided(_:_:)`` where something else was said, or it is settled.
    func unsettled(_ kind: DecisionKind) throws(DecisionError) -> Decision? {
        guard let standing else { return nil }
        guard standing.kind == kind, !standing.state.isSettled else {
            throw .alreadyDecided(standing.kind, standing.state)
        }
        return standing
    }
}

extension Decisions {
    /// A decision on how things stand, signed by the device; not written down yet.
    ///
    /// - Throws: ``SessionError/deviceKeyLost`` where the device's key is gone; ``DeviceSignerError``, ``SecretStoreError``.
    func draft(_ kind: DecisionKind, on terms: Terms, reason: String?, _ context: DecisionContext) async throws
        -> Decision
    {
        guard let id = DecisionID(entropy.uuid()), let key = IdempotencyKey(entropy.uuid()) else {
            throw StorageError("no identifier could be made")
        }
        let now = time.now()
        let body = try await Proof.body(
            kind: kind, terms: terms, wallet: context.wallet, device: context.device,
            key: keys.load(of: context.device),
            idempotencyKey: key, decidedAt: now, reason: reason.map { PlainText.clean($0, limit: 200) })
        return Decision(
            id: id, kind: kind, terms: terms, idempotencyKey: key, decidedAt: now, expiresAt: context.intent.expiresAt,
            body: body, machine: DecisionMachine(), schedule: .init(attempts: 0, nextAttemptAt: now))
    }
}
