import FexValues
import GRDB
import GRDBSQLite
import SQLiteSalvage

extension WalletStore {
    /// To how many bytes the write-ahead log is cut when it is begun anew.
    static let largestLog = 1 << 20

    /// How many pages of the index of words are merged in one transaction, and how many transactions follow each other.
    private static let (mergedPages, mostMerges) = (64, 64)

    /// How many past requests are removed in one transaction, and how many transactions follow each other.
    private static let (removedRequests, mostRemovals) = (512, 64)

    /// Puts the database in order after a sync: removes requests that are long past, merges what the sync added to the index
    /// of words, and moves the log into the file.
    ///
    /// Others wait for none of its steps longer than for a small write. What is left over is done after the next sync.
    /// - Throws: ``StorageError`` also where the indexes of decisions or requests do not agree.
    func settle() async throws {
        try await checkIndexes()
        for _ in 0..<Self.mostRemovals where try await !removePastApprovals() { break }
        for _ in 0..<Self.mostMerges where try await !mergeWords() { break }
        try await maintain { db in
            // A passive checkpoint waits for nobody; while a reader needs the log, it moves what it can.
            let log = try db.checkpoint(.passive)
            guard log.walFrameCount > 0, log.walFrameCount == log.checkpointedFrameCount,
                log.walFrameCount * DatabasePages.size > Self.largestLog
            else { return }
            try db.cutLog()
        }
    }

    /// Looks whether all pages, rows and indexes fit together: time with the size of the file.
    ///
    /// - Throws: ``StorageError`` where they don't; `CancellationError`.
    func checkIntegrity() async throws {
        try await read { db in
            let found = try db.row("PRAGMA integrity_check(1)", []) { try $0.text(0, "integrity_check") }
            guard found == "ok" else { throw StorageError.damage("database") }
        }
        try await checkIndexes()
    }

    /// Indexes of the same rows, none of which is looked up by all of them.
    private static let indexesOfSame = [
        ("decision", ["sqlite_autoindex_decision_1", "sqlite_autoindex_decision_2", "decision_of_intent"], "TRUE"),
        ("approval", ["sqlite_autoindex_approval_1", "approval_by_revision"], "TRUE"),
        ("approval", ["approval_open", "approval_open_of_merchant"], "open_until IS NOT NULL"),
    ]

    /// Counts the entries of indexes that have to have as many. One that lacks an entry is sound to SQLite: the row is
    /// there, and whoever looks for it by that index does not find it.
    private func checkIndexes() async throws {
        try await read { db in
            for (table, indexes, condition) in Self.indexesOfSame {
                let counts = try indexes.map { index in
                    try db.row("SELECT count(*) FROM \(table) INDEXED BY \(index) WHERE \(condition)", []) {
                        try $0.count(0, table)
                    }
                }
                guard Set(counts).count == 1 else { throw StorageError.damage(table) }
            }
        }
    }

    /// Removes a few requests that are long past.
    ///
    /// - Returns: Whether there may be more to remove.
    private func removePastApprovals() async throws -> Bool {
        try await write { db in
            // The sync that calls this has just stored the platform's time.
            let now = try SyncState.lastSync(db)
            return try PastApprovals.remove(
                db, limit: Self.removedRequests, at: now ?? Timestamp(milliseconds: 0))
        }
    }

    /// Merges a few pages of the index of words.
    ///
    /// - Returns: Whether there may be more to merge.
    private func mergeWords() async throws -> Bool {
        try await write { db in
            let before = db.totalChangesCount
            try db.executeCached(
                sql: "INSERT INTO ledger_text (ledger_text, rank) VALUES ('merge', ?)", arguments: [Self.mergedPages])
            // By fewer changes FTS5 says that there was nothing to merge.
            return db.totalChangesCount - before >= 2
        }
    }
}

extension Database {
    /// Empties the log, unless somebody reads or writes: to wait for them would keep others from writing meanwhile.
    fileprivate func cutLog() throws {
        guard let connection = unsafe sqliteConnection else { return }
        unsafe sqlite3_busy_timeout(connection, 0)
        defer { unsafe sqlite3_busy_timeout(connection, 10_000) }
        let code = unsafe sqlite3_wal_checkpoint_v2(connection, "main", SQLITE_CHECKPOINT_TRUNCATE, nil, nil)
        guard code == SQLITE_OK || code == SQLITE_BUSY else {
            throw DatabaseError(resultCode: ResultCode(rawValue: code), message: "the log can't be cut")
        }
    }
}
