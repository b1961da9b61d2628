import FexValues
import Hummingbird

/// What a merchant was paid, and paid back.
enum MerchantTransactionRoutes: RouteFamily {
    static func add(to router: Router<SandboxContext>, services: Services) {
        router.get(RouterPath(Prefix.merchant + "/transactions")) { request, _ in
            guard let merchantID = try await IntentRoutes.ownerID(of: request, services: services), !merchantID.isEmpty
            else {
                throw PlatformError.badRequest("merchant_id is required")
            }
            let page = try request.page()
            let (items, total) = try await services.store.transaction { transaction in
                try transaction.transactions(of: .merchant(merchantID), page: page)
            }
            return page.response(
                [
                    ("merchant_id", .string(merchantID)),
                    ("transactions", .array(items.map { $0.document(forWallet: false) })),
                ],
                total: total)
        }
    }
}
