import GRDB

extension WalletStore {
    /// From where the ledger is searched for a decision's payment, and that it is what is true of a decision.
    static func migrateV11(_ db: Database) throws {
        try db.execute(
            sql: """
                -- How far the feed of the ledger had been read when the decision was written down: its payment comes behind
                -- that. NULL where it comes behind the beginning.
                ALTER TABLE decision ADD COLUMN ledger_after INTEGER CHECK (ledger_after >= 0);

                -- What was said to have come to nothing is confirmed where the ledger turns out to hold the payment.
                DROP TRIGGER decision_settles_once;
                CREATE TRIGGER decision_settles_once
                    BEFORE UPDATE OF state ON decision
                    WHEN OLD.settled_at IS NOT NULL
                        AND NOT (OLD.state IN ('refused', 'lapsed') AND OLD.may_have_left AND NEW.state = 'confirmed')
                    BEGIN SELECT RAISE(ABORT, 'a settled decision stays as it is'); END;
                CREATE INDEX decision_that_may_be_paid ON decision (intent_id)
                    WHERE state IN ('refused', 'lapsed') AND may_have_left;
                """)
    }
}
