import FexValues
import GRDB

extension WalletStore {
    /// What came of storing transactions.
    struct SavedTransactions: Hashable, Sendable {
        /// Which transactions were new, or said something new.
        var changed: Set<TransactionID> = []
        /// What may have changed by that, and stands elsewhere in the list.
        var doubted: Set<TransactionID> = []
        /// How many contradict what is known.
        var contradicting = 0
        /// The keys of all that were refused.
        var refused: Set<String> = []
        /// The decisions that are open again by them, and were said to have come to nothing.
        var reopened: [DecisionID] = []
    }

    /// Stores changes of the feed together with how far it has been read, all or none; what can't be read, or contradicts
    /// what is known, is kept aside.
    ///
    /// - Parameters:
    ///   - isReread: Whether the platform's numbers began anew, so that a lower one is not an older change.
    ///   - knownUpTo: How far the feed had been read before it was asked for these; `nil` where they may be an old answer.
    func saveTransactions(
        _ rows: FeedRows<LedgerTransaction>, readAfter start: FeedCursor? = nil, next: FeedCursor?,
        isReread: Bool = false, knownUpTo: Int? = nil, at now: Timestamp
    ) async throws -> SavedTransactions {
        let saved = try await write { db in
            let saved = try rows.save(db, isReread: isReread, knownUpTo: knownUpTo, at: now)
            try next?.save(db, in: .transactions, readAfter: start)
            return saved
        }
        reopened.update { $0 += saved.reopened }
        return saved
    }

    /// Stores a page of the published list; what can't be read, or contradicts what is known, is kept aside.
    func saveListed(_ rows: FeedRows<LedgerTransaction>, at now: Timestamp) async throws -> SavedTransactions {
        let saved = try await write { try rows.save($0, isListed: true, at: now) }
        reopened.update { $0 += saved.reopened }
        return saved
    }

    /// Stores what came of asking for a transaction again that is kept aside.
    ///
    /// What contradicts the ledger a second time some seconds later, in the same words, takes the place of what was told once.
    ///
    /// - Parameter isFresh: Whether it is surely no old answer.
    func saveRetried(
        _ row: QuarantinedRow, _ rows: FeedRows<LedgerTransaction>, of page: FeedPage, isFresh: Bool, at now: Timestamp
    ) async throws -> RetriedRow {
        let isLater = row.foundAt.advanced(by: FeedCursor.answersApart) <= now
        let (saved, isGone) = try await write { db in
            var contradicting: [RefusedRow] = []
            let saved = try rows.save(
                db, contradicting: &contradicting, toldBefore: isFresh && isLater ? row.document : nil, at: now)
            let isGone = try Quarantine(db, at: now).conclude(
                row, page, refused: rows.refused + contradicting, isFresh: isFresh)
            return (saved, isGone)
        }
        reopened.update { $0 += saved.reopened }
        return RetriedRow(news: saved.changed.count, isGone: isGone)
    }

    /// Whether the ledger is read by pages, since the platform has no feed of it.
    func isLedgerPaged() async throws -> Bool {
        try await read {
            try $0.row("SELECT is_paged FROM ledger_state") { try $0.flag(0, "ledger_state.is_paged") } ?? false
        }
    }

    /// The page at which the first walk through the ledger goes on; `nil` once it was at the end.
    func loadNextPage() async throws -> Int? {
        try await read { db in
            let sql = "SELECT CASE WHEN is_walked THEN NULL ELSE coalesce(next_page, 1) END FROM ledger_state"
            return try db.row(sql) { try $0.optionalCount(0, "ledger_state.next_page") } ?? nil
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

    /// Remembers that the platform has a feed, and that no pages are read any more.
    func saveFeedFound() async throws {
        try await write { db in
            try db.executeCached(
                sql: "UPDATE ledger_state SET is_paged = 0, next_page = NULL, is_walked = 0 WHERE is_paged")
        }
    }

    /// How many transactions there are.
    func countTransactions() async throws -> Int {
        try await read { db in
            try db.row("SELECT count(*) FROM ledger_transaction") { try $0.count(0, "ledger_transaction") } ?? 0
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
            return Set(try db.rows(sql) { try $0.storedID(0, "ledger_transaction.id").id() })
        }
    }

    /// Whether the words of all transactions were found by the rules of this version.
    func hasCurrentSearchIndex() async throws -> Bool { try await read { try LedgerWriter.isIndexCurrent($0) } }

    /// Finds the words of every transaction anew where they were found by other rules.
    func refreshSearchIndex() async throws {
        guard try await !hasCurrentSearchIndex() else { return }
        try await write { try LedgerWriter.refreshIndex($0) }
    }
}

extension FeedRows<LedgerTransaction> {
    fileprivate func save(
        _ db: Database, isListed: Bool = false, isReread: Bool = false, knownUpTo: Int? = nil, at now: Timestamp
    ) throws -> WalletStore.SavedTransactions {
        var contradicting: [RefusedRow] = []
        return try save(
            db, isListed: isListed, isReread: isReread, knownUpTo: knownUpTo, contradicting: &contradicting, at: now)
    }

    fileprivate func save(
        _ db: Database, isListed: Bool = false, isReread: Bool = false, knownUpTo: Int? = nil,
        contradicting: inout [RefusedRow], toldBefore: String? = nil, at now: Timestamp
    ) throws -> WalletStore.SavedTransactions {
        let quarantine = Quarantine(db, at: now)
        let isQuarantineEmpty = try quarantine.isEmpty()
        var saved = WalletStore.SavedTransactions()
        let reopening = try DecisionReopening(db, at: now)
        try LedgerWriter.write(db) { ledger in
            for row in taken {
                let transaction = row.value
                do {
                    let isToldTwice = toldBefore != nil && row.origin.raw.text == toldBefore
                    if try isToldTwice
                        ? ledger.replace(with: transaction)
                        : ledger.save(transaction, isReread: isReread, knownUpTo: knownUpTo)
                    {
                        saved.changed.insert(transaction.id)
                        if let decision = try reopening?.take(transaction) { saved.reopened.append(decision) }
                        if isListed, transaction.type == .refund, let intent = transaction.intent {
                            saved.doubted.formUnion(try ledger.doubt(intent, but: transaction.id))
                        }
                    }
                    if !isQuarantineEmpty {
                        try quarantine.release(
                            .transactions, id: transaction.id.rawValue, sequence: row.origin.sequence)
                    }
                } catch let error as MalformedDocument {
                    contradicting.append(row.origin.refused(error))
                }
                if isListed { try ledger.settle(transaction.id) }
            }
        }
        try quarantine.put(refused + contradicting)
        saved.contradicting = contradicting.count
        saved.refused = Set((refused + contradicting).map(\.key))
        return saved
    }
}
