import GRDB

extension WalletStore {
    /// From where the ledger is searched for a decision's payment, which decisions are opened again, and from where feeds are
    /// told a second time.
    static func migrateV11(_ db: Database) throws {
        try db.execute(
            sql: """
                -- How far the feed of the ledger had been told twice when the decision was written down: its payment comes
                -- behind that. NULL where it comes behind the beginning.
                ALTER TABLE decision ADD COLUMN ledger_after INTEGER CHECK (ledger_after >= 0);

                -- How far the feed has been told twice. NULL where what waited at first was told once.
                ALTER TABLE feed ADD COLUMN checked INTEGER CHECK (checked >= 0);
                -- When it was told what it was last told of: an answer counts as another one some seconds later.
                ALTER TABLE feed ADD COLUMN read_at INTEGER;
                UPDATE feed SET checked = after;

                -- What was said to have come to nothing is asked after again where the ledger shows a payment of it.
                DROP TRIGGER decision_settles_once;
                CREATE TRIGGER decision_settles_once
                    BEFORE UPDATE OF state ON decision
                    WHEN OLD.settled_at IS NOT NULL
                        AND NOT (OLD.state IN ('refused', 'lapsed') AND OLD.may_have_left AND NEW.state = 'unknown')
                    BEGIN SELECT RAISE(ABORT, 'a settled decision stays as it is'); END;
                CREATE INDEX decision_that_may_be_paid ON decision (intent_id)
                    WHERE state IN ('refused', 'lapsed') AND may_have_left;
                """)
    }
}
