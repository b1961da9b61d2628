/// What every error of the wallet can answer: may one try again, and did money possibly move?
///
/// Each area has an error type of its own. Its description is a sentence for people; it never holds a token, a key or a
/// secret, and texts from outside in it have been made safe for a terminal.
public protocol WalletError: Error, CustomStringConvertible {
    /// A stable name for programs, in snake case: `terms_changed`.
    var code: String { get }
    /// Whether trying again can help, and how.
    var retry: RetryAdvice { get }
    /// Whether money may have moved.
    var money: MoneyEffect { get }
}

/// Whether trying again can help.
public enum RetryAdvice: String, Hashable, Sendable {
    /// The same call will fail again.
    case never
    /// The outcome is open: ask again with the same idempotency key, never with a new one.
    case sameKey = "same_key"
    /// Nothing happened; it may work later.
    case later
}

/// Whether money may have moved.
public enum MoneyEffect: String, Hashable, Sendable {
    /// No money moved.
    case notMoved = "not_moved"
    /// The platform has not said yet.
    case unknown
    /// Money moved.
    case moved
}
