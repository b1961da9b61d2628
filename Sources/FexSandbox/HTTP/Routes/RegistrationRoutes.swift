import FexValues
import Hummingbird

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
