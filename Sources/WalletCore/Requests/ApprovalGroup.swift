public import FexValues

/// The requests of one merchant that wait for the customer.
public struct ApprovalGroup: Hashable, Sendable {
    /// Who asks.
    public var merchant: MerchantID
    /// The merchant's name in the newest request; text from outside.
    public var merchantName: String? { requests.first?.intent.merchantName }
    /// The newest of the requests, newest first; at least one, and at most as many as were asked for.
    public var requests: [ApprovalRequest]
    /// How many there are.
    public var count: Int
    /// Whether the customer has muted the merchant on this device.
    public var isMuted: Bool

    /// Whether the group is counted, and its requests are not presented: it is muted, and there are several. The only
    /// request of a merchant is presented like any other.
    public var isQuiet: Bool { isMuted && count > 1 }
}
