import FexValues
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging

/// The outermost layer: gives each request an id and a logger, injects faults, and dates each answer by the sandbox's
/// clock.
struct Gateway: Sendable {
    let services: Services
    let responder: RouterResponder<SandboxContext>
    private let allowedMethods: AllowedMethods
    private let deadlines: SenderDeadlines
    let logger: Logger

    init(
        services: Services, routes: Router<SandboxContext>, deadlines: SenderDeadlines = SenderDeadlines(),
        logger: Logger
    ) {
        self.deadlines = deadlines
        self.services = services
        responder = routes.buildResponder()
        allowedMethods = AllowedMethods(routes)
        self.logger = logger
    }

    /// The server that passes its requests here.
    var server: HTTPServerBuilder {
        HTTPServerBuilder { _ in
            HTTP1Channel(
                responder: { request, writer, channel in
                    let id = RequestID().description
                    var logger = self.logger
                    logger[metadataKey: "request.id"] = .string(id)
                    let context = SandboxContext(source: .init(channel: channel, logger: logger))
                    var response = try await self.respond(to: request, context: context)
                    response.headers[.date] = self.services.clock.now.httpDate
                    response.headers[.requestID] = id
                    try await writer.write(response: response.head, body: response.body)
                },
                configuration: .init(
                    additionalChannelHandlers: [
                        MalformedRequestAnswer(clock: self.services.clock), SlowSenderCutoff(self.deadlines),
                    ],
                    idleTimeout: .seconds(120)))
        }
    }

    /// Answers a request, or throws ``DroppedConnection`` so that the server closes the connection without an answer.
    private func respond(to request: Request, context: SandboxContext) async throws -> Response {
        // What takes faults back is out of their reach.
        let isControl = request.uri.path.hasPrefix("/sandbox/")
        let fault =
            isControl
            ? FaultInjector.Fault() : services.faults.fault(method: request.method.rawValue, path: request.uri.path)
        if let delay = fault.delay { try await FaultPause.wait(delay) }
        if let rule = fault.effect {
            if rule.action == .refuse { throw DroppedConnection() }
            if rule.action == .dropBefore {
                _ = try? await request.readBody()
                throw DroppedConnection()
            }
            if let answer = Response.madeUp(by: rule) { return answer }
        }
        let response = try await answer(request, context: context)
        context.logger.debug(
            "answered",
            metadata: [
                "method": "\(request.method)", "path": "\(request.uri.path)", "status": "\(response.status.code)",
            ])
        guard let rule = fault.effect else { return response }
        // The work is committed; only the answer is missing.
        if rule.action == .dropAfter { throw DroppedConnection() }
        return try await response.spoilt(by: rule)
    }

    private func answer(_ request: Request, context: SandboxContext) async throws -> Response {
        guard let allowed = allowedMethods.refusal(of: request.method, at: request.uri.path) else {
            return try await responder.respond(to: request, context: context)
        }
        let error = PlatformError(
            status: .methodNotAllowed, message: "this path doesn't take \(request.method.rawValue)")
        var response = Response(error.body, status: error.status)
        response.headers[.allow] = allowed
        return response
    }
}

/// Leaves the server's loop over a connection, which closes it.
struct DroppedConnection: Error {}

extension HTTPField.Name {
    /// `X-Request-Id`
    static let requestID = HTTPField.Name("X-Request-Id")!
    /// `Idempotency-Key`
    static let idempotencyKey = HTTPField.Name("Idempotency-Key")!
}
