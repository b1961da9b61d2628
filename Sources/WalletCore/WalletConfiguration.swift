public import FexHTTP
public import FexValues
public import Foundation
public import Logging

/// What a wallet is made of: addresses, a database file, a store of secrets, transports, a clock and a log.
public struct WalletConfiguration: Sendable {
    /// Where the platform's API and identity provider are, and what its paths and subjects are called.
    public var endpoints: PlatformEndpoints
    /// The database file; its directory must exist.
    public var database: URL
    /// Where tokens and keys are kept.
    public var secrets: any SecretStore
    /// Signs the customer's decisions; by default a key among the ``secrets``.
    public var signer: (any DeviceSigner)?
    /// Carries calls to the platform: `CurlTransport`, `URLSessionTransport`, or one of your own.
    public var http: any HTTPTransport
    /// Carries events; without one the wallet asks from time to time.
    public var events: (any EventTransport)?
    /// The event server's address, where ``events`` has one: credentials for it are kept for no other.
    public var eventServer: String?
    /// Whether servers elsewhere may be spoken to in the clear: what is said can then be read, and changed, on the way. Those of
    /// this machine, by their address, always may.
    public var allowsInsecureWays = false
    /// The clock that the wallet waits by and derives the platform's time from; a test gives one that it drives.
    public var clock: any WalletClock = SystemClock()
    /// The person's calendar day in which a moment lies; by default where the device is.
    package var calendarDay: @Sendable (Timestamp) -> Range<Timestamp> = { LocalTime.day(of: $0) }
    /// Where identifiers and jitter come from.
    package var entropy = Entropy.system
    /// Who the wallet is to others on the same database; by default this process.
    package var leaseHolder: LeaseHolder?
    /// Runs the renewal of tokens, which is a task of its own; by default the one that runs all tasks.
    package var renewalExecutor: (any TaskExecutor)?
    /// The folder that the database and the secrets are in, where it is the wallet's own.
    var folder: WalletFolder?
    /// That no other wallet of this process has the folder, for as long as the database is open.
    var claim: FolderClaim?
    /// Used in the place of the database file, if given.
    package var inlineDatabase: InlineDatabase?
    /// Where the wallet reports; never a secret, never what a customer buys.
    public var log = Logger(label: "fex.wallet", factory: { _ in SwiftLogNoOpLogHandler() })

    /// A configuration with the system's clock, no event transport, and no log; set what differs.
    public init(
        endpoints: PlatformEndpoints, database: URL, secrets: any SecretStore, http: any HTTPTransport,
        events: (any EventTransport)? = nil
    ) {
        self.endpoints = endpoints
        self.database = database
        self.secrets = secrets
        self.http = http
        self.events = events
    }
}

extension WalletConfiguration {
    /// Refuses servers elsewhere that would be spoken to in the clear, unless that was asked for.
    func checkWays() throws(InsecureAddress) {
        guard !allowsInsecureWays else { return }
        for address in [endpoints.api, endpoints.auth] {
            guard address.origin.scheme == .https || address.origin.isLoopbackAddress else {
                throw InsecureAddress(address.origin.description)
            }
        }
        if let eventServer { try InsecureAddress.check(eventServer: eventServer) }
    }
}

extension InsecureAddress {
    /// Refuses an event server elsewhere that would be spoken to in the clear.
    ///
    /// - Throws: ``InsecureAddress`` for an address that is neither `tls` nor `wss`, nor this machine's by its address.
    package static func check(eventServer: String) throws(InsecureAddress) {
        guard let url = URL(string: eventServer), !["tls", "wss"].contains(url.scheme?.lowercased()) else { return }
        guard url.host().map({ LoopbackAddress.isOne($0) }) == true else { throw InsecureAddress(eventServer) }
    }
}

/// A server elsewhere that would be spoken to without encryption, where ``WalletConfiguration/allowsInsecureWays`` is not set.
public struct InsecureAddress: WalletError, Hashable, Sendable {
    /// The server's address, without user and password.
    public let address: String

    init(_ address: String) {
        let server = address.split(separator: "@").last ?? ""
        self.address = PlainText.clean(String(server), limit: 200)
    }

    /// `insecure_address`.
    public var code: String { "insecure_address" }
    /// Never with this address.
    public var retry: RetryAdvice { .never }
    /// None has: nothing was sent.
    public var money: MoneyEffect { .notMoved }
    /// That it is not encrypted, on one line.
    public var description: String {
        "what is sent to \(address) would not be encrypted: it needs https, or tls or wss for events"
    }
}
