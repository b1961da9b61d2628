public import FexValues

/// What one ``Sync/once()`` did.
public struct SyncReport: Hashable, Sendable {
    /// The decisions that were not settled before, as they stand now.
    public var decisions: [Decision] = []
    /// How many changes of requests came.
    public var approvals = 0
    /// How many changes of transactions came, each counted once.
    public var transactions = 0
    /// What the wallet holds; where that step failed, what it held when the platform last said.
    public var balance: Money
    /// The rows of feeds that are kept aside, since they can't be read, oldest first.
    public var quarantined: [QuarantinedRow] = []
}

/// The steps of a sync, in their order.
public enum SyncStep: String, Hashable, Sendable, CaseIterable {
    /// Sending what waits.
    case decisions
    /// Fetching what tills ask.
    case approvals
    /// Fetching what was moved.
    case transactions
    /// Fetching what the wallet holds.
    case account
}

/// Why one ``Sync/once()`` is not in step with the platform: some of its steps failed.
///
/// The other steps were done, and what they brought is durable: ``report`` says what.
public struct SyncError: WalletError, Hashable {
    /// A step that failed.
    public struct Failure: Hashable, Sendable {
        /// Which step.
        public var step: SyncStep
        /// Why.
        public var error: PlatformError
    }

    /// The steps that failed, at least one, in their order.
    public var failures: [Failure]
    /// What was done all the same.
    public var report: SyncReport

    /// Why the first of them failed.
    public var firstFailure: PlatformError { failures[0].error }
    /// Whether each of them failed because the platform could not be reached, or did not answer as itself.
    public var isOutOfReach: Bool { failures.allSatisfy(\.error.isOutOfReach) }

    /// A stable name for programs, in snake case: the first failure's.
    public var code: String { firstFailure.code }
    /// Whether trying again can help.
    public var retry: RetryAdvice { firstFailure.retry }
    /// Whether money may have moved by what failed: what decisions came to is in the report.
    public var money: MoneyEffect { firstFailure.money }
    /// A sentence or a name for people, fit to be shown.
    public var description: String {
        let steps = failures.map(\.step.rawValue).joined(separator: ", ")
        return "\(firstFailure) (not in step: \(steps))"
    }
}
