import FexValues
import GRDB

/// A business that is paid.
struct Merchant: Hashable, Sendable {
    var id: String
    var email: String
    var businessName: String
    var webhookURL: String?
    var webhookSecret: String
    var clientSecret: String
    var createdAt: Timestamp

    /// The name under which it asks for tokens.
    var clientID: String { "merchant-\(id)" }

    /// The merchant as itself and the platform see it, without its secrets.
    var document: JSON {
        var object = JSONObject([
            JSONObject.Member("merchant_id", .string(id)), JSONObject.Member("email", .string(email)),
            JSONObject.Member("business_name", .string(businessName)),
            JSONObject.Member("client_id", .string(clientID)),
        ])
        object["webhook_url"] = webhookURL.map { .string($0) }
        object["created_at"] = .string(createdAt.rfc3339)
        return .object(object)
    }

    /// What anybody may see.
    var publicDocument: JSON { ["merchant_id": .string(id), "business_name": .string(businessName)] }
}

extension StoreTransaction {
    /// Registers a merchant, with credentials and a secret for its webhooks.
    ///
    /// - Throws: ``PlatformError`` 409 if the address has been registered before.
    func registerMerchant(email: String, businessName: String) throws -> Merchant {
        guard try count("SELECT COUNT(*) FROM merchants WHERE email = ?", [email]) == 0 else {
            throw PlatformError.conflict("a merchant with this email has been registered already")
        }
        let merchant = Merchant(
            id: entropy.uuid(), email: email, businessName: businessName,
            webhookSecret: entropy.secret(byteCount: 32), clientSecret: entropy.secret(),
            createdAt: now)
        try run(
            "INSERT INTO merchants (id, email, business_name, webhook_secret, created_at) VALUES (?, ?, ?, ?, ?)",
            [merchant.id, email, businessName, merchant.webhookSecret, now.milliseconds])
        try run(
            "INSERT INTO clients (client_id, client_secret, role, merchant_id) VALUES (?, ?, 'merchant', ?)",
            [merchant.clientID, merchant.clientSecret, merchant.id])
        return merchant
    }

    /// All merchants, in the order in which they registered.
    func merchants() throws -> [Merchant] {
        try rows(Merchant.selection + " ORDER BY m.position").map(Merchant.init)
    }

    /// A page of all merchants, in the order in which they registered.
    func merchants(page: Page) throws -> (merchants: [Merchant], total: Int64) {
        let rows = try rows(
            Merchant.selection + " ORDER BY m.position LIMIT ? OFFSET ?", [page.limit, page.offset])
        return (rows.map(Merchant.init), try count("SELECT COUNT(*) FROM merchants"))
    }

    /// The merchant with an id.
    func merchant(_ id: String) throws -> Merchant? {
        try row(Merchant.selection + " WHERE m.id = ?", [id]).map(Merchant.init)
    }

    /// The name of a merchant, or `nil` if there is no such merchant.
    func businessName(merchantID: String) throws -> String? {
        try row("SELECT business_name FROM merchants WHERE id = ?", [merchantID])?["business_name"]
    }
}

extension Merchant {
    fileprivate static let selection = """
        SELECT m.*, c.client_secret FROM merchants m
        JOIN clients c ON c.merchant_id = m.id AND c.counter_id IS NULL
        """

    fileprivate init(_ row: Row) {
        self.init(
            id: row["id"], email: row["email"], businessName: row["business_name"], webhookURL: row["webhook_url"],
            webhookSecret: row["webhook_secret"], clientSecret: row["client_secret"],
            createdAt: Timestamp(milliseconds: row["created_at"]))
    }
}
