import Hummingbird
import WalletCore

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

    /// Whether a text has the form of a mail address: something, an at sign, a host's name.
    private static func isAddress(_ text: String) -> Bool {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        return text.utf8.count <= 254 && parts.count == 2 && !parts[0].isEmpty && parts[1].contains(".")
            && parts[1].split(separator: ".", omittingEmptySubsequences: false).allSatisfy { !$0.isEmpty }
            && text.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F } && !text.contains { "<>()[],;:\\\"".contains($0) }
    }
}
