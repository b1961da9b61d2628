public import FexValues

/// A till's request for this customer's yes or no.
public struct ApprovalRequest: Identifiable, Hashable, Sendable {
    /// Where a request stands, as the customer sees it.
    public struct State: Hashable, Sendable {
        /// The word that scripts read, in snake case: `decided_elsewhere`.
        public let rawValue: String

        private init(_ rawValue: String) { self.rawValue = rawValue }

        /// It waits for the customer.
        public static let pending = State("pending")
        /// The customer has answered; the platform has not confirmed it yet.
        public static let answered = State("answered")
        /// The customer said yes on this device, and it took effect.
        public static let approved = State("approved")
        /// The customer said no on this device, and it took effect.
        public static let declined = State("declined")
        /// It was answered on another device.
        public static let decidedElsewhere = State("decided_elsewhere")
        /// The merchant withdrew it.
        public static let cancelled = State("cancelled")
        /// Its time ran out.
        public static let expired = State("expired")
        /// The platform gave it a status that this version doesn't know.
        public static let unknown = State("unknown")
    }

    /// The intent's id: there is one request an intent.
    public var id: IntentID { intent.id }
    /// The intent as the platform last showed it.
    public var intent: PaymentIntent
    /// Where the request stands when it is read: an expired one is known by the platform's clock.
    public var state: State
    /// When this device first saw it, on the platform's clock.
    public var firstSeenAt: Timestamp
    /// What it said when this device first saw it, if it says something else now.
    public var changedFrom: Terms?
    /// Where it waits: an earlier request that it may be a repeat of, of the same merchant and amount when first seen, a
    /// few minutes before, and not turned down. It may have been approved by now. Both stay; the customer is told.
    public var repeats: IntentID?
}

/// The way by which a request first came to this device, until the feed has named it.
enum ApprovalSource: String, Sendable {
    case stream
    case feed
    case push
}

extension ApprovalRequest.State {
    /// Where a request stands, from the platform's word, this device's decision, and the platform's time.
    init(
        status: IntentStatus, decision: (kind: DecisionKind, state: DecisionState)?, expiresAt: Timestamp,
        now: Timestamp
    ) {
        if let decision {
            if decision.state == .confirmed {
                self = decision.kind == .decline ? .declined : .approved
                return
            }
            if !decision.state.isSettled {
                self = .answered
                return
            }
        }
        self =
            switch status {
            case .pendingApproval: now < expiresAt ? .pending : .expired
            case .cancelled: .cancelled
            case .expired: .expired
            case .completed, .declined, .refunded: .decidedElsewhere
            default: .unknown
            }
    }
}

/// The requests of one merchant that wait for the customer.
public struct ApprovalGroup: Identifiable, Hashable, Sendable {
    /// The merchant's id.
    public var id: MerchantID { merchant }
    /// The merchant whose tills ask.
    public var merchant: MerchantID
    /// The merchant's name in the newest request; text from outside.
    public var merchantName: String? { requests.first?.intent.merchantName }
    /// The newest of the requests, newest first; at least one, and at most as many as were asked for.
    public var requests: [ApprovalRequest]
    /// How many of the merchant's requests wait, those that are not in ``requests`` included.
    public var count: Int
    /// Whether the customer has muted the merchant on this device.
    public var isMuted: Bool

    /// Whether the group is counted, and its requests are not presented: it is muted, and there are several. The only
    /// request of a merchant is presented like any other.
    public var isQuiet: Bool { isMuted && count > 1 }
}
