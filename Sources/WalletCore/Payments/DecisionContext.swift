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
    /// What the person has limited in the intent's currency.
    var limit: SpendingLimit?
    /// What was agreed to today in that currency, where that is limited.
    var agreedToday: Money?

    /// Refuses what can't be decided on.
    ///
    /// - Parameters:
    ///   - terms: What the person saw.
    ///   - consent: How they agreed; a no needs none.
    ///   - now: The latest that it can be at the platform.
    func check(
        _ kind: DecisionKind, on terms: Terms, consent: Consent, now: Timestamp
    ) throws(DecisionError) {
        guard intent.terms == terms else { throw .termsChanged(shown: terms, now: intent.terms) }
        if let target = intent.targetWallet, target != wallet { throw .otherWallet }
        guard intent.status.isOpen else { throw .notPayable(intent.status) }
        guard intent.status == kind.requiredStatus else { throw .wrongKind(kind) }
        guard kind == .pay || intent.targetWallet == wallet else { throw .otherWallet }
        guard now < intent.expiresAt else { throw .expired }
        guard kind.movesMoney, let limit else { return }
        let required = try requiredConsent(for: terms)
        guard consent < required else { return }
        throw .ownLimit(required == .asked ? .asks(limit.currency) : .types(above: limit.typedAbove ?? terms.amount))
    }

    /// How the person has to agree to a payment by their own limits.
    ///
    /// - Throws: ``DecisionError/ownLimit(_:)`` where no consent is enough today.
    func requiredConsent(for terms: Terms) throws(DecisionError) -> Consent {
        // To go on with what was agreed to is nothing new.
        guard standing == nil, let limit else { return .preauthorised }
        if let daily = limit.daily, let agreedToday {
            let sum = try? agreedToday.adding(terms.amount)
            guard let sum, sum.minorUnits <= daily.minorUnits else {
                throw .ownLimit(.daily(daily, agreed: agreedToday))
            }
        }
        if let above = limit.typedAbove, terms.amount.minorUnits > above.minorUnits { return .amountTyped }
        return limit.alwaysAsks ? .asked : .preauthorised
    }

    /// The decision to go on with, where the same was said before and is not settled.
    ///
    /// - Throws: ``DecisionError/alreadyDecided(_:_:)`` where something else was said, be it to other terms, or it is settled.
    func unsettled(_ kind: DecisionKind, on terms: Terms) throws(DecisionError) -> Decision? {
        guard let standing else { return nil }
        guard standing.kind == kind, standing.terms == terms, !standing.state.isSettled else {
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
        // A proof may be dated from a minute before the request was made to a minute after the platform's time. That may be
        // known from a `Date` that is behind; so a request made later by it has its decision dated ahead, by less than the
        // minute, whatever the request claims.
        let earliest = context.intent.createdAt?.advanced(by: .seconds(-30)) ?? now
        let decidedAt = max(now, min(earliest, now.advanced(by: .seconds(50))))
        let body = try await Proof.body(
            kind: kind, terms: terms, wallet: context.wallet, device: context.device,
            key: keys.load(of: context.device),
            idempotencyKey: key, decidedAt: decidedAt, reason: reason.map { PlainText.clean($0, limit: 200) })
        return Decision(
            id: id, kind: kind, terms: terms, idempotencyKey: key, decidedAt: decidedAt,
            expiresAt: context.intent.expiresAt, body: body, machine: DecisionMachine(),
            schedule: .init(attempts: 0, nextAttemptAt: now))
    }
}
