/// Refunds that were asked for, and wallets that are no longer on file.
///
/// The intent tells of its refund at once; the ledger posts it when `due_at` comes.
enum RefundTables {
    static let sql = """
        CREATE TABLE refunds (
          intent_id TEXT NOT NULL PRIMARY KEY REFERENCES intents (id),
          requested_at INTEGER NOT NULL,
          due_at INTEGER NOT NULL CHECK (due_at >= requested_at),
          posted_at INTEGER CHECK (posted_at >= due_at)
        ) STRICT;
        CREATE INDEX refunds_due ON refunds (due_at) WHERE posted_at IS NULL;

        CREATE TRIGGER refunds_stay
        BEFORE DELETE ON refunds
        BEGIN SELECT RAISE(ABORT, 'refunds are never deleted'); END;

        ALTER TABLE wallets ADD COLUMN closed_at INTEGER;
        """
}
