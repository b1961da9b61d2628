import GRDB

extension StoreTransaction {
    /// Sets where a merchant's webhooks go that name no address of their own; `nil` sends those nowhere.
    ///
    /// - Throws: ``PlatformError`` 404.
    func setWebhookURL(_ url: String?, merchantID: String) throws -> Merchant {
        try run("UPDATE merchants SET webhook_url = ? WHERE id = ?", [url, merchantID])
        return try requireMerchant(merchantID)
    }

    /// Gives a merchant a new secret for webhooks of intents without a counter.
    ///
    /// - Throws: ``PlatformError`` 404.
    func rotateWebhookSecret(merchantID: String) throws -> String {
        _ = try requireMerchant(merchantID)
        let secret = entropy.secret(byteCount: 32)
        try run("UPDATE merchants SET webhook_secret = ? WHERE id = ?", [secret, merchantID])
        return secret
    }

    /// The merchant with an id.
    ///
    /// - Throws: ``PlatformError`` 404.
    func requireMerchant(_ id: String) throws -> Merchant {
        guard let merchant = try merchant(id) else {
            throw PlatformError.notFound("there is no merchant with this id")
        }
        return merchant
    }
}
