import GRDB

/// A business that is paid.
struct Merchant: Hashable, Sendable {
    var id: String
    var email: String
    var businessName: String
    var webhookSecret: String
    var clientSecret: String

    /// The name under which it asks for tokens.
    var clientID: String { "merchant-\(id)" }
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
            webhookSecret: entropy.secret(byteCount: 32), clientSecret: entropy.secret())
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
        try rows(
            """
            SELECT m.*, c.client_secret FROM merchants m
            JOIN clients c ON c.merchant_id = m.id AND c.counter_id IS NULL ORDER BY m.position
            """
        ).map { row in
            Merchant(
                id: row["id"], email: row["email"], businessName: row["business_name"],
                webhookSecret: row["webhook_secret"], clientSecret: row["client_secret"])
        }
    }

    /// The name of a merchant, or `nil` if there is no such merchant.
    func businessName(merchantID: String) throws -> String? {
        try row("SELECT business_name FROM merchants WHERE id = ?", [merchantID])?["business_name"]
    }
}
