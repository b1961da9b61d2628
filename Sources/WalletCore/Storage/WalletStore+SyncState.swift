import GRDB

extension WalletStore {
    /// When all was last in step with the platform.
    func loadLastSync() async throws -> Timestamp? {
        try await read { try Int64.fetchOne($0.cachedStatement(sql: "SELECT last_sync_at FROM sync_state")) }
            .map { Timestamp(milliseconds: $0) }
    }

    /// What was last known of the platform's time.
    func loadServerTime() async throws -> ServerTime.Memory {
        try await read { db in
            guard let row = try Row.fetchOne(db.cachedStatement(sql: "SELECT * FROM sync_state")) else {
                return ServerTime.Memory()
            }
            var memory = ServerTime.Memory(
                offset: .milliseconds(row["server_offset"]), bootSession: row["boot_session"])
            if let earliest = row["server_earliest"] as Int64?, let latest = row["server_latest"] as Int64? {
                memory.bounds = Timestamp(milliseconds: earliest)...Timestamp(milliseconds: latest)
            }
            return memory
        }
    }

    /// Remembers what is known of the platform's time.
    func save(_ time: ServerTime.Memory) async throws {
        try await write { try self.save(time, $0) }
    }

    func save(_ time: ServerTime.Memory, _ db: Database) throws {
        try db.executeCached(
            sql: """
                INSERT INTO sync_state (id, server_offset, boot_session, server_earliest, server_latest)
                VALUES (1, ?, ?, ?, ?)
                ON CONFLICT (id) DO UPDATE SET server_offset = excluded.server_offset,
                    boot_session = excluded.boot_session, server_earliest = excluded.server_earliest,
                    server_latest = excluded.server_latest
                """,
            arguments: [
                time.offset.wholeMilliseconds, time.bootSession, time.bounds?.lowerBound.milliseconds,
                time.bounds?.upperBound.milliseconds,
            ])
    }

    /// Remembers that all was in step.
    func saveSync(at now: Timestamp, _ time: ServerTime.Memory) async throws {
        try await write { db in
            try self.save(time, db)
            try db.executeCached(sql: "UPDATE sync_state SET last_sync_at = ?", arguments: [now.milliseconds])
        }
    }
}
