import GRDB

extension WalletStore {
    /// A quick way to the requests that were alike: of the same merchant, over the same amount, about the same time.
    static func migrateV4(_ db: Database) throws {
        try db.execute(
            sql: """
                CREATE INDEX approval_alike
                    ON approval (first_merchant_id, first_amount, first_currency, first_seen_at);
                """)
    }
}
