import FexValues
import GRDB

extension WalletStore {
    /// The rows that are kept aside, oldest first.
    func loadQuarantine() async throws -> [QuarantinedRow] {
        try await read { try QuarantinedRow.fetch($0, "ORDER BY id") }
    }

    /// Those of one feed that are kept aside, oldest first.
    func loadQuarantine(in feed: FeedName) async throws -> [QuarantinedRow] {
        try await read { try QuarantinedRow.fetch($0, "WHERE feed = ? ORDER BY id", [feed.rawValue]) }
    }

    /// The rows that are kept aside, now and again whenever that changes.
    func watchQuarantine() -> StoreValues<[QuarantinedRow]> {
        watch { try QuarantinedRow.fetch($0, "ORDER BY id") }
    }

    /// The rows of a feed whose time has come to be asked for again, as many as one sync asks for.
    func loadDueQuarantine(in feed: FeedName, at now: Timestamp) async throws -> [QuarantinedRow] {
        try await read { db in
            try QuarantinedRow.fetch(
                db, "WHERE feed = ? AND next_attempt_at <= ? ORDER BY next_attempt_at, id LIMIT ?",
                [feed.rawValue, now.milliseconds, QuarantinedRow.retryLimit])
        }
    }

    /// Puts off a row that was asked for in vain.
    func postpone(_ row: QuarantinedRow, at now: Timestamp) async throws {
        try await write { try Quarantine($0, at: now).postpone(row) }
    }

    /// Lets rows go that were not where they stood, once their feed has been read past what they have become.
    func removeQuarantined(_ rows: [QuarantinedRow], at now: Timestamp) async throws {
        guard !rows.isEmpty else { return }
        try await write { db in
            for row in rows { try Quarantine(db, at: now).remove(row) }
        }
    }

    /// How many of the published list's transactions are in the quarantine and not in the ledger.
    func countMissingTransactions() async throws -> Int {
        try await read { db in
            try QuarantinedRow.fetch(db, "WHERE feed = 'transactions'").count { row in
                guard let id = row.id.flatMap({ TransactionID($0) }) else { return true }
                let sql = "SELECT NOT EXISTS (SELECT 1 FROM ledger_transaction WHERE id = ?)"
                return try db.answers(sql, [StoredID(id)])
            }
        }
    }

    /// Concludes a look at the whole published list.
    ///
    /// - Parameters:
    ///   - due: What was looked for.
    ///   - found: The keys of what was refused again; the rest is there no more, or was taken in.
    func concludeRetry(of due: [QuarantinedRow], found: Set<String>, at now: Timestamp) async throws {
        guard !due.isEmpty else { return }
        try await write { db in
            let quarantine = Quarantine(db, at: now)
            for row in due {
                if found.contains(row.key) { try quarantine.postpone(row) } else { try quarantine.remove(row) }
            }
        }
    }
}

/// Writes into the quarantine, within one transaction of the database.
struct Quarantine {
    private let db: Database
    private let now: Timestamp

    init(_ db: Database, at now: Timestamp) {
        self.db = db
        self.now = now
    }

    /// Whether nothing is kept aside, so that nothing can leave.
    func isEmpty() throws -> Bool {
        try db.step("SELECT NOT EXISTS (SELECT 1 FROM quarantine)") == 1
    }

    /// Keeps rows aside; of those that are kept already, what is said of them now.
    func put(_ rows: [RefusedRow]) throws {
        guard !rows.isEmpty else { return }
        for row in rows { try put(row) }
        try db.executeCached(
            sql: """
                DELETE FROM quarantine WHERE id IN (SELECT id FROM quarantine ORDER BY id DESC LIMIT -1 OFFSET ?)
                """,
            arguments: [QuarantinedRow.sizeLimit])
    }

