import GRDB

/// Why the wallet's database could not be read or written.
///
/// Nothing that was being written is half written.
public struct StorageError: WalletError {
    /// What SQLite said: result code and message, never a value that was being stored.
    public var problem: String
    /// Whether a call that may have moved money went out before the database failed.
    public var money: MoneyEffect

    init(_ error: DatabaseError, money: MoneyEffect = .notMoved) {
        problem = "\(error.message ?? "error") (SQLite \(error.extendedResultCode.rawValue))"
        self.money = money
    }

    init(_ problem: String) {
        self.problem = problem
        money = .notMoved
    }

    public var code: String { "storage_failed" }
    public var retry: RetryAdvice { money == .notMoved ? .later : .sameKey }
    public var description: String { "the wallet's database failed: \(PlainText.clean(problem, limit: 200))" }
}
