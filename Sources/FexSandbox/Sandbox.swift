import FexValues
import Hummingbird
import HummingbirdCore
public import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle
import WalletCurl

/// The Fex platform as published, on this machine.
///
/// In tests:
///
/// ```swift
/// try await Sandbox.withRunning(configuration) { ready in
///     // ready.api, ready.wallets[0]["username"], …
/// }
/// ```
public struct Sandbox: Sendable {
    private let configuration: SandboxConfiguration
    let services: Services
    private let logger: Logger

    /// Opens the database, and fills it if it is new.
    ///
    /// - Throws: Whatever keeps the database from being opened, or ``SandboxError`` for fault rules that are none.
    public init(_ configuration: SandboxConfiguration, logger: Logger) async throws {
        let entropy = Entropy(seed: configuration.seed)
        let faults = try configuration.faults.map(Sandbox.rules) ?? []
        let clock = SandboxClock(configuration.clock)
        let store = try Store(
            directory: configuration.stateDirectory, clock: clock, entropy: entropy,
            extendsWebhooks: configuration.extendsWebhooks)
        let (advance, savedKey, starts) = try await store.transaction { transaction in
            (
                try transaction.setting(.clockAdvance), try transaction.setting(.signingKey),
                try transaction.setting(.starts).flatMap { UInt64($0) } ?? 0
            )
        }
        entropy.resume(atStart: starts)
        clock.advance(milliseconds: advance.flatMap { Int64($0) } ?? 0)
        let key =
            try savedKey.map { try SigningKey(pem: $0) } ?? configuration.signingKey
            ?? (configuration.seed == nil ? SigningKey.generate() : SigningKey.test.get())
        try await store.transaction { transaction in
            try transaction.save(key.pem, as: .signingKey)
            try transaction.save(String(starts + 1), as: .starts)
            try transaction.seedIfEmpty()
        }
        self.configuration = configuration
        self.logger = logger
        services = Services(
            store: store, authority: await TokenAuthority(key: key, clock: clock, entropy: entropy), clock: clock,
            entropy: entropy, faults: FaultInjector(faults, seed: configuration.seed),
            documents: IntentDocument(qrForm: configuration.qrForm),
            webhookDestinations: configuration.webhookDestinations)
    }

    /// Runs until it is told to stop: then what is under way is finished, children are stopped, and it returns.
    ///
    /// - Parameters:
    ///   - stopsOnSignals: Whether SIGTERM and SIGINT stop it.
    ///   - stop: A stream whose end stops it; `nil` if there is none.
    ///   - whenReady: Called once, when calls are answered.
    public func run(
        stopsOnSignals: Bool = false, until stop: AsyncStream<Never>? = nil,
        whenReady: @escaping @Sendable (ReadyDocument) async throws -> Void
    ) async throws {
        let gateway = Gateway(
            services: services, routes: .sandbox(services: services, withControl: configuration.hasControl),
            deadlines: configuration.senderDeadlines, logger: logger)
        let publisher = EventPublisher(services: services, destination: configuration.events, logger: logger)
        let webhooks = WebhookSender(
            services: services, transport: configuration.webhookTransport ?? CurlTransport(), logger: logger)
        let announcement = Announcement { [services] in
            let events = await publisher.addresses()
            let document = try await services.store.transaction { [services] transaction in
                try transaction.readyDocument(api: services.api, auth: services.auth, events: events)
            }
            try await whenReady(document)
        }
        let server = try gateway.server.buildServer(
            configuration: ServerConfiguration(address: .hostname(configuration.host, port: configuration.port)),
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton, logger: logger,
            responder: { _, _, _ in },
            onServerRunning: { [services, configuration] channel in
                let host = configuration.host == "0.0.0.0" ? "127.0.0.1" : configuration.host
                services.bind(to: "http://\(host):\(channel.localAddress?.port ?? configuration.port)")
                announcement.go()
            })
        try await ServiceGroup.run(
            [
                .init(service: ExpiryWatch(services: services)),
                .init(service: webhooks),
                .init(service: publisher, failureTerminationBehavior: .gracefullyShutdownGroup),
                .init(service: announcement, failureTerminationBehavior: .gracefullyShutdownGroup),
                .init(service: server, failureTerminationBehavior: .gracefullyShutdownGroup),
            ],
            stopsOnSignals: stopsOnSignals, until: stop, at: "\(configuration.host):\(configuration.port)",
            logger: logger)
    }

    private static func rules(_ text: String) throws -> [FaultRule] {
        do {
            return try FaultRule.list(JSON(parsing: text))
        } catch let error as PlatformError {
            throw SandboxError.faults(error.message)
        } catch let error as JSONSyntaxError {
            throw SandboxError.faults("\(error)")
        }
    }
}
