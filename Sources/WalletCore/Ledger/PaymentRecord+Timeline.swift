public import FexValues

/// Something that happened to a payment.
public struct PaymentMoment: Hashable, Sendable {
    /// Something that can happen to a payment.
    public struct What: Hashable, Sendable {
        /// The word that scripts read.
        public let rawValue: String
        /// Where it stands among what happened in the same millisecond.
        fileprivate let rank: Int

        private init(_ rawValue: String, rank: Int) {
            self.rawValue = rawValue
            self.rank = rank
        }

        /// The merchant asked for it.
        public static let requested = What("requested", rank: 0)
        /// The customer said yes or no on this device.
        public static let decided = What("decided", rank: 1)
        /// The first byte of the decision was about to leave this device.
        public static let sent = What("sent", rank: 2)
        /// The money left the wallet, by the platform's ledger.
        public static let paid = What("paid", rank: 3)
        /// Money moved that was neither a payment nor a refund.
        public static let moved = What("moved", rank: 4)
        /// The platform was done with it.
        public static let completed = What("completed", rank: 5)
        /// The customer said no on another device.
        public static let declined = What("declined", rank: 6)
        /// This device learned that its decision took effect.
        public static let confirmed = What("confirmed", rank: 7)
        /// This device learned that its decision had no effect.
        public static let refused = What("refused", rank: 8)
        /// The decision's time ran out before it could take effect.
        public static let lapsed = What("lapsed", rank: 9)
        /// The customer took the decision back before it was sent.
        public static let cancelled = What("cancelled", rank: 10)
        /// The merchant took the request back.
        public static let withdrawn = What("withdrawn", rank: 11)
        /// The request's time ran out.
        public static let expired = What("expired", rank: 12)
        /// Money came back, all or a part.
        public static let refunded = What("refunded", rank: 13)
    }

    /// When, on the platform's clock.
    public var at: Timestamp
    /// What happened then.
    public var what: What
    /// What was said, where it is a decision of this device that this happened to.
    public var decision: DecisionKind?
}

extension PaymentRecord {
    /// What happened, as far as this device knows, in the order of time.
    public var timeline: [PaymentMoment] {
        let moments = requestMoments + decisions.flatMap(\.moments) + transactions.flatMap(\.moments) + intentMoments
        return moments.sorted { ($0.at, $0.what.rank) < ($1.at, $1.what.rank) }
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
        case .refunded where !transactions.contains { $0.type == .refund }: add(intent.updatedAt, .refunded)
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
        case .payment: return [PaymentMoment(at: createdAt, what: .paid), done].compactMap(\.self)
        case .refund:
            // A refund that is not completed has not reached the customer yet.
            return status == .completed ? [PaymentMoment(at: completedAt ?? createdAt, what: .refunded)] : []
        default: return [PaymentMoment(at: createdAt, what: .moved), done].compactMap(\.self)
        }
    }
}
