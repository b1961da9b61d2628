import FexValues

/// Where a payment intent stands at the platform.
///
/// A status this version doesn't know is kept and shown as it came, and is never payable.
public struct IntentStatus: RawRepresentable, Hashable, Sendable {
    /// The status as it stands on the wire.
    public let rawValue: String

    /// A status as it stands on the wire.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// Nobody was asked in particular: whoever scans its code may pay it.
    public static let pending = IntentStatus(rawValue: "pending")
    /// It waits for the yes or no of the wallet it is aimed at.
    public static let pendingApproval = IntentStatus(rawValue: "pending_approval")
    /// Somebody has paid it: ``PaymentIntent/completedBy`` says who.
    public static let completed = IntentStatus(rawValue: "completed")
    /// The merchant withdrew it.
    public static let cancelled = IntentStatus(rawValue: "cancelled")
    /// Its time ran out.
    public static let expired = IntentStatus(rawValue: "expired")
    /// The customer said no.
    public static let declined = IntentStatus(rawValue: "declined")
    /// It was paid, and paid back.
    public static let refunded = IntentStatus(rawValue: "refunded")

    /// Whether a customer's decision brought it here.
    var isDecided: Bool { isPaid || self == .declined }
    /// Whether it was paid, whatever came after.
    var isPaid: Bool { self == .completed || self == .refunded }
    /// Whether a decision may still be made on it.
    public var isOpen: Bool { Self.open.contains(self) }

    /// Those in which a decision may still be made.
    static let open: [IntentStatus] = [.pending, .pendingApproval]
    /// Those that never become open again.
    static let over: [IntentStatus] = [.completed, .cancelled, .expired, .declined, .refunded]
}

extension IntentStatus: CustomStringConvertible {
    /// The status as it came, at most 40 characters of it, fit to be shown.
    public var description: String { PlainText.clean(rawValue, limit: 40) }
}
