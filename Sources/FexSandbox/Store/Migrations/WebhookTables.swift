/// The outbox of webhooks: written in the transaction of the change, sent after its commit, kept as a record.
///
/// Waiting ones of one intent are sent in the order of `position`; `next_attempt_at` says when.
enum WebhookTables {
    static let sql = """
        CREATE TABLE webhooks (
          position INTEGER PRIMARY KEY AUTOINCREMENT,
          id TEXT NOT NULL UNIQUE,
          event TEXT NOT NULL,
          intent_id TEXT NOT NULL REFERENCES intents (id),
          url TEXT NOT NULL,
          body TEXT NOT NULL,
          state TEXT NOT NULL CHECK (state IN ('waiting', 'delivered', 'failed')),
          attempts INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
          next_attempt_at INTEGER,
          last_outcome TEXT,
          created_at INTEGER NOT NULL,
          settled_at INTEGER,
          UNIQUE (intent_id, event),
          CHECK ((state = 'waiting') = (next_attempt_at IS NOT NULL)),
          CHECK ((state = 'waiting') = (settled_at IS NULL))
        ) STRICT;
        CREATE INDEX webhooks_waiting ON webhooks (next_attempt_at, position) WHERE state = 'waiting';
        CREATE INDEX webhooks_waiting_by_intent ON webhooks (intent_id, position) WHERE state = 'waiting';
        """
}
