import Hummingbird
import WalletCore

/// What a merchant was paid, and paid back.
enum MerchantTransactionRoutes: RouteFamily {
    static func add(to router: Router<SandboxContext>, services: Services) {
        router.get(RouterPath(Prefix.merchant + "/transactions")) { request, _ in
            let merchantID = try await IntentRoutes.ownerID(of: request, services: services)
            let page = try request.page()
            let (items, total) = try await services.store.transaction { transaction in
                try transaction.transactions(of: merchantID.map { .merchant($0) }, page: page)
            }
            return page.response(
                [
                    ("merchant_id", .optional(merchantID)),
                    ("transactions", .array(items.map { $0.document(forWallet: false) })),
                ],
                total: total)
        }
    }
}
