import FexValues

/// What a ledger transaction is.
///
/// A type this version doesn't know is kept and shown as it came.
public struct TransactionType: RawRepresentable, Hashable, Sendable {
    /// The type as it stands on the wire, in the database and in exports.
    public let rawValue: String

    /// A type as it stands on the wire.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// The customer paid a merchant.
    public static let payment = TransactionType(rawValue: "payment")
    /// A merchant paid back, all or a part.
    public static let refund = TransactionType(rawValue: "refund")
    /// The customer put money into the wallet.
    public static let funding = TransactionType(rawValue: "funding")
}

extension TransactionType: CustomStringConvertible {
    /// The type as it came, at most 40 characters of it, fit to be shown.
    public var description: String { PlainText.clean(rawValue, limit: 40) }
}

/// Where a ledger transaction stands at the platform.
///
/// A status this version doesn't know is kept and shown as it came; money has moved only where it says so.
public struct TransactionStatus: RawRepresentable, Hashable, Sendable {
    /// The status as it stands on the wire, in the database and in exports.
    public let rawValue: String

    /// A status as it stands on the wire.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// It is under way: no money has moved yet.
    public static let pending = TransactionStatus(rawValue: "pending")
    /// The money has moved.
    public static let completed = TransactionStatus(rawValue: "completed")
    /// A payment that was completed, and paid back since.
    public static let refunded = TransactionStatus(rawValue: "refunded")
}

extension TransactionStatus: CustomStringConvertible {
    /// The status as it came, at most 40 characters of it, fit to be shown.
    public var description: String { PlainText.clean(rawValue, limit: 40) }
}
