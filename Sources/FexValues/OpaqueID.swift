/// An identifier that the platform chose: an opaque string with a type of its own.
///
/// Published ids are `pi_…` in some pages and UUIDs in others, so nothing is read into them: 1 to 128 of the characters
/// `A–Z a–z 0–9 . _ ~ -`, which need no escaping in a path. It is inlinable, so that other modules can specialize it.
public struct OpaqueID<Of>: Hashable, Sendable {
    /// The id as it stands on the wire.
    public let rawValue: String

    /// An id, or `nil` if the text can't be one.
    @inlinable
    public init?(_ rawValue: String) {
        let bytes = rawValue.utf8
        guard (1...128).contains(bytes.count), bytes.allSatisfy(OpaqueID.isAllowed) else { return nil }
        // A path made of dots alone would name another place.
        guard rawValue != ".", rawValue != ".." else { return nil }
        self.rawValue = rawValue
    }

    /// An id that was found to be one before it was written down.
    @inlinable
    package init(written rawValue: String) { self.rawValue = rawValue }

    @inlinable
    static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        case UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"), UInt8(ascii: "-"):
            true
        default:
            false
        }
    }
}

extension OpaqueID: CustomStringConvertible {
    /// The id as it stands on the wire; its characters are fit to be shown.
    public var description: String { rawValue }
}

extension OpaqueID: Comparable {
    /// Orders by the value on the wire.
    public static func < (left: OpaqueID, right: OpaqueID) -> Bool { left.rawValue < right.rawValue }
}

/// Tags that keep ids of one kind from being passed for another's; none has a value.
public enum IDKind {
    /// Tags ``IntentID``.
    public enum Intent {}
    /// Tags ``WalletID``.
    public enum Wallet {}
    /// Tags ``MerchantID``.
    public enum Merchant {}
    /// Tags ``TransactionID``.
    public enum Transaction {}
    /// Tags ``DeviceID``.
    public enum Device {}
    /// Tags ``DecisionID``.
    public enum Decision {}
    /// Tags ``IdempotencyKey``.
    public enum IdempotencyKey {}
    /// Tags ``ScanToken``.
    public enum ScanToken {}
}

/// The id of a payment intent.
public typealias IntentID = OpaqueID<IDKind.Intent>
/// The id of a wallet.
public typealias WalletID = OpaqueID<IDKind.Wallet>
/// The id of a merchant.
public typealias MerchantID = OpaqueID<IDKind.Merchant>
/// The id of a ledger transaction.
public typealias TransactionID = OpaqueID<IDKind.Transaction>
/// The id that the platform gave a device's key.
public typealias DeviceID = OpaqueID<IDKind.Device>
/// The id of a decision, made on this device.
public typealias DecisionID = OpaqueID<IDKind.Decision>
/// The key that makes every attempt at one decision the same request.
public typealias IdempotencyKey = OpaqueID<IDKind.IdempotencyKey>
/// The token in a wallet's own code, by which a till aims a request at the wallet.
///
/// Published as "currently equal to the wallet id" (scan-payment); it has a type of its own so that nothing relies on that.
public typealias ScanToken = OpaqueID<IDKind.ScanToken>
