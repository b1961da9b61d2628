/// Where wallets connect to hear of events.
struct EventAddresses: Hashable, Sendable {
    /// `nats://host:port`.
    var nats: String
    /// `ws://host:port`, for clients that can't speak TCP; `nil` at a server that the sandbox did not start.
    var webSocket: String?
}
