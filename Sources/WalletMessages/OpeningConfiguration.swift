public import FexHTTP
import FexValues
public import Foundation
import Logging
public import WalletCore

/// Ways to the network, and to a picture, which need C libraries: a door brings them.
public struct MessageAdapters: Sendable {
    /// Makes what carries calls.
    public typealias HTTP = @Sendable (_ authorities: URL?) throws -> any HTTPTransport
    /// Makes what carries events.
    public typealias Events =
        @Sendable (
            _ server: String, _ authorities: URL?, _ credentials: @escaping @Sendable () async -> EventCredentials?
        ) -> any EventTransport

    let http: HTTP
    let events: Events
    let drawCode: @Sendable (String) throws -> String

    /// - Parameters:
    ///   - http: Makes what carries calls. `authorities` is a PEM file of those to trust in place of the system's.
    ///   - events: Makes what carries events, with who logs in at the event server.
    ///   - drawCode: Draws a text as a QR code, in SVG.
    public init(
        http: @escaping HTTP, events: @escaping Events, drawCode: @escaping @Sendable (_ text: String) throws -> String
    ) {
        self.http = http
        self.events = events
        self.drawCode = drawCode
    }
}

/// With what a host opens a wallet.
struct OpeningConfiguration {
    private enum Capability: String, CaseIterable { case sign, secrets, http }

    private let folder: URL
    private let api: URL
    private let auth: URL
    private let events: String?
    private let eventCredentials: EventCredentials?
    private let authorities: URL?
    private let isInsecure: Bool
    private let host: Set<Capability>

    /// - Throws: ``DoorError`` that names what is wrong.
    init(parsing text: String) throws(DoorError) {
        let message: JSON
        do { message = try JSON(parsing: text) } catch { throw .notAMessage(error.description) }
        let fields = try Parameters(
            message,
            allowing: [
                "folder", "api", "auth", "events", "event_credentials", "authorities", "insecure", "host",
            ])
        folder = try Self.path("folder", in: fields)
        (api, auth) = (try fields.url("api"), try fields.url("auth"))
        events = try fields.optionalString("events")
        authorities = fields.value("authorities") == .none ? nil : try Self.path("authorities", in: fields)
        isInsecure = try fields.bool("insecure", default: false)
        if let credentials = fields.value("event_credentials") {
            let parts = try Parameters(credentials, allowing: ["user", "password"])
            eventCredentials = EventCredentials(
                user: try parts.string("user"), password: try parts.string("password"))
        } else {
            eventCredentials = nil
        }
        var host: Set<Capability> = []
        if let given = fields.value("host") {
            for name in given.arrayValue ?? [given] {
                guard let capability = name.stringValue.flatMap({ Capability(rawValue: $0) }) else {
                    throw .badParameter("host", "of sign, secrets and http are expected")
                }
                host.insert(capability)
            }
        }
        self.host = host
    }

    private static func path(_ name: String, in fields: Parameters) throws(DoorError) -> URL {
        let path = try fields.string(name)
        guard path.hasPrefix("/"), !path.contains("\0") else { throw .badParameter(name, "is no absolute path") }
        return URL(filePath: path)
    }

    /// Opens the wallet, with transports of its own.
    func open(_ adapters: MessageAdapters, _ questions: HostQuestions, log: Logger) async throws -> OpenedWallet {
        let http =
            try host.contains(.http) ? HostTransport(host: questions) as any HTTPTransport : adapters.http(authorities)
        let secrets =
            host.contains(.secrets) ? HostSecretStore(questions) as any SecretStore : WalletFolder(folder).secrets()
        let transport = events.map { server in
            adapters.events(server, authorities) { [eventCredentials] in
                if let eventCredentials { return eventCredentials }
                return await EventCredentials(in: secrets, for: server)
            }
        }
        let wallet = try await Wallet.open(
            .production(api: api, auth: auth, events: transport, http: http), in: folder
        ) { configuration in
            configuration.secrets = secrets
            configuration.eventServer = events
            configuration.allowsInsecureWays = isInsecure
            configuration.log = log
            if host.contains(.sign) { configuration.signer = HostSigner(host: questions) }
        }
        return OpenedWallet(wallet: wallet) {
            await http.shutdown()
            await transport?.shutdown()
        }
    }
}

/// A wallet, and what is to end once it is closed.
struct OpenedWallet: Sendable {
    var wallet: Wallet
    /// Ends the transports that were made for it.
    var endTransports: @Sendable () async -> Void = {}
}
