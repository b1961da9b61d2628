import FexValues
import Hummingbird
import HummingbirdCore
public import Logging
import NIOCore
import ServiceLifecycle

/// A sample shop with the web button: a page, and a backend that holds the merchant's credentials.
///
/// What the browser asks for is checked against what the shop sells, so nobody names his own price.
public struct Shop: Sendable {
    private let routes: ShopRoutes
    private let host: String
    private let port: Int
    private let logger: Logger

    /// A shop of the merchant that the credentials belong to.
    ///
    /// - Parameters:
    ///   - ready: The document that the sandbox printed.
    ///   - merchant: The merchant's id or its place in the list, from 0.
    ///   - port: The port to bind; 0 takes a free one.
    /// - Throws: ``TillError/configuration(_:)`` for a merchant that the document doesn't have.
    public init(
        ready: ReadyDocument, merchant: String = "0", host: String = "127.0.0.1", port: Int = 0, logger: Logger
    ) throws {
        let credentials = try TillCredentials(ready: ready, merchant: merchant)
        let found = ready.merchants.first { $0["client_id"]?.stringValue == credentials.clientID } ?? .null
        guard let id = found["merchant_id"]?.stringValue else {
            throw TillError.configuration("the ready document has no id for this merchant")
        }
        routes = ShopRoutes(
            till: Till(credentials),
            page: ShopPage(
                merchantID: id, merchantName: PlainText.clean(found["business_name"]?.stringValue ?? "Shop", limit: 80),
                items: try ShopItem.samples()))
        self.host = host
        self.port = port
        self.logger = logger
    }

    /// Runs until it is told to stop.
    ///
    /// - Parameters:
    ///   - stopsOnSignals: Whether SIGTERM and SIGINT stop it.
    ///   - stop: A stream whose end stops it; `nil` if there is none.
    ///   - whenReady: Called once with the shop's address, when it answers.
    /// - Throws: ``SandboxError/address(_:)`` for a port that can't be bound.
    public func run(
        stopsOnSignals: Bool = false, until stop: AsyncStream<Never>? = nil,
        whenReady: @escaping @Sendable (String) -> Void
    ) async throws {
        let shop = Application(
            router: routes.router, configuration: .init(address: .hostname(host, port: port)),
            onServerRunning: { [host, port] channel in
                whenReady("http://\(host):\(channel.localAddress?.port ?? port)")
            }, logger: logger)
        try await ServiceGroup.run(
            [.init(service: shop, failureTerminationBehavior: .gracefullyShutdownGroup)],
            stopsOnSignals: stopsOnSignals, until: stop, at: "\(host):\(port)", logger: logger)
    }
}
