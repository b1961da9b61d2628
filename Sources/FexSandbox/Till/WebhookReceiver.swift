public import FexValues
public import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import ServiceLifecycle
import Synchronization

/// Receives webhooks on this machine, and accepts those with a good signature.
///
/// A good one is answered 200; one whose signature is missing or wrong 401, one that is no JSON object 400. Only the
/// loopback is bound.
public struct WebhookReceiver: Sendable {
    private let keys: WebhookKeys
    private let port: Int

    /// A receiver.
    ///
    /// - Parameter port: The port to bind; 0 takes a free one.
    public init(keys: WebhookKeys, port: Int = 0) {
        self.keys = keys
        self.port = port
    }

    /// Runs until its task is cancelled, or on request until SIGTERM or SIGINT.
    ///
    /// - Parameters:
    ///   - stopsOnSignals: Whether SIGTERM and SIGINT stop it.
    ///   - whenListening: Called once with the address at which webhooks are received: `http://127.0.0.1:4000`.
    ///   - refusal: Called for each webhook that is refused, with the reason.
    ///   - receive: Called for each accepted webhook. It is acknowledged when this returns, and not where it throws.
    /// - Throws: ``SandboxError/address(_:)`` where the port can't be bound.
    public func run(
        stopsOnSignals: Bool = false, whenListening: @escaping @Sendable (_ address: String) async -> Void,
        refusal: @escaping @Sendable (_ reason: String) async -> Void = { _ in },
        receive: @escaping @Sendable (ReceivedWebhook) async throws -> Void
    ) async throws {
        let known = KnownDeliveries()
        let keys = keys
        let router = Router(context: SandboxContext.self)
        router.add(middleware: ErrorBodies())
        for path in ["/", "/**"] {
            router.post(RouterPath(path)) { request, _ in
                let webhook: ReceivedWebhook
                do {
                    webhook = try await read(request, keys: keys, known: known)
                } catch let error as PlatformError {
                    await refusal(error.message)
                    throw error
                }
                try await receive(webhook)
                return Response.success([])
            }
        }
        let application = Application(
            router: router,
            configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: port)),
            onServerRunning: { channel in
                await whenListening("http://127.0.0.1:\(channel.localAddress?.port ?? 0)")
            },
            logger: Logger(label: "webhooks", factory: { _ in SwiftLogNoOpLogHandler() }))
        try await ServiceGroup.run(
            [.init(service: application)], stopsOnSignals: stopsOnSignals, at: "127.0.0.1:\(port)",
            logger: application.logger)
    }

    /// The webhook that a request brings.
    ///
    /// - Throws: ``PlatformError`` 401, 400 or 413.
    private func read(
        _ request: Request, keys: WebhookKeys, known: KnownDeliveries
    ) async throws(PlatformError) -> ReceivedWebhook {
        let body: Data
        do {
            body = Data(try await request.readBody())
        } catch let error as PlatformError {
            throw error
        } catch {
            throw .badRequest("the body can't be read")
        }
        guard let signature = request.headers[.webhookSignature], keys.haveSigned(signature, body: body) else {
            throw .unauthorized("the webhook's signature is not good")
        }
        guard let object = (try? JSON(parsing: body))?.objectValue else {
            throw .badRequest("the webhook is no JSON object")
        }
        let deliveryID = request.headers[.webhookDelivery]
        return ReceivedWebhook(
            deliveryID: deliveryID, isRepeat: deliveryID.map { known.remember($0) } ?? false,
            path: request.uri.path, body: object)
    }
}

/// The ids of webhooks that were received.
private final class KnownDeliveries: Sendable {
    private let ids = Mutex<Set<String>>([])

    /// - Returns: Whether the id was known.
    func remember(_ id: String) -> Bool { !ids.withLock { $0.insert(id).inserted } }
}

/// A webhook that came with a good signature.
public struct ReceivedWebhook: Hashable, Sendable {
    /// The sender's id of the delivery, the same in each attempt, if it gave one.
    public var deliveryID: String?
    /// Whether a webhook with the same delivery id came before.
    public var isRepeat: Bool
    /// The path at which it came.
    public var path: String
    /// The body.
    public var body: JSONObject

    /// The body's members, with what is known of the delivery beside them: one JSON object.
    public var document: JSON {
        var object = body
        object["delivery_id"] = .optional(deliveryID)
        object["repeat"] = .bool(isRepeat)
        object["path"] = .string(path)
        return .object(object)
    }
}

/// The secrets with which a merchant's webhooks may be signed: its own, and those of its counters.
public struct WebhookKeys: Sendable {
    private let secrets: [String: [String]]

    /// The secrets of every merchant of a ready document. They are those of the moment at which it was written: a
    /// counter made or a secret rotated later is not among them.
    public init(ready: ReadyDocument) {
        var secrets: [String: [String]] = [:]
        for merchant in ready.merchants {
            let counters = merchant["counters"]?.arrayValue ?? []
            secrets[merchant["merchant_id"]?.stringValue ?? ""] = ([merchant] + counters)
                .compactMap { $0["webhook_secret"]?.stringValue }
        }
        self.secrets = secrets
    }

    /// Whether a body was signed with a secret of the merchant that it names.
    ///
    /// Every secret is tried in full, so the time it takes says nothing about the signature.
    public func haveSigned(_ signature: String, body: Data) -> Bool {
        let merchantID = (try? JSON(parsing: body))?["merchant_id"]?.stringValue
        var isValid = false
        for secret in merchantID.flatMap({ secrets[$0] }) ?? [] {
            if WebhookSignature.isValid(signature, of: body, secret: secret) { isValid = true }
        }
        return isValid
    }
}
