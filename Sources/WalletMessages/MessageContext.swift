import FexValues
import WalletCore

/// What methods work with.
struct MessageContext: Sendable {
    let wallet: Wallet
    /// Ends the transports that were made for it, once it is closed.
    let endTransports: @Sendable () async -> Void
    let drawCode: @Sendable (String) throws -> String
    let sync: BackgroundSync
    /// Tells the host an event that needs no subscription.
    let tell: @Sendable (_ event: String, _ value: JSON) -> Void
}
