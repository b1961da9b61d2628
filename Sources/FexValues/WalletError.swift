public import Foundation

/// What every error of the wallet can answer: may one try again, and did money possibly move?
///
/// Each area has an error type of its own. Its description, which `localizedDescription` gives too, is an English sentence for
/// people; it never holds a token, a key or a secret, and texts from outside in it have been made safe for a terminal. Shells
/// in other languages choose their words by the ``code``: `Documentation/error-codes.md` lists them.
///
/// Most error types are structs with static members, so that further errors can be added to them:
///
/// ```swift
/// do {
///     try await wallet.decisions.decide(.pay, on: terms)
/// } catch DecisionError.expired {
///     // Ask the merchant for another code.
/// } catch let error as any WalletError {
///     show(error.description, offersRetry: error.retry != .never)
/// }
/// ```
public protocol WalletError: LocalizedError, CustomStringConvertible {
    /// A stable name for programs, in snake case: `terms_changed`.
    var code: String { get }
    /// Whether trying again can help, and how.
    var retry: RetryAdvice { get }
    /// Whether money may have moved.
    var money: MoneyEffect { get }
}

extension WalletError where Self: Equatable {
    /// Whether a caught error is a certain one; makes `catch DecisionError.expired` possible.
    public static func ~= (pattern: Self, error: any Error) -> Bool { error as? Self == pattern }
}

/// Whether trying again can help.
///
/// A closed set: there is no fourth advice, and whoever catches an error has to follow each of these.
public enum RetryAdvice: String, Hashable, Sendable {
    /// The same call will fail again.
    case never
    /// The outcome is open: ask again with the same idempotency key, never with a new one.
    case sameKey = "same_key"
    /// Nothing happened; it may work later.
    case later
}

/// Whether money may have moved.
///
/// A closed set: no, not known, yes.
public enum MoneyEffect: String, Hashable, Sendable {
    /// No money moved.
    case notMoved = "not_moved"
    /// The platform has not said yet.
    case unknown
    /// Money moved.
    case moved
}
