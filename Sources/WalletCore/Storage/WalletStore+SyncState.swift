import GRDB

extension WalletStore {
    /// When all was last in step with the platform.
    func loadLastSync() async throws -> Timestamp? {
        try await read { try Int64.fetchOne($0, sql: "SELECT last_sync_at FROM sync_state") }
            .map { Timestamp(milliseconds: $0) }
    }

    /// How far the platform's clock was ahead of the device's when last seen.
    func loadServerOffset() async throws -> Duration {
        .milliseconds(try await read { try Int64.fetchOne($0, sql: "SELECT server_offset FROM sync_state") } ?? 0)
    }

    /// Remembers how far the platform's clock is ahead of the device's.
    func saveServerOffset(_ offset: Duration) async throws {
        try await write { try self.saveServerOffset(offset, $0) }
    }

    func saveServerOffset(_ offset: Duration, _ db: Database) throws {
        try db.execute(
            sql: """
                INSERT INTO sync_state (id, server_offset) VALUES (1, ?)
                ON CONFLICT (id) DO UPDATE SET server_offset = excluded.server_offset
                """,
            arguments: [offset.wholeMilliseconds])
    }

    /// Remembers that all was in step.
    func saveSync(at now: Timestamp, serverOffset: Duration) async throws {
        try await write { db in
            try self.saveServerOffset(serverOffset, db)
            try db.execute(sql: "UPDATE sync_state SET last_sync_at = ?", arguments: [now.milliseconds])
        }
    }
}