    private func put(_ row: RefusedRow) throws {
        try db.executeCached(
            sql: """
                INSERT INTO quarantine (feed, key, sequence, row_id, why, document, after, row_count, found_at,
                    next_attempt_at)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (feed, key) DO UPDATE SET sequence = coalesce(excluded.sequence, sequence),
                    why = excluded.why, document = coalesce(excluded.document, document),
                    after = coalesce(excluded.after, after),
                    row_count = CASE WHEN excluded.after IS NULL THEN row_count ELSE excluded.row_count END
                """,
            arguments: [
                row.feed.rawValue, row.key, row.sequence, row.id, row.why, row.raw, row.after, row.count,
                now.milliseconds, now.milliseconds,
            ])
    }

    /// Lets a row go that has been taken in.
    func release(_ feed: FeedName, id: String, sequence: Int? = nil) throws {
        try db.executeCached(
            sql: "DELETE FROM quarantine WHERE feed = ? AND key IN (?, ?)",
            arguments: [feed.rawValue, "id \(id)", sequence.map { "seq \($0)" } ?? ""])
    }

    /// Says what came of asking for a row again.
    ///
    /// - Parameters:
    ///   - page: What was answered; its rows are written down by now.
    ///   - refused: Which of them were refused.
    ///   - isFresh: Whether it is surely no old answer, that something on the way has kept.
    /// - Returns: Whether the row stands there no more. It is kept until the feed has been read on: it may have changed, and
    ///   stand further back.
    func conclude(_ row: QuarantinedRow, _ page: FeedPage, refused: [RefusedRow], isFresh: Bool) throws -> Bool {
        guard !page.isBehind, !refused.contains(where: { $0.key == row.key }) else {
            try postpone(row)
            return false
        }
        let read = page.items.compactMap { $0["seq"]?.integerValue }.max()
        guard let last = row.sequence, let read, read < last, let after = row.after, read > after else {
            // What stands in its place now says so itself; that nothing does, an answer from before it says too.
            guard !isFresh, row.sequence == nil || read != row.sequence else { return true }
            try postpone(row)
            return false
        }
        // One of the rows that were stepped over could be read: the rest are asked for next.
        try db.executeCached(
            sql: "UPDATE quarantine SET after = ? WHERE feed = ? AND key = ?",
            arguments: [read, row.feed.rawValue, row.key])
        return false
    }

    /// Puts a row off that was asked for in vain.
    func postpone(_ row: QuarantinedRow) throws {
        let next = now.advanced(by: QuarantinedRow.pause(after: row.attempts + 1))
        try db.executeCached(
            sql: "UPDATE quarantine SET attempts = ?, next_attempt_at = ? WHERE feed = ? AND key = ?",
            arguments: [row.attempts + 1, next.milliseconds, row.feed.rawValue, row.key])
    }

    /// Lets a row go, unless it has come elsewhere meanwhile.
    func remove(_ row: QuarantinedRow) throws {
        try db.executeCached(
            sql: "DELETE FROM quarantine WHERE feed = ? AND key = ? AND sequence IS ?",
            arguments: [row.feed.rawValue, row.key, row.sequence])
    }
}

extension QuarantinedRow {
    fileprivate static func fetch(
        _ db: Database, _ condition: String, _ arguments: StatementArguments = StatementArguments()
    ) throws -> [QuarantinedRow] {
        let sql = """
            SELECT feed, sequence, row_id, why, document, found_at, next_attempt_at, key, after, row_count, attempts
            FROM quarantine \(condition)
            """
        return try db.rows(sql, arguments) { row in
            let after = try row.optionalInteger(8, "quarantine.after").map { Int($0) }
            guard after ?? 0 >= 0 else { throw StorageError.damage("quarantine.after") }
            return QuarantinedRow(
                feed: try row.word(0, "quarantine.feed"),
                sequence: try row.optionalInteger(1, "quarantine.sequence").map { Int($0) },
                id: try row.optionalText(2, "quarantine.row_id"), why: try row.text(3, "quarantine.why"),
                document: try row.optionalText(4, "quarantine.document"),
                foundAt: try row.time(5, "quarantine.found_at"),
                nextAttemptAt: try row.time(6, "quarantine.next_attempt_at"), key: try row.text(7, "quarantine.key"),
                after: after, count: try row.count(9, "quarantine.row_count"),
                attempts: try row.count(10, "quarantine.attempts"))
        }
    }
}
