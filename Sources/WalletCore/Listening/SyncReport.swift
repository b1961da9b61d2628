public import FexValues

/// What one ``Sync/once()`` did.
public struct SyncReport: Hashable, Sendable {
    /// The decisions that were not settled before, as they stand now; behind them those that were said to have come to nothing,
    /// and of which the ledger shows a payment.
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

/// A part of a sync that is done whatever becomes of the other parts.
public struct SyncStep: Hashable, Sendable {
    /// The word that scripts read.
    public let rawValue: String

    private init(_ rawValue: String) { self.rawValue = rawValue }

    /// The first: sending what waits.
    public static let decisions = SyncStep("decisions")
    /// The second: fetching what tills ask.
    public static let approvals = SyncStep("approvals")
    /// The third: fetching what was moved.
    public static let transactions = SyncStep("transactions")
    /// The last: fetching what the wallet holds.
    public static let account = SyncStep("account")
}

/// Why one ``Sync/once()`` is not in step with the platform: some of its steps failed.
///
/// The other steps were done, and what they brought is durable: ``report`` says what.
public struct SyncError: WalletError, Hashable {
    /// One step that failed, with the reason.
    public struct Failure: Hashable, Sendable {
        /// What was being done.
        public var step: SyncStep
        /// Why it was not done.
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

    /// The code of the first failure: `unreachable`.
    public var code: String { firstFailure.code }
    /// What the first failure advises.
    public var retry: RetryAdvice { firstFailure.retry }
    /// Whether money may have moved by what failed: what decisions came to is in the report.
    public var money: MoneyEffect { firstFailure.money }
    /// The first failure, and which steps failed; on one line.
    public var description: String {
        let steps = failures.map(\.step.rawValue).joined(separator: ", ")
        return "\(firstFailure) (not in step: \(steps))"
    }
}
