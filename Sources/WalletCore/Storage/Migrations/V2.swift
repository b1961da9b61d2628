import GRDB

extension WalletStore {
    /// Who sends a decision at the moment, the terms that a request was first seen with, and quick ways to both.
    static func migrateV2(_ db: Database) throws {
        try db.execute(
            sql: """
                -- The process that is sending it, and until when at most it counts as doing so.
                ALTER TABLE outbox ADD COLUMN leased_by TEXT;
                ALTER TABLE outbox ADD COLUMN leased_until INTEGER CHECK ((leased_by IS NULL) = (leased_until IS NULL));

                -- What the customer was shown: a request that says otherwise later is shown as changed.
                ALTER TABLE approval ADD COLUMN first_amount INTEGER CHECK (first_amount > 0);
                ALTER TABLE approval ADD COLUMN first_currency TEXT CHECK (length(first_currency) = 3);
                ALTER TABLE approval ADD COLUMN first_merchant_id TEXT;

                CREATE INDEX payment_intent_open ON payment_intent (id) WHERE status IN ('pending', 'pending_approval');
                CREATE INDEX ledger_transaction_of_intent ON ledger_transaction (intent_id);
                """)
    }
}
