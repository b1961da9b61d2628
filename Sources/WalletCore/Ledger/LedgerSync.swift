import FexValues

/// The ledger of this wallet, read from the platform: by its change feed, or page by page where there is none.
struct LedgerSync: Sendable {
    /// The most changes of one answer.
    static let limit = 1000
    /// How many changes are written at a time where more follow: each write goes to many pages of the database.
    static let batch = 2000

    let calls: any FeedCalls
    let store: WalletStore
    let time: ServerTime
    /// How far the reading that is under way has come.
    let progress = CurrentValue<SyncProgress?>(nil)
    private let knowsSummary = CurrentValue(true)
    /// Whether the platform has a feed, as far as this process has heard: it is asked for by each anew, since something else
    /// may have said that there is none.
    private let knowsFeed = CurrentValue(true)

    init(calls: any FeedCalls, store: WalletStore, time: ServerTime) {
        self.calls = calls
        self.store = store
        self.time = time
    }

    /// Reads what is new; a few pages at a time, each with the cursor that has been reached.
    ///
    /// A row that can't be read, or contradicts what is known, is kept aside, and holds up no other. A feed that has fallen
    /// back behind the cursor is read from its beginning.
    ///
    /// - Parameters:
    ///   - newestFirst: Whether on a new device the newest payments come first, and the past behind them.
    ///   - mayRestart: Whether the feed may be read from its beginning, if need be.
    ///   - traces: Rows that may be a payment which is looked for: they are read again, whether or not their time has come.
    /// - Throws: ``PlatformError``; what was read until then stays read.
    @discardableResult
    func catchUp(
        newestFirst: Bool = false, mayRestart: Bool = true, rereading traces: PaymentTraces? = nil
    ) async throws -> FeedNews {
        guard let wallet = try await store.loadAccount()?.wallet else { throw SessionError.notLoggedIn }
        defer { progress.value = nil }
        let pages = PagedLedgerReader(calls: calls, store: store, time: time, wallet: wallet, progress: progress)
        let isPaged = try await store.isLedgerPaged()
        if isPaged, !knowsFeed.value { return try await pages.catchUp(readsAll: traces != nil) }
        // What pages have told is known, whatever number it has in the feed.
        let known =
            isPaged ? FeedCursor(after: 0, isReread: true) : try await store.loadCursor(in: .transactions)
        let cursor = known?.beginning(limit: Self.limit)
        // A summary would leave out the metadata, which say to which intent a payment belongs.
        let reader = FeedReader(
            FeedQuery(feed: .transactions, limit: Self.limit), calls: calls, knowsSummary: knowsSummary)
        // What comes no more where it stood was changed, and follows in the feed.
        let retried = try await readAgain(traces, by: reader, of: wallet)
        let newest = newestFirst && cursor == nil ? try await loadNewest(of: wallet) : []
        var reading = FeedReading(
            reader: reader, wallet: wallet, before: known, newest: newest, mayRestart: mayRestart)
        reading.news.count = retried.news + newest.count
        do {
            try await follow(from: cursor, &reading)
            try await store.removeQuarantined(retried.gone, at: time.now())
            if isPaged { try await store.saveFeedFound() }
            return reading.news
        } catch let error as PlatformError where (known?.after ?? 0) == 0 && error.saysThereIsNoFeed {
            // Fall back to the published list. If that isn't there either, the first failure was of another kind.
            do {
                reading.news.add(try await pages.catchUp(readsAll: traces != nil))
                knowsFeed.value = false
                return reading.news
            } catch let failure as PlatformError {
                throw try await store.isLedgerPaged() || failure.isPassing ? failure : error
            }
        }
    }

