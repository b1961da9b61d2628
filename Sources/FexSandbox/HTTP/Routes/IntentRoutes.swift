import FexValues
import Hummingbird

/// The merchant's calls about payment intents.
enum IntentRoutes: RouteFamily {
    static func add(to router: Router<SandboxContext>, services: Services) {
        let documents = services.documents
        let intents = Prefix.merchant + "/payment-intents"

        router.post(RouterPath(intents)) { request, _ in
            let (order, merchantID) = try await order(request, call: .create, services: services)
            let intent = try await services.store.transaction { transaction in
                try transaction.createIntent(order, merchantID: merchantID, draw: services.draw)
            }
            return Response.success([("payment_intent", documents.full(intent))], status: .created)
        }
        router.post(RouterPath(Prefix.merchant + "/scan-payment")) { request, _ in
            let (order, merchantID) = try await order(request, call: .scan, services: services)
            let intent = try await services.store.transaction { transaction in
                try transaction.createAimedIntent(order, merchantID: merchantID)
            }
            return Response.success([("payment_intent", documents.full(intent))], status: .created)
        }
        router.get(RouterPath(intents)) { request, _ in
            let merchantID = try await ownerID(of: request, services: services)
            let page = try request.page()
            let (items, total) = try await services.store.transaction { transaction in
                try transaction.intents(merchantID: merchantID, page: page)
            }
            return page.response([("payment_intents", .array(items.map(documents.full)))], total: total)
        }
        router.get(RouterPath(intents + "/:id")) { request, context in
            let principal = try await services.merchantSide(of: request)
            let id = try context.parameters.require("id")
            let intent = try await services.store.transaction { try $0.intent(id, for: principal) }
            return Response.success([("payment_intent", documents.full(intent))])
        }
        router.post(RouterPath(intents + "/:id/cancel")) { request, context in
            let principal = try await services.merchantSide(of: request)
            let id = try context.parameters.require("id")
            _ = try await services.store.transaction { try $0.cancelIntent(id, for: principal) }
            return Response.success([("message", "the payment intent has been cancelled")])
        }
        router.post(RouterPath(intents + "/:id/refund")) { request, context in
            let principal = try await services.merchantSide(of: request)
            let id = try context.parameters.require("id")
            let intent = try await services.store.transaction { try $0.refundIntent(id, for: principal) }
            return Response.success([
                ("refund_initiated", true), ("message", "the refund has been initiated"),
                ("payment_intent", documents.full(intent)),
            ])
        }
    }

    /// What is asked for, and for which merchant: the token's, or the one that an admin names in the body.
    private static func order(
        _ request: Request, call: NewIntent.Call, services: Services
    ) async throws -> (NewIntent, merchantID: String) {
        let principal = try await services.merchantSide(of: request)
        let body = try await request.readObject()
        var order = try NewIntent(body, call: call, destinations: services.webhookDestinations)
        switch principal {
        case .merchant(let id, let counterID):
            if let counterID {
                guard order.counterID == nil || order.counterID == counterID else {
                    throw PlatformError.forbidden("the token belongs to another counter")
                }
                order.counterID = counterID
            }
            return (order, id)
        case .admin, .wallet:
            return (order, try body.text("merchant_id"))
        }
    }

    /// Whose intents are asked for; everybody's for an admin that names no merchant.
    static func ownerID(of request: Request, services: Services) async throws -> String? {
        let principal = try await services.merchantSide(of: request)
        let named = request.query("merchant_id")
        guard case .merchant(let id, _) = principal else { return named }
        guard named == nil || named == id else {
            throw PlatformError.forbidden("the token belongs to another merchant")
        }
        return id
    }
}
