import FexValues
import WalletCore

/// What methods work with.
struct MessageContext: Sendable {
    let wallet: Wallet
    let drawCode: @Sendable (String) throws -> String
    let sync: BackgroundSync
    /// Tells the host an event that needs no subscription.
    let tell: @Sendable (_ event: String, _ value: JSON) -> Void
}
