import FexValues
import HTTPTypes
import Hummingbird

/// A merchant's counters.
///
/// A counter's own token may look at its counter and no more: a till that is lost must not make further credentials.
enum CounterRoutes: RouteFamily {
    static func add(to router: Router<SandboxContext>, services: Services) {
        let counters = RouterPath(Prefix.merchant + "/counters")
        let one = RouterPath(Prefix.merchant + "/counters/:id")

        router.post(counters) { request, _ in try await create(request, services: services) }
        router.get(counters) { request, _ in
            let merchantID = try await IntentRoutes.ownerID(of: request, services: services)
            let counterID = try await services.merchantSide(of: request).counterID
            let list = try await services.store.transaction { try $0.counters(merchantID: merchantID) }
                .filter { counterID == nil || $0.id == counterID }
            return Response.success([("counters", .array(list.map(\.document))), ("total", .integer(list.count))])
        }
        router.get(one) { request, context in
            let principal = try await services.merchantSide(of: request)
            let id = try context.parameters.require("id")
            let counter = try await services.store.transaction { try $0.counter(id, for: principal) }
            return Response.success([("counter", counter.document)])
        }
        for method in [HTTPRequest.Method.put, .patch] {
            router.on(one, method: method) { request, context in
                let principal = try await services.counterManager(of: request)
                let id = try context.parameters.require("id")
                let change = try CounterChange(
                    try await request.readObject(), destinations: services.webhookDestinations)
                let counter = try await services.store.transaction { transaction in
                    try transaction.updateCounter(id, change, for: principal)
                }
                return Response.success([("counter", counter.document)])
            }
        }
        router.delete(one) { request, context in
            let principal = try await services.counterManager(of: request)
            let id = try context.parameters.require("id")
            let counter = try await services.store.transaction { try $0.deactivateCounter(id, for: principal) }
            return Response.success([("message", "the counter has been deactivated"), ("counter", counter.document)])
        }
        router.post(RouterPath(Prefix.merchant + "/counters/:id/rotate-secret")) { request, context in
            let principal = try await services.counterManager(of: request)
            let id = try context.parameters.require("id")
            let secret = try await services.store.transaction { transaction in
                try transaction.rotateWebhookSecret(counterID: id, for: principal)
            }
            return Response.success([("webhook_secret", .string(secret)), ("note", .string(ShownOnce.note))])
        }
    }

    private static func create(_ request: Request, services: Services) async throws -> Response {
        let principal = try await services.counterManager(of: request)
        let body = try await request.readObject()
        let name = try body.text("name")
        let location = try body.optionalText("location")
        let webhookURL = try body.optionalWebhookURL("webhook_url", to: services.webhookDestinations)
        let merchantID = try principal.merchantID ?? body.text("merchant_id")
        let counter = try await services.store.transaction { transaction in
            _ = try transaction.requireMerchant(merchantID)
            return try transaction.createCounter(
                merchantID: merchantID, name: name, location: location, webhookURL: webhookURL)
        }
        return Response.success(
            [
                ("counter", counter.document), ("client_id", .string(counter.clientID)),
                ("client_secret", .string(counter.clientSecret)),
                ("webhook_secret", .string(counter.webhookSecret)), ("note", .string(ShownOnce.note)),
            ], status: .created)
    }
}

/// What is said beside a secret.
enum ShownOnce {
    static let note = "Keep the secrets now: they are not shown again."
}

extension Services {
    /// Who makes a call that manages a merchant's counters or webhooks.
    ///
    /// - Throws: ``PlatformError`` 401, or 403 for customers and for a counter's own token.
    func counterManager(of request: Request) async throws(PlatformError) -> Principal {
        let principal = try await merchantSide(of: request)
        guard principal.counterID == nil else { throw .forbidden("a counter's token does not allow this") }
        return principal
    }
}
