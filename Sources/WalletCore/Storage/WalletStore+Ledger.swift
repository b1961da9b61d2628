import GRDB

extension WalletStore {
    /// What came of storing a page of the published list.
    struct SavedTransactions: Hashable, Sendable {
        /// How many transactions were new, or said something new.
        var changed = 0
        /// What may have changed by that, and stands elsewhere in the list.
        var doubted: Set<TransactionID> = []
    }

    /// Stores changes of the feed together with how far it has been read, all or none.
    ///
    /// - Throws: ``MalformedDocument`` where one contradicts what is known.
    func saveTransactions(_ transactions: [LedgerTransaction], next: FeedPlace?) async throws {
        try await write { db in
            try LedgerWriter.write(db) { ledger in
                for transaction in transactions { try ledger.save(transaction) }
            }
            try next?.save(db, in: .transactions)
        }
    }

    /// Stores a page of the published list, all or nothing of it.
    ///
    /// - Throws: ``MalformedDocument`` where a transaction contradicts what is known.
    func saveListed(_ transactions: [LedgerTransaction]) async throws -> SavedTransactions {
        try await write { db in
            try LedgerWriter.write(db) { ledger in
                var saved = SavedTransactions()
                for transaction in transactions {
                    if try ledger.save(transaction) {
                        saved.changed += 1
                        if transaction.type == "refund", let intent = transaction.intent {
                            saved.doubted.formUnion(try ledger.doubt(intent, but: transaction.id))
                        }
                    }
                    try ledger.settle(transaction.id)
                }
                return saved
            }
        }
    }

    /// Whether the ledger is read by pages, since the platform has no feed of it.
    func isLedgerPaged() async throws -> Bool {
        try await read { try Bool.fetchOne($0.cachedStatement(sql: "SELECT is_paged FROM ledger_state")) ?? false }
    }

    /// The page at which the first walk through the ledger goes on; `nil` once it was at the end.
    func loadNextPage() async throws -> Int? {
        try await read { db in
            let sql = "SELECT CASE WHEN is_walked THEN NULL ELSE coalesce(next_page, 1) END FROM ledger_state"
            return try Int.fetchOne(db.cachedStatement(sql: sql))
        }
    }

    /// Remembers that pages are read, and where the first walk goes on; `nil` once it was at the end.
    func saveNextPage(_ page: Int?) async throws {
        try await write { db in
            try db.executeCached(
                sql: """
                    UPDATE ledger_state SET is_paged = 1, next_page = :page, is_walked = :page IS NULL
                    WHERE NOT is_paged OR next_page IS NOT :page OR is_walked IS NOT (:page IS NULL)
                    """,
                arguments: ["page": page])
        }
    }

    /// How many transactions there are.
    func countTransactions() async throws -> Int {
        try await read { db in
            try Int.fetchOne(db.cachedStatement(sql: "SELECT count(*) FROM ledger_transaction")) ?? 0
        }
    }

    /// The transactions that may have changed since they were read: by their status, or since they were paid back.
    func loadUnsettledTransactions() async throws -> Set<TransactionID> {
        try await read { db in
            let sql = """
                SELECT id FROM ledger_transaction INDEXED BY ledger_transaction_of_status
                WHERE status <> 1 AND status IN (SELECT id FROM label WHERE text IN ('pending', 'processing'))
                UNION SELECT id FROM ledger_transaction JOIN ledger_doubt USING (place)
                """
            return Set(try StoredID.fetchAll(db.cachedStatement(sql: sql)).map { try $0.id() })
        }
    }

    /// Finds the words of every transaction anew where they were found by other rules.
    func refreshSearchIndex() async throws {
        let version = try await read { db in
            try Int.fetchOne(db.cachedStatement(sql: "SELECT text_version FROM ledger_state"))
        }
        guard version != SearchWords.version else { return }
        try await write { try LedgerWriter.refreshIndex($0) }
    }
}
