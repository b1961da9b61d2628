import FexValues
import HTTPTypes
import Hummingbird

/// What a merchant may see and set about itself. These calls are ours: nothing is published about where a merchant's
/// own webhook address is set, nor about how the secret is changed that was made at registration.
enum MerchantRoutes: RouteFamily {
    static func add(to router: Router<SandboxContext>, services: Services) {
        let path = RouterPath(Prefix.merchant + "/merchant")

        router.get(path) { request, _ in
            let merchantID = try await merchantID(of: request, services: services)
            let merchant = try await services.store.transaction { try $0.requireMerchant(merchantID) }
            return Response.success([("merchant", merchant.document)])
        }
        for method in [HTTPRequest.Method.put, .patch] {
            router.on(path, method: method) { request, _ in
                let merchantID = try await merchantID(of: request, services: services)
                let body = try await request.readObject()
                guard body.has("webhook_url") else { throw PlatformError.badRequest("webhook_url is required") }
                let url = try body.optionalURL("webhook_url")
                let merchant = try await services.store.transaction { transaction in
                    try transaction.setWebhookURL(url, merchantID: merchantID)
                }
                return Response.success([("merchant", merchant.document)])
            }
        }
        router.post(RouterPath(Prefix.merchant + "/merchant/rotate-secret")) { request, _ in
            let merchantID = try await merchantID(of: request, services: services)
            let secret = try await services.store.transaction { transaction in
                try transaction.rotateWebhookSecret(merchantID: merchantID)
            }
            return Response.success([("webhook_secret", .string(secret)), ("note", .string(ShownOnce.note))])
        }
    }

    /// The token's merchant, or the one that an admin names in the query.
    private static func merchantID(of request: Request, services: Services) async throws -> String {
        _ = try await services.counterManager(of: request)
        guard let id = try await IntentRoutes.ownerID(of: request, services: services) else {
            throw PlatformError.badRequest("merchant_id is required")
        }
        return id
    }
}
