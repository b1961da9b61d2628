/// Merchants, their counters, wallets with their people and devices, and the credentials of each.
///
/// Secrets are kept as they are: the sandbox has to say them again after a restart, and guards nothing of value.
enum IdentityTables {
    static let sql = """
        CREATE TABLE settings (
          name TEXT NOT NULL PRIMARY KEY,
          value TEXT NOT NULL
        ) STRICT;

        CREATE TABLE merchants (
          position INTEGER PRIMARY KEY AUTOINCREMENT,
          id TEXT NOT NULL UNIQUE,
          email TEXT NOT NULL UNIQUE,
          business_name TEXT NOT NULL CHECK (business_name <> ''),
          webhook_url TEXT,
          webhook_secret TEXT NOT NULL CHECK (length(webhook_secret) = 64),
          created_at INTEGER NOT NULL
        ) STRICT;

        CREATE TABLE counters (
          position INTEGER PRIMARY KEY AUTOINCREMENT,
          id TEXT NOT NULL UNIQUE,
          merchant_id TEXT NOT NULL REFERENCES merchants (id),
          name TEXT NOT NULL CHECK (name <> ''),
          location TEXT,
          status TEXT NOT NULL CHECK (status IN ('active', 'inactive')),
          webhook_url TEXT,
          webhook_secret TEXT NOT NULL CHECK (length(webhook_secret) = 64),
          created_at INTEGER NOT NULL,
          updated_at INTEGER NOT NULL,
          UNIQUE (merchant_id, id)
        ) STRICT;

        CREATE TABLE clients (
          client_id TEXT NOT NULL PRIMARY KEY,
          client_secret TEXT NOT NULL,
          role TEXT NOT NULL CHECK (role IN ('admin', 'merchant')),
          merchant_id TEXT REFERENCES merchants (id),
          counter_id TEXT UNIQUE,
          is_active INTEGER NOT NULL DEFAULT 1 CHECK (is_active IN (0, 1)),
          FOREIGN KEY (merchant_id, counter_id) REFERENCES counters (merchant_id, id),
          CHECK ((role = 'admin') = (merchant_id IS NULL)),
          CHECK (counter_id IS NULL OR merchant_id IS NOT NULL)
        ) STRICT;

        CREATE TABLE wallets (
          position INTEGER PRIMARY KEY AUTOINCREMENT,
          id TEXT NOT NULL UNIQUE,
          user_id TEXT NOT NULL UNIQUE,
          username TEXT NOT NULL UNIQUE,
          password TEXT NOT NULL,
          currency TEXT NOT NULL CHECK (length(currency) = 3),
          version INTEGER NOT NULL DEFAULT 0,
          nats_user TEXT NOT NULL UNIQUE,
          nats_password TEXT NOT NULL,
          created_at INTEGER NOT NULL,
          updated_at INTEGER NOT NULL
        ) STRICT;

        CREATE TABLE devices (
          id TEXT NOT NULL PRIMARY KEY,
          wallet_id TEXT NOT NULL REFERENCES wallets (id),
          name TEXT NOT NULL,
          public_key BLOB NOT NULL CHECK (length(public_key) = 65),
          created_at INTEGER NOT NULL,
          deleted_at INTEGER
        ) STRICT;
        CREATE INDEX devices_by_wallet ON devices (wallet_id, created_at) WHERE deleted_at IS NULL;

        CREATE TABLE refresh_tokens (
          token_hash BLOB NOT NULL PRIMARY KEY CHECK (length(token_hash) = 32),
          family TEXT NOT NULL,
          wallet_id TEXT NOT NULL REFERENCES wallets (id),
          expires_at INTEGER NOT NULL,
          state TEXT NOT NULL CHECK (state IN ('current', 'used', 'revoked'))
        ) STRICT;
        CREATE UNIQUE INDEX refresh_tokens_current ON refresh_tokens (family) WHERE state = 'current';
        """
}
