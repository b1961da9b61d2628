/// What one ``Sync/once()`` did.
public struct SyncReport: Hashable, Sendable {
    /// The decisions that were not settled before, as they stand now.
    public var decisions: [Decision]
    /// How many changes of requests came.
    public var approvals: Int
    /// How many changes of transactions came.
    public var transactions: Int
    /// What the wallet holds.
    public var balance: Money
}
