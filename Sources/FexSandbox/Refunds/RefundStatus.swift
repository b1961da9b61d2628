/// How far a refund has come.
enum RefundStatus: String, Hashable, Sendable {
    /// It was asked for, and will be posted.
    case initiated
    /// The ledger has posted it.
    case completed
}
