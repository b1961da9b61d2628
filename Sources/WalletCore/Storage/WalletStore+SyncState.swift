import FexValues
import GRDB

extension WalletStore {
    /// When all was last in step with the platform.
    func loadLastSync() async throws -> Timestamp? {
        try await read { try SyncState.lastSync($0) }
    }

    /// What was last known of the platform's time.
    func loadServerTime() async throws -> ServerTime.Memory {
        try await read { try SyncState.serverTime($0) }
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
                time.offset.truncatedMilliseconds, time.bootSession, time.bounds?.lowerBound.milliseconds,
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

/// Reads when and how well this device was in step with the platform.
enum SyncState {
    /// By how much two clocks can be apart, in milliseconds: more than the years that can be written.
    private static let offsets: ClosedRange<Int64> = -315_569_520_000_000...315_569_520_000_000

    static func lastSync(_ db: Database) throws -> Timestamp? {
        try db.row("SELECT last_sync_at FROM sync_state") { try $0.optionalTime(0, "sync_state.last_sync_at") } ?? nil
    }

    static func serverTime(_ db: Database) throws -> ServerTime.Memory {
        let sql = "SELECT server_offset, boot_session, server_earliest, server_latest FROM sync_state"
        return try db.row(sql) { row in
            let offset = try row.integer(0, "sync_state.server_offset")
            guard offsets.contains(offset) else { throw StorageError.damage("sync_state.server_offset") }
            var memory = ServerTime.Memory(
                offset: .milliseconds(offset), bootSession: try row.optionalText(1, "sync_state.boot_session"))
            if let earliest = try row.optionalTime(2, "sync_state.server_earliest"),
                let latest = try row.optionalTime(3, "sync_state.server_latest")
            {
                guard earliest <= latest else { throw StorageError.damage("sync_state.server_latest") }
                memory.bounds = earliest...latest
            }
            return memory
        } ?? ServerTime.Memory()
    }
}
