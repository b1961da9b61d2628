import FexHTTP
public import Foundation

/// How a sandbox is to run.
public struct SandboxConfiguration: Sendable {
    /// Where events go.
    public enum Events: Hashable, Sendable {
        /// Nowhere: wallets have to poll.
        case none
        /// To a `nats-server` that the sandbox starts and stops; port 0 takes a free one.
        case child(port: Int)
        /// To a server that runs already.
        case server(url: String)
    }

    /// The address to bind.
    public var host = "127.0.0.1"
    /// The port to bind; 0 takes a free one.
    public var port = 0
    /// Where events go.
    public var events = Events.none
    /// Where the database is kept; `nil` keeps everything in memory.
    public var stateDirectory: URL?
    /// Equal seeds give equal ids, secrets and keys; `nil` takes the system's randomness.
    public var seed: UInt64?
    /// Where time comes from.
    public var clock = SandboxClock.Mode.real
    /// Fault rules to begin with: the text of a JSON list.
    public var faults: String?
    /// Which of the published forms merchants' codes have.
    public var qrForm = QRForm.uri
    /// Whether the test-only routes under `/sandbox` are there.
    public var hasControl = false
    /// Whether merchants are told by webhook of what is not documented too: `payment.declined`.
    public var extendsWebhooks = false
    /// Where webhooks may go: to this machine alone, unless hosts are named.
    public var webhookDestinations = WebhookDestinations.loopback
    /// How long a client may take to send a request.
    var senderDeadlines = SenderDeadlines()
    /// What carries webhooks; `nil` is libcurl.
    var webhookTransport: (any HTTPTransport)?
    /// The key that signs tokens, for a sandbox that has none saved. Where it is `nil`, a sandbox with a seed takes
    /// ``SigningKey/test``, and one without makes its own.
    public var signingKey: SigningKey?

    /// A configuration with everything as it is by default: in memory, on a free port of the loopback, without events.
    public init() {}
}
