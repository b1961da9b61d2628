import GRDB
import GRDBSQLite

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
    func settle() async throws {
        for _ in 0..<Self.mostRemovals where try await !removePastApprovals() { break }
        for _ in 0..<Self.mostMerges where try await !mergeWords() { break }
        try await maintain { db in
            // Waits for nobody, and nobody waits for it; where a reader still needs the log it does what it can.
            let log = try db.checkpoint(.passive)
            guard log.walFrameCount > 0, log.walFrameCount == log.checkpointedFrameCount,
                log.walFrameCount * DatabasePages.size > Self.largestLog
            else { return }
            try db.cutLog()
        }
    }

    /// Removes a few requests that are long past.
    ///
    /// - Returns: Whether there may be more to remove.
    private func removePastApprovals() async throws -> Bool {
        try await write { db in
            // The sync has just noted when it was.
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
            // So FTS5 says that it found nothing worth it.
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
