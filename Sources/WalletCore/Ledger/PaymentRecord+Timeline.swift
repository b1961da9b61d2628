public import FexValues

/// Something that happened to a payment.
public struct PaymentMoment: Hashable, Sendable {
    /// What can happen to a payment, in the order in which it does where the time is the same.
    public enum What: String, Hashable, Sendable, CaseIterable {
        /// The merchant asked for it.
        case requested
        /// The customer said yes or no on this device.
        case decided
        /// The first byte of the decision was about to leave this device.
        case sent
        /// The money left the wallet, by the platform's ledger.
        case paid
        /// Money moved that was neither a payment nor a refund.
        case moved
        /// The platform was done with it.
        case completed
        /// The customer said no on another device.
        case declined
        /// This device learned that its decision took effect.
        case confirmed
        /// This device learned that its decision had no effect.
        case refused
        /// The decision's time ran out before it could take effect.
        case lapsed
        /// The customer took the decision back before it was sent.
        case cancelled
        /// The merchant took the request back.
        case withdrawn
        /// The request's time ran out.
        case expired
        /// Money came back, all or a part.
        case refunded
    }

    /// When, on the platform's clock.
    public var at: Timestamp
    /// What happened.
    public var what: What
    /// What was said, where it is a decision of this device that this happened to.
    public var decision: DecisionKind?
}

extension PaymentRecord {
    /// What happened, as far as this device knows, in the order of time.
    public var timeline: [PaymentMoment] {
        let moments = requestMoments + decisions.flatMap(\.moments) + transactions.flatMap(\.moments) + intentMoments
        let ranks = Dictionary(uniqueKeysWithValues: zip(PaymentMoment.What.allCases, 0...))
        return moments.sorted { ($0.at, ranks[$0.what] ?? 0) < ($1.at, ranks[$1.what] ?? 0) }
    }

    /// A till's request may have been seen by this device long after it was made, and an intent be dated by no one.
    private var requestMoments: [PaymentMoment] {
        guard let at = [firstSeenAt, intent?.createdAt].compactMap(\.self).min() else { return [] }
        return [PaymentMoment(at: at, what: .requested)]
    }

    /// What only the intent tells: where the ledger or a decision of this device says the same, that counts.
    private var intentMoments: [PaymentMoment] {
        guard let intent else { return [] }
        var moments: [PaymentMoment] = []
        func add(_ at: Timestamp?, _ what: PaymentMoment.What) {
            if let at { moments.append(PaymentMoment(at: at, what: what)) }
        }
        if intent.status.isPaid, payment == nil { add(intent.completedAt, .completed) }
        switch intent.status {
        case .expired: add(intent.expiresAt, .expired)
        case .cancelled: add(intent.updatedAt, .withdrawn)
        case .declined where !decisions.contains { $0.kind == .decline && $0.state == .confirmed }:
            add(intent.updatedAt, .declined)
        case .refunded where !transactions.contains { $0.type == "refund" }: add(intent.updatedAt, .refunded)
        default: break
        }
        return moments
    }
}

extension Decision {
    fileprivate var moments: [PaymentMoment] {
        var moments = [PaymentMoment(at: decidedAt, what: .decided, decision: kind)]
        if let sentAt { moments.append(PaymentMoment(at: sentAt, what: .sent, decision: kind)) }
        let end: PaymentMoment.What? =
            switch state {
            case .confirmed: .confirmed
            case .refused: .refused
            case .lapsed: .lapsed
            case .cancelled: .cancelled
            case .recorded, .sending, .waiting, .unknown: nil
            }
        if let end, let settledAt { moments.append(PaymentMoment(at: settledAt, what: end, decision: kind)) }
        return moments
    }
}

extension LedgerTransaction {
    fileprivate var moments: [PaymentMoment] {
        let done = completedAt.map { PaymentMoment(at: $0, what: .completed) }
        switch type {
        case "payment": return [PaymentMoment(at: createdAt, what: .paid), done].compactMap(\.self)
        case "refund":
            // A refund that is not completed has not reached the customer yet.
            return status == "completed" ? [PaymentMoment(at: completedAt ?? createdAt, what: .refunded)] : []
        default: return [PaymentMoment(at: createdAt, what: .moved), done].compactMap(\.self)
        }
    }
}
