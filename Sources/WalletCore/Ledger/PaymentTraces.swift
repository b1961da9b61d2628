/// What of a ledger that was read is, or may be, the payment of one decision's intent.
struct PaymentTraces: Hashable, Sendable {
    /// The rows that name the intent, oldest first.
    var named: [LedgerTransaction] = []
    /// Rows of its amount that name no intent.
    var unnamed: [LedgerTransaction] = []
    /// Rows that could not be taken in, and say of no other intent.
    var kept: [QuarantinedRow] = []
    /// Whether so many could not be taken in that one may be forgotten.
    var mayBeLost = false

    /// The payment.
    var payment: LedgerTransaction? { named.first { $0.type == .payment } }
    /// Whether there is nothing that may be it.
    var isEmpty: Bool { named.isEmpty && unnamed.isEmpty && kept.isEmpty && !mayBeLost }
}
