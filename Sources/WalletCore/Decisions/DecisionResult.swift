/// A decision with what the platform said of it.
public struct DecisionResult: Hashable, Sendable {
    /// The decision as it stands now.
    public var decision: Decision
    /// The intent as the platform last showed it.
    public var intent: PaymentIntent?
    /// The ledger transaction, for a decision that moved money.
    public var transaction: LedgerTransaction?

    /// A result.
    public init(decision: Decision, intent: PaymentIntent? = nil, transaction: LedgerTransaction? = nil) {
        self.decision = decision
        self.intent = intent
        self.transaction = transaction
    }
}