    /// What both forms of the ledger, the published list and the feed, tell now of the payment of a decision's intent.
    ///
    /// - Parameter known: The payment as it was told before.
    /// - Returns: `nil` for the feed of a platform that has none.
    /// - Throws: ``PlatformError``.
    func search(
        for decision: Decision, known: LedgerTransaction?
    ) async throws -> (list: PaymentTraces, feed: PaymentTraces?) {
        guard let wallet = try await store.loadAccount()?.wallet else { throw SessionError.notLoggedIn }
        let search = PaymentSearch(
            calls: calls, store: store, time: time, wallet: wallet, decision: decision, known: known)
        let list = try await search.readList()
        do {
            var feed = try await search.readFeed()
            // Another device may have paid before the decision was made on this one.
            if feed.named.isEmpty, !list.named.isEmpty { feed = try await search.readFeed(isWhole: true) }
            knowsFeed.value = true
            return (list, feed)
        } catch let error as PlatformError where error.saysThereIsNoFeed {
            guard try await store.isLedgerPaged() else { throw error }
            return (list, nil)
        }
    }

    /// The newest page of the published list, so that a new device has something to show at once.
    ///
    /// - Returns: What was new on it.
    private func loadNewest(of wallet: WalletID) async throws -> Set<TransactionID> {
        do {
            let newest = try await calls.fetchTransactions(page: 1, limit: TransactionPage.limit, etag: nil)
            progress.value = SyncProgress(received: 0, total: newest.total)
            var rows = FeedRows<LedgerTransaction>(newest, for: wallet)
            // The feed brings these rows again, with a `seq` by which they can be asked for.
            rows.refused = []
            return try await store.saveListed(rows, at: time.now()).changed
        } catch let error as PlatformError {
            // An answer that is no list, or is too long, says nothing against the feed, which brings the same rows.
            guard !error.isPassing || error.isTooLong else { throw error }
            return []
        }
    }

    /// Reads rows again whose time has come, or that may be a payment which is looked for.
    private func readAgain(
        _ traces: PaymentTraces?, by reader: FeedReader, of wallet: WalletID
    ) async throws -> RetriedRows {
        guard let traces else {
            return try await retry(
                try await store.loadDueQuarantine(in: .transactions, at: time.now()), by: reader, of: wallet)
        }
        var retried = try await retry(traces.kept.prefix(QuarantinedRow.retryLimit), by: reader, of: wallet)
        for sequence in traces.unnamed.compactMap(\.sequence).prefix(QuarantinedRow.retryLimit) where sequence > 0 {
            do {
                let page = try await reader.fetch(after: FeedCursor(after: sequence - 1), limit: 1)
                guard !page.isBehind else { continue }
                let rows = FeedRows<LedgerTransaction>(page, for: wallet)
                retried.news += try await store.saveTransactions(rows, next: nil, at: time.now()).changed.count
            } catch let error as PlatformError where error.isTooLong {
                continue
            }
        }
        return retried
    }

    /// Asks again for rows that are kept aside; that is tried, and keeps nothing else from being done.
    private func retry(
        _ rows: some Sequence<QuarantinedRow>, by reader: FeedReader, of wallet: WalletID
    ) async throws -> RetriedRows {
        try await reader.retry(Array(rows), from: store, time) { row, page, isFresh in
            let rows = FeedRows<LedgerTransaction>(page, for: wallet)
            return try await store.saveRetried(row, rows, of: page, isFresh: isFresh, at: time.now())
        }
    }

    private func follow(from cursor: FeedCursor?, _ reading: inout FeedReading) async throws {
        var (cursor, received) = (cursor, 0)
        var batch = await readBatch(after: cursor, by: reading.reader, of: reading.wallet, received: received)
        while batch.failure == nil, batch.hasMore || batch.isBehind {
            received += batch.rows.taken.count
            if batch.isBehind {
                if let next = batch.next { try await save(batch, next: next, &reading) }
                cursor = try await restart(from: batch.next ?? cursor, &reading)
                batch = await readBatch(after: cursor, by: batch.reader, of: reading.wallet, received: received)
            } else if let next = batch.next {
                // The next page is fetched while this one is written.
                let (reader, wallet, before) = (batch.reader, reading.wallet, received)
                async let following = readBatch(after: next, by: reader, of: wallet, received: before)
                try await save(batch, next: next, &reading)
                (cursor, batch) = (next, await following)
            }
        }
        // Pages that came before a failure are kept.
        if let next = batch.next { try await save(batch, next: next, &reading) }
        if let failure = batch.failure { throw failure }
    }

