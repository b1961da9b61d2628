/// Customers' decisions. At most one takes effect on an intent, and a key belongs to one decision: both are constraints.
enum DecisionTables {
    static let sql = """
        CREATE TABLE decisions (
          intent_id TEXT NOT NULL PRIMARY KEY REFERENCES intents (id),
          wallet_id TEXT NOT NULL REFERENCES wallets (id),
          idempotency_key TEXT NOT NULL,
          kind TEXT NOT NULL CHECK (kind IN ('pay', 'approve', 'decline')),
          fingerprint BLOB NOT NULL CHECK (length(fingerprint) = 32),
          answer TEXT NOT NULL,
          decided_at INTEGER NOT NULL,
          UNIQUE (wallet_id, idempotency_key)
        ) STRICT;

        CREATE TABLE decision_calls (
          position INTEGER PRIMARY KEY AUTOINCREMENT,
          idempotency_key TEXT NOT NULL,
          intent_id TEXT NOT NULL,
          wallet_id TEXT NOT NULL,
          kind TEXT NOT NULL,
          outcome TEXT NOT NULL,
          at INTEGER NOT NULL
        ) STRICT;
        """
}
