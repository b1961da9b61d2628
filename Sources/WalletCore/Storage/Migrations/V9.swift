import GRDB

extension WalletStore {
    /// Which requests are open, said once, and found without looking at those that are over; merchants that were muted.
    static func migrateV9(_ db: Database) throws {
        try db.execute(
            sql: """
                -- What follows from the intent and from what was said to it. Only the triggers below write these columns.
                -- Who asks now.
                ALTER TABLE approval ADD COLUMN merchant_id TEXT;
                -- Until when it is open, by the platform's clock: it waits for the customer until it expires, and an answer
                -- for the platform without end (\(Int64.max)). NULL once it is over by what was said, and not by a clock.
                ALTER TABLE approval ADD COLUMN open_until INTEGER;
                -- Until when another that is like it may be its repeat; NULL once it came to nothing or was turned down.
                ALTER TABLE approval ADD COLUMN alike_until INTEGER;
                -- Whether it was paid, or was ever decided on here: then it is never removed.
                ALTER TABLE approval ADD COLUMN is_kept INTEGER NOT NULL DEFAULT 0 CHECK (is_kept IN (0, 1));
                -- Grows with each change: the changes since some moment are those with a higher one.
                ALTER TABLE approval ADD COLUMN revision INTEGER NOT NULL DEFAULT 0;
                UPDATE approval SET revision = rowid, \(standing);

                DROP INDEX payment_intent_open;
                DROP INDEX approval_alike;
                CREATE INDEX approval_open ON approval (open_until, merchant_id) WHERE open_until IS NOT NULL;
                CREATE INDEX approval_open_of_merchant
                    ON approval (merchant_id, open_until, first_seen_at) WHERE open_until IS NOT NULL;
                CREATE INDEX approval_alike
                    ON approval (first_merchant_id, first_amount, first_currency, first_seen_at)
                    WHERE alike_until < \(Int64.max);
                CREATE INDEX approval_alike_paid
                    ON approval (first_merchant_id, first_amount, first_currency, first_seen_at)
                    WHERE alike_until = \(Int64.max);
                CREATE INDEX approval_by_revision ON approval (revision);
                CREATE INDEX approval_past ON approval (revision) WHERE open_until IS NULL AND is_kept = 0;

                \(triggers)

                -- Merchants whose many requests are counted, and not presented as new.
                CREATE TABLE muted_merchant (
                    merchant_id TEXT PRIMARY KEY NOT NULL,
                    muted_at INTEGER NOT NULL
                ) STRICT;
                """)
    }

    /// The columns that follow from the intent and from the latest decision on it: at most that one stands.
    private static let standing = """
        (merchant_id, open_until, alike_until, is_kept) = (
            SELECT asked.merchant_id,
                CASE
                    WHEN said.id IS NOT NULL AND said.settled_at IS NULL THEN \(Int64.max)
                    WHEN said.state = 'confirmed' THEN NULL
                    WHEN asked.status = 'pending_approval' THEN asked.expires_at
                END,
                CASE
                    WHEN said.state NOT IN ('refused', 'lapsed', 'cancelled')
                        THEN CASE said.kind WHEN 'decline' THEN NULL ELSE \(Int64.max) END
                    WHEN asked.status = 'completed' THEN \(Int64.max)
                    WHEN asked.status = 'pending_approval' THEN asked.expires_at
                END,
                said.id IS NOT NULL OR asked.status IN ('completed', 'refunded')
            FROM payment_intent AS asked LEFT JOIN decision AS said
                ON said.rowid = (SELECT max(rowid) FROM decision WHERE intent_id = asked.id)
            WHERE asked.id = approval.intent_id)
        """

    private static var triggers: String {
        func trigger(_ name: String, _ event: String, _ intent: String) -> String {
            """
            CREATE TRIGGER \(name) AFTER \(event)
                BEGIN
                    UPDATE approval SET revision = 1 + (SELECT max(revision) FROM approval), \(standing)
                    WHERE intent_id = \(intent);
                END;
            """
        }
        return [
            trigger("approval_is_asked", "INSERT ON approval", "NEW.intent_id"),
            trigger(
                "approval_follows_intent", "UPDATE OF merchant_id, status, expires_at, document ON payment_intent",
                "NEW.id"),
            trigger("approval_follows_decision", "INSERT ON decision", "NEW.intent_id"),
            trigger(
                "approval_follows_state", "UPDATE OF state ON decision WHEN OLD.state <> NEW.state", "NEW.intent_id"),
            trigger("approval_loses_decision", "DELETE ON decision", "OLD.intent_id"),
        ].joined(separator: "\n")
    }
}
