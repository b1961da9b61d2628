import FexValues
import Hummingbird

/// What anybody may ask without a token.
enum PublicRoutes: RouteFamily {
    static func add(to router: Router<SandboxContext>, services: Services) {
        router.get(RouterPath(Prefix.merchant + "/public/payment-intents/:id")) { _, context in
            let id = try context.parameters.require("id")
            guard let intent = try await services.store.transaction({ try $0.intent(id) }) else {
                throw PlatformError.notFound("there is no payment intent with this id")
            }
            return Response.success([("payment_intent", services.documents.open(intent))])
        }
        router.get(RouterPath(Prefix.merchant + "/public/merchants")) { request, _ in
            let page = try request.page()
            let (merchants, total) = try await services.store.transaction { try $0.merchants(page: page) }
            return page.response([("merchants", .array(merchants.map(\.publicDocument)))], total: total)
        }
    }
}

/// `GET /health`, inside the prefix and outside.
enum HealthRoutes: RouteFamily {
    static func add(to router: Router<SandboxContext>, services: Services) {
        for path in ["/health", Prefix.merchant + "/health"] {
            router.get(RouterPath(path)) { _, _ in Response.success([("status", "ok")]) }
        }
    }
}