    private func restart(from cursor: FeedCursor?, _ reading: inout FeedReading) async throws -> FeedCursor {
        guard reading.mayRestart, !reading.news.wentBack else { throw MalformedDocument.goesBackwards.failure() }
        reading.news.wentBack = true
        reading.before = nil
        return try await store.restart(.transactions, from: cursor)
    }

    /// Reads pages until there are enough to be written, none follows, or one can't be had.
    private func readBatch(
        after cursor: FeedCursor?, by reader: FeedReader, of wallet: WalletID, received: Int
    ) async -> FeedBatch {
        var batch = FeedBatch(reader: reader, start: cursor)
        let doubts = time.doubts
        do {
            repeat {
                let page = try await batch.reader.read(after: batch.next ?? cursor)
                batch.isBehind = page.isBehind
                guard !page.isBehind else { break }
                batch.add(FeedRows(page, for: wallet), of: page)
                let received = received + batch.rows.taken.count
                progress.update { $0 = SyncProgress(received: received, total: $0?.total) }
            } while batch.hasMore && batch.rows.taken.count < LedgerSync.batch
        } catch {
            batch.failure = error
        }
        batch.isFresh = time.isSteady(since: doubts)
        return batch
    }

    private func save(_ batch: FeedBatch, next: FeedCursor, _ reading: inout FeedReading) async throws {
        let now = time.now()
        let saved = try await store.saveTransactions(
            batch.rows, readAfter: batch.start, next: next.checked(since: reading.before, limit: Self.limit, at: now),
            isReread: batch.isReread, knownUpTo: batch.isFresh ? batch.start?.readBefore : nil, at: now)
        if batch.isReread || batch.isToldTwice {
            // Rows that were known already don't count.
            reading.news.count += saved.changed.count
        } else {
            // Rows of the newest page were counted when it came.
            let newest = reading.newest
            let counted = newest.isEmpty ? 0 : batch.rows.taken.count { newest.contains($0.value.id) }
            reading.news.count += batch.rows.taken.count - saved.contradicting - counted
        }
    }
}

/// A reading of the feed, from where it was left to its end.
private struct FeedReading: Sendable {
    let reader: FeedReader
    let wallet: WalletID
    /// Where the feed stood when it began.
    var before: FeedCursor?
    /// What the newest page of the published list has brought.
    let newest: Set<TransactionID>
    let mayRestart: Bool
    var news = FeedNews()
}

/// Some pages of the feed, to be written together.
private struct FeedBatch: Sendable {
    /// What reads on: it knows how long pages may be.
    var reader: FeedReader
    /// Where they begin.
    let start: FeedCursor?
    var rows = FeedRows<LedgerTransaction>()
    /// How far they reach; `nil` where no page came.
    var next: FeedCursor?
    var hasMore = false
    /// Whether they are read anew.
    var isReread = false
    /// Whether some of them were told before.
    var isToldTwice = false
    /// Whether none of them can be an old answer.
    var isFresh = false
    /// Whether the feed ends before the cursor behind them.
    var isBehind = false
    /// Why no more came.
    var failure: (any Error)?

    mutating func add(_ rows: FeedRows<LedgerTransaction>, of page: FeedPage) {
        self.rows.taken += rows.taken
        self.rows.refused += rows.refused
        isReread = page.start?.isReread == true
        isToldTwice = isToldTwice || page.start?.readBefore != nil
        (next, hasMore) = (page.next, page.hasMore)
    }
}

/// How far a reading of the ledger has come.
public struct SyncProgress: Hashable, Sendable {
    /// How many changes came so far.
    public var received: Int
    /// How many transactions there are, where the platform said so.
    public var total: Int?

    /// A progress; `total` is `nil` where the platform has not said how many there are.
    package init(received: Int, total: Int?) {
        self.received = received
        self.total = total
    }
}

extension PlatformError {
    /// Whether it is what a platform answers that knows no feed.
    var saysThereIsNoFeed: Bool {
        switch reason {
        case .refused(let refusal):
            [400, 404, 405, 422].contains(refusal.status) && refusal.document["success"] == false
        case .malformed(let problem): problem == MalformedDocument.noFeed.description
        default: false
        }
    }
}
