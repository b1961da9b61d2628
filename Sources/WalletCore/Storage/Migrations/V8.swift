import GRDB

extension WalletStore {
    /// Rows of feeds that can't be read, and feeds that are read anew.
    static func migrateV8(_ db: Database) throws {
        try db.execute(
            sql: """
                -- Rows that were not taken in: named, and asked for again. `key` tells them apart: by id, else by number.
                CREATE TABLE quarantine (
                    id INTEGER PRIMARY KEY,
                    feed TEXT NOT NULL CHECK (feed IN ('approvals', 'transactions')),
                    key TEXT NOT NULL,
                    sequence INTEGER,
                    row_id TEXT,
                    why TEXT NOT NULL,
                    -- As it came, at most 4 KB; NULL where it was too long to come at all.
                    document TEXT CHECK (length(document) <= 4096),
                    -- From which cursor it is asked for again, and as one of how many rows; NULL in a list without cursors.
                    after INTEGER,
                    row_count INTEGER NOT NULL CHECK (row_count >= 1),
                    found_at INTEGER NOT NULL,
                    attempts INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
                    next_attempt_at INTEGER NOT NULL
                ) STRICT;
                CREATE UNIQUE INDEX quarantine_by_key ON quarantine (feed, key);

                -- Whether the platform was found to have forgotten changes, and the feed is read again from its beginning.
                ALTER TABLE feed ADD COLUMN is_reread INTEGER NOT NULL DEFAULT 0 CHECK (is_reread IN (0, 1));
                """)
    }
}
