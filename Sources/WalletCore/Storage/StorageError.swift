import GRDB

/// Why the wallet's database could not be read or written.
///
/// Nothing that was being written is half written.
public struct StorageError: WalletError {
    /// What SQLite said: result code and message, never a value that was being stored.
    public var problem: String
    /// Whether a call that may have moved money went out before the database failed.
    public var money: MoneyEffect
    /// Whether the file holds what SQLite never wrote; then the next start mends it.
    public private(set) var isDamage = false

    init(_ error: DatabaseError, money: MoneyEffect = .notMoved) {
        problem = "\(error.message ?? "error") (SQLite \(error.extendedResultCode.rawValue))"
        isDamage = error.isDamage
        if isDamage { problem += "; the next start mends it" }
        self.money = money
    }

    init(_ problem: String) {
        self.problem = problem
        money = .notMoved
    }

    /// A stable name for programs, in snake case.
    public var code: String { "storage_failed" }
    /// Whether trying again can help.
    public var retry: RetryAdvice { money == .notMoved ? .later : .sameKey }
    /// A sentence or a name for people, fit to be shown.
    public var description: String { "the wallet's database failed: \(PlainText.clean(problem, limit: 200))" }
}
