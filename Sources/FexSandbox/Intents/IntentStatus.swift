/// Where a payment intent stands, and where it may go from there.
///
///     pending           → completed | cancelled | expired
///     pending_approval  → completed | cancelled | expired | declined
///     completed         → refunded
enum IntentStatus: String, Hashable, Sendable, CaseIterable {
    /// Shown as a QR code; whoever scans it may pay.
    case pending
    /// Aimed at one wallet, which has to decide.
    case pendingApproval = "pending_approval"
    /// Paid.
    case completed
    /// Withdrawn by the merchant.
    case cancelled
    /// Not decided in time.
    case expired
    /// Refused by the customer.
    case declined
    /// Paid, and paid back in full.
    case refunded

    /// What may happen to an intent.
    enum Event: Hashable, Sendable, CaseIterable {
        /// A customer pays a scanned code.
        case pay
        /// The customer it is aimed at agrees.
        case approve
        /// The customer it is aimed at refuses.
        case decline
        /// The merchant withdraws it.
        case cancel
        /// Its time runs out.
        case expire
        /// The merchant pays it back.
        case refund
    }

    /// The status after an event, or `nil` where the event can't happen.
    func after(_ event: Event) -> IntentStatus? {
        switch (self, event) {
        case (.pending, .pay), (.pendingApproval, .approve): .completed
        case (.pendingApproval, .decline): .declined
        case (.pending, .cancel), (.pendingApproval, .cancel): .cancelled
        case (.pending, .expire), (.pendingApproval, .expire): .expired
        case (.completed, .refund): .refunded
        default: nil
        }
    }

    /// Whether nothing has been decided yet.
    var isOpen: Bool { self == .pending || self == .pendingApproval }
}
