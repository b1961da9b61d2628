/// Payment intents. The terms of one never change, and its status only along the edges of ``IntentStatus``.
enum IntentTables {
    static let sql = """
        CREATE TABLE sequences (
          name TEXT NOT NULL PRIMARY KEY,
          value INTEGER NOT NULL
        ) STRICT;
        INSERT INTO sequences (name, value) VALUES ('approval', 0);

        CREATE TABLE intents (
          position INTEGER PRIMARY KEY AUTOINCREMENT,
          id TEXT NOT NULL UNIQUE,
          merchant_id TEXT NOT NULL REFERENCES merchants (id),
          counter_id TEXT,
          amount INTEGER NOT NULL CHECK (amount > 0),
          currency TEXT NOT NULL CHECK (length(currency) = 3),
          status TEXT NOT NULL CHECK (status IN
            ('pending', 'pending_approval', 'completed', 'cancelled', 'expired', 'declined', 'refunded')),
          description TEXT,
          reference TEXT,
          callback_url TEXT,
          metadata TEXT,
          qr_code_url TEXT,
          target_wallet_id TEXT REFERENCES wallets (id),
          completed_by TEXT REFERENCES wallets (id),
          completed_at INTEGER,
          decline_reason TEXT,
          refund_status TEXT CHECK (refund_status IN ('initiated', 'completed')),
          refund_ledger_tx_id TEXT,
          approval_seq INTEGER UNIQUE,
          created_at INTEGER NOT NULL,
          updated_at INTEGER NOT NULL,
          expires_at INTEGER NOT NULL CHECK (expires_at > created_at),
          FOREIGN KEY (merchant_id, counter_id) REFERENCES counters (merchant_id, id),
          CHECK ((target_wallet_id IS NULL) = (approval_seq IS NULL)),
          CHECK ((status IN ('completed', 'refunded')) = (completed_by IS NOT NULL AND completed_at IS NOT NULL)),
          CHECK (status NOT IN ('pending_approval', 'declined') OR target_wallet_id IS NOT NULL),
          CHECK (status <> 'pending' OR target_wallet_id IS NULL)
        ) STRICT;
        CREATE INDEX intents_by_merchant ON intents (merchant_id, position);
        CREATE INDEX intents_by_target ON intents (target_wallet_id, approval_seq) WHERE target_wallet_id IS NOT NULL;
        CREATE INDEX intents_open ON intents (expires_at) WHERE status IN ('pending', 'pending_approval');

        CREATE TRIGGER intents_keep_terms
        BEFORE UPDATE OF id, merchant_id, counter_id, amount, currency, target_wallet_id, created_at, expires_at ON intents
        BEGIN SELECT RAISE(ABORT, 'the terms of an intent never change'); END;

        CREATE TRIGGER intents_move_along_edges
        BEFORE UPDATE OF status ON intents
        WHEN NOT (
          (OLD.status = 'pending' AND NEW.status IN ('completed', 'cancelled', 'expired'))
          OR (OLD.status = 'pending_approval' AND NEW.status IN ('completed', 'cancelled', 'expired', 'declined'))
          OR (OLD.status = 'completed' AND NEW.status = 'refunded'))
        BEGIN SELECT RAISE(ABORT, 'an intent does not go that way'); END;

        CREATE TRIGGER intents_stay
        BEFORE DELETE ON intents
        BEGIN SELECT RAISE(ABORT, 'intents are never deleted'); END;
        """
}
