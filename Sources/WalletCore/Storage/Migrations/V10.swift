import GRDB

extension WalletStore {
    /// What a person has limited, and a quick way to what was decided in a day.
    static func migrateV10(_ db: Database) throws {
        try db.execute(
            sql: """
                -- Amounts in minor units of the currency; NULL limits nothing.
                CREATE TABLE spending_limit (
                    currency TEXT PRIMARY KEY NOT NULL CHECK (length(currency) = 3),
                    always_asks INTEGER NOT NULL DEFAULT 0 CHECK (always_asks IN (0, 1)),
                    typed_above INTEGER CHECK (typed_above >= 0),
                    daily INTEGER CHECK (daily >= 0)
                ) STRICT;
                CREATE INDEX decision_by_time ON decision (decided_at) WHERE kind <> 'decline';
                """)
    }
}
