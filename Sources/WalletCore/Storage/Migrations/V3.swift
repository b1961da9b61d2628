import GRDB

extension WalletStore {
    /// The platform's time by the device's uptime, for the next process: the device's clock may be set meanwhile.
    static func migrateV3(_ db: Database) throws {
        try db.execute(
            sql: """
                -- The start of the device, and between what the platform's time lay then.
                ALTER TABLE sync_state ADD COLUMN boot_session TEXT;
                ALTER TABLE sync_state ADD COLUMN server_earliest INTEGER;
                ALTER TABLE sync_state ADD COLUMN server_latest INTEGER CHECK (server_latest >= server_earliest);
                """)
    }
}
