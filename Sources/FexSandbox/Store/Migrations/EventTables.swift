/// The outbox of events: written in the transaction of the change, published after its commit, then deleted.
enum EventTables {
    static let sql = """
        CREATE TABLE events (
          position INTEGER PRIMARY KEY AUTOINCREMENT,
          id TEXT NOT NULL UNIQUE,
          name TEXT NOT NULL,
          wallet_id TEXT NOT NULL REFERENCES wallets (id),
          payload TEXT NOT NULL,
          created_at INTEGER NOT NULL
        ) STRICT;
        """
}
