/// Logins with the devices they were used from, what proves a new device's key, and where push notifications go.
///
/// A session is a family of refresh tokens. Of those that are there already nobody knows when they began, so that none of
/// them adds a device.
enum SessionTables {
    static let sql = """
        CREATE TABLE sessions (
          id TEXT NOT NULL PRIMARY KEY,
          wallet_id TEXT NOT NULL REFERENCES wallets (id),
          authenticated_at INTEGER NOT NULL,
          ended_at INTEGER
        ) STRICT;
        INSERT INTO sessions (id, wallet_id, authenticated_at, ended_at)
        SELECT family, MIN(wallet_id), 0, CASE WHEN MAX(state = 'revoked') THEN 0 END FROM refresh_tokens GROUP BY family;

        CREATE TABLE session_devices (
          session_id TEXT NOT NULL REFERENCES sessions (id),
          device_id TEXT NOT NULL REFERENCES devices (id),
          PRIMARY KEY (session_id, device_id)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX session_devices_by_device ON session_devices (device_id);

        CREATE TABLE device_challenges (
          position INTEGER PRIMARY KEY AUTOINCREMENT,
          nonce_hash BLOB NOT NULL UNIQUE CHECK (length(nonce_hash) = 32),
          session_id TEXT NOT NULL REFERENCES sessions (id),
          issued_at INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX device_challenges_by_session ON device_challenges (session_id, position);

        ALTER TABLE devices ADD COLUMN last_used_at INTEGER;
        ALTER TABLE devices ADD COLUMN push_kind TEXT CHECK (push_kind IN ('apns', 'fcm'));
        ALTER TABLE devices ADD COLUMN push_token TEXT CHECK ((push_token IS NULL) = (push_kind IS NULL));
        ALTER TABLE device_authorizations ADD COLUMN answered_at INTEGER;
        ALTER TABLE device_authorizations ADD COLUMN wrong_passwords INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE authorization_codes ADD COLUMN authenticated_at INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE authorization_codes ADD COLUMN scope TEXT;
        ALTER TABLE authorization_codes ADD COLUMN nonce TEXT;
        """
}
