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
                let url = try body.optionalWebhookURL("webhook_url", to: services.webhookDestinations)
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

/// Registering merchants.
enum RegistrationRoutes: RouteFamily {
    static func add(to router: Router<SandboxContext>, services: Services) {
        router.post(RouterPath(Prefix.merchant + "/register")) { request, _ in
            try await services.requireAdmin(request)
            let body = try await request.readObject()
            let email = try body.text("email")
            guard isAddress(email) else { throw PlatformError.badRequest("email must be an address") }
            let name = try body.text("business_name")
            guard name.utf8.count <= 200, PlainText.isClean(name), name.contains(where: { !$0.isWhitespace }) else {
                throw PlatformError.badRequest("business_name must be a name of at most 200 bytes")
            }
            let merchant = try await services.store.transaction { transaction in
                try transaction.registerMerchant(email: email.lowercased(), businessName: name)
            }
            // The webhook's secret is ours: the platform's pages don't say where a merchant gets it from.
            return Response.success(
                [
                    ("merchant_id", .string(merchant.id)), ("client_id", .string(merchant.clientID)),
                    ("client_secret", .string(merchant.clientSecret)),
                    ("webhook_secret", .string(merchant.webhookSecret)),
                    ("note", "Keep client_secret and webhook_secret now: they are not shown again."),
                ], status: .created)
        }
    }

    /// Whether a text has the form of a mail address, as the contract's document has it: words of letters, digits and
    /// `_+-` with dots between them, an at sign, a host's name of two to four labels.
    private static func isAddress(_ text: String) -> Bool {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        guard text.utf8.count <= 254, parts.count == 2, parts[0].utf8.count <= 64 else { return false }
        let words = parts[0].split(separator: ".", omittingEmptySubsequences: false)
        let labels = parts[1].split(separator: ".", omittingEmptySubsequences: false)
        return (2...4).contains(labels.count)
            && words.allSatisfy { isWord($0, "_+-") }
            && labels.allSatisfy { isWord($0, "-") && $0.utf8.count <= 32 && $0.first != "-" && $0.last != "-" }
    }

    private static func isWord(_ text: Substring, _ marks: String) -> Bool {
        !text.isEmpty && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || marks.contains($0)) }
    }
}
