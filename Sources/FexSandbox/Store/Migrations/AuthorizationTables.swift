/// What people are asked to allow: logins of devices that have no browser, and codes on their way to an app.
enum AuthorizationTables {
    static let sql = """
        CREATE TABLE device_authorizations (
          device_code_hash BLOB NOT NULL PRIMARY KEY CHECK (length(device_code_hash) = 32),
          user_code TEXT NOT NULL UNIQUE CHECK (length(user_code) = 8),
          state TEXT NOT NULL CHECK (state IN ('pending', 'allowed', 'denied', 'used')),
          wallet_id TEXT REFERENCES wallets (id),
          poll_interval INTEGER NOT NULL CHECK (poll_interval > 0),
          polled_at INTEGER,
          expires_at INTEGER NOT NULL,
          CHECK ((state IN ('allowed', 'used')) = (wallet_id IS NOT NULL))
        ) STRICT;

        CREATE TABLE authorization_codes (
          code_hash BLOB NOT NULL PRIMARY KEY CHECK (length(code_hash) = 32),
          wallet_id TEXT NOT NULL REFERENCES wallets (id),
          redirect_uri TEXT NOT NULL,
          code_challenge TEXT NOT NULL CHECK (length(code_challenge) = 43),
          family TEXT NOT NULL UNIQUE,
          expires_at INTEGER NOT NULL,
          is_used INTEGER NOT NULL DEFAULT 0 CHECK (is_used IN (0, 1))
        ) STRICT;
        """
}
