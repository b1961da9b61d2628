import GRDB

extension WalletStore {
    /// The first schema. Shipped: never edited, only followed by others.
    ///
    /// Money is a whole number of minor units beside its currency; times are milliseconds since 1970, UTC. All tables have a
    /// rowid: SQLite reports no changes of tables without one, so nobody could watch them.
    static func migrateV1(_ db: Database) throws {
        try db.execute(
            sql: """
                CREATE TABLE account (
                    id INTEGER PRIMARY KEY CHECK (id = 1),
                    wallet_id TEXT NOT NULL,
                    user_id TEXT NOT NULL,
                    scan_token TEXT NOT NULL,
                    balance INTEGER NOT NULL CHECK (balance >= 0),
                    currency TEXT NOT NULL CHECK (length(currency) = 3),
                    version INTEGER NOT NULL,
                    as_of INTEGER NOT NULL,
                    device_id TEXT
                ) STRICT;

                -- The platform's document is kept whole; the columns beside it are what queries ask for.
                CREATE TABLE payment_intent (
                    id TEXT PRIMARY KEY NOT NULL,
                    merchant_id TEXT NOT NULL,
                    merchant_name TEXT,
                    status TEXT NOT NULL,
                    expires_at INTEGER NOT NULL,
                    fetched_at INTEGER NOT NULL,
                    document TEXT NOT NULL CHECK (json_valid(document))
                ) STRICT;

                -- What the customer was asked, whichever way it came; a row is never deleted, so nothing is asked twice.
                CREATE TABLE approval (
                    intent_id TEXT PRIMARY KEY NOT NULL REFERENCES payment_intent (id),
                    first_seen_at INTEGER NOT NULL,
                    came_by TEXT NOT NULL CHECK (came_by IN ('stream', 'feed', 'push'))
                ) STRICT;

                -- What the customer said. `body` is what every attempt sends.
                CREATE TABLE decision (
                    id TEXT PRIMARY KEY NOT NULL,
                    intent_id TEXT NOT NULL REFERENCES payment_intent (id),
                    kind TEXT NOT NULL CHECK (kind IN ('pay', 'approve', 'decline')),
                    amount INTEGER NOT NULL CHECK (amount > 0),
                    currency TEXT NOT NULL CHECK (length(currency) = 3),
                    merchant_id TEXT NOT NULL,
                    idempotency_key TEXT NOT NULL UNIQUE,
                    body BLOB NOT NULL,
                    decided_at INTEGER NOT NULL,
                    expires_at INTEGER NOT NULL,
                    state TEXT NOT NULL CHECK (state IN ('recorded', 'sending', 'waiting', 'unknown',
                        'confirmed', 'refused', 'lapsed', 'cancelled')),
                    may_have_left INTEGER NOT NULL CHECK (may_have_left IN (0, 1)),
                    reason TEXT,
                    settled_at INTEGER,
                    transaction_id TEXT,
                    CHECK ((settled_at IS NOT NULL) = (state IN ('confirmed', 'refused', 'lapsed', 'cancelled')))
                ) STRICT;

                -- One decision stands on an intent; another may follow only where the first came to nothing.
                CREATE UNIQUE INDEX decision_that_stands ON decision (intent_id)
                    WHERE state NOT IN ('refused', 'lapsed', 'cancelled');

                CREATE TRIGGER decision_is_kept_to_the_letter
                    BEFORE UPDATE OF id, intent_id, kind, amount, currency, merchant_id, idempotency_key, body, decided_at
                    ON decision
                    BEGIN SELECT RAISE(ABORT, 'a decision is never rewritten'); END;

                CREATE TRIGGER decision_settles_once
                    BEFORE UPDATE OF state ON decision WHEN OLD.settled_at IS NOT NULL
                    BEGIN SELECT RAISE(ABORT, 'a settled decision stays as it is'); END;

                -- Decisions not yet settled, and when each is tried next.
                CREATE TABLE outbox (
                    decision_id TEXT PRIMARY KEY NOT NULL REFERENCES decision (id),
                    attempts INTEGER NOT NULL CHECK (attempts >= 0),
                    next_attempt_at INTEGER NOT NULL,
                    waiting_for TEXT
                ) STRICT;

                CREATE TABLE ledger_transaction (
                    id TEXT PRIMARY KEY NOT NULL,
                    sequence INTEGER,
                    intent_id TEXT,
                    type TEXT NOT NULL,
                    status TEXT NOT NULL,
                    amount INTEGER NOT NULL CHECK (amount >= 0),
                    currency TEXT NOT NULL CHECK (length(currency) = 3),
                    from_account TEXT,
                    to_account TEXT,
                    description TEXT,
                    created_at INTEGER NOT NULL,
                    completed_at INTEGER
                ) STRICT;
                CREATE INDEX ledger_transaction_newest_first ON ledger_transaction (created_at, id);

                -- How far each change feed has been read.
                CREATE TABLE feed (
                    name TEXT PRIMARY KEY NOT NULL CHECK (name IN ('approvals', 'transactions')),
                    after INTEGER NOT NULL,
                    etag TEXT
                ) STRICT;

                CREATE TABLE sync_state (
                    id INTEGER PRIMARY KEY CHECK (id = 1),
                    last_sync_at INTEGER,
                    server_offset INTEGER NOT NULL
                ) STRICT;
                """)
    }
}
