import FexValues

/// The ledger, read by the published list: pages of a hundred, newest first, which shift while they are read.
///
/// A walk ends where all is known, nothing older can have changed, and there are as many as the platform says; else at the
/// last page. The first walk is long: where it has come to is kept, and the next goes on there.
struct PagedLedgerReader: Sendable {
    /// How often a walk is made again where rows have slipped past it.
    private static let passLimit = 5

    let calls: any FeedCalls
    let store: WalletStore
    let time: ServerTime
    let wallet: WalletID
    let progress: CurrentValue<SyncProgress?>

    /// Reads what is new.
    ///
    /// - Parameter readsAll: Whether every page is read, whatever is known.
    /// - Returns: How many transactions were new or had changed, and whether as many are known as there are.
    /// - Throws: ``PlatformError``; what was read until then stays read.
    func catchUp(readsAll: Bool = false) async throws -> FeedNews {
        var news = FeedNews()
        for _ in 0..<PagedLedgerReader.passLimit {
            let (changes, isComplete) = try await readPages(readsAll: readsAll)
            news.count += changes
            news.isWhole = isComplete
            if isComplete { break }
        }
        return news
    }

    private func readPages(readsAll: Bool) async throws -> (changes: Int, isComplete: Bool) {
        // A quarantined row can't be asked for by itself: the whole list is read for it, as rarely as it is due.
        let due = try await store.loadDueQuarantine(in: .transactions, at: time.now())
        let doubts = time.doubts
        var pages = TransactionPages(
            firstPassPage: try await store.loadNextPage(), open: try await store.loadUnsettledTransactions(),
            readsAll: readsAll || !due.isEmpty)
        var (changes, refused) = (0, Set<String>())
        // If no row further back can have changed, an unchanged first page (304) says that nothing has.
        let etag = pages.hasOpen ? nil : try await store.loadCursor(in: .transactions)?.etag
        var newest: String?
        let list = TransactionPageReader(calls: calls)
        var before: [JSON] = []
        for _ in 0..<FeedReader.longestTurn {
            let page = try await list.read(pages.number, etag: pages.number == 1 ? etag : nil)
            guard !page.isUnchanged else { return (changes, true) }
            try page.goesOn(from: before)
            before = page.items
            if pages.number == 1 { newest = page.etag }
            let rows = FeedRows<LedgerTransaction>(page, for: wallet)
            let saved = try await store.saveListed(rows, at: time.now())
            changes += saved.changed.count
            refused.formUnion(saved.refused)
            progress.value = SyncProgress(received: changes, total: page.total)
            // A page with new rows is followed by another; the total need not be compared.
            let isComplete =
                if !saved.changed.isEmpty, !page.isLast { false } else { try await isAllKnown(of: page.total) }
            pages.take(
                rows.taken.map(\.value.id), changed: saved.changed.count, doubted: saved.doubted, isLast: page.isLast,
                isComplete: isComplete)
            // Saved before the cursor: with a cursor alone, the next reading would ask for a feed that isn't there.
            try await store.saveNextPage(pages.firstPassPage)
            guard pages.isOver else { continue }
            // By pages of which one may be old nothing is called gone.
            if time.isSteady(since: doubts) {
                try await store.concludeRetry(of: due, found: refused, at: time.now())
            }
            if isComplete {
                try await store.saveCursor(FeedCursor(after: 0, etag: newest, checked: 0), in: .transactions)
            }
            return (changes, isComplete)
        }
        throw MalformedDocument.hasNoEnd.failure()
    }

    /// Whether as many are known as there are, those that can't be read among them.
    private func isAllKnown(of total: Int) async throws -> Bool {
        let count = try await store.countTransactions()
        guard count < total else { return true }
        return try await count + store.countMissingTransactions() >= total
    }
}

/// Which page of a walk comes next.
struct TransactionPages: Hashable, Sendable {
    /// The page to read, from 1.
    private(set) var number = 1
    /// Whether there is nothing more to read.
    private(set) var isOver = false
    /// How far the first walk has come; `nil` once it was at the end.
    private(set) var firstPassPage: Int?
    /// What may have changed since it was read.
    private var open: Set<TransactionID>
    /// Whether every page is read, whatever is known.
    private let readsAll: Bool

    /// A walk.
    init(firstPassPage: Int?, open: Set<TransactionID>, readsAll: Bool = false) {
        self.firstPassPage = firstPassPage
        self.open = open
        self.readsAll = readsAll
    }

    /// Whether anything is known that may have changed, or is looked for.
    var hasOpen: Bool { readsAll || !open.isEmpty }

    /// Goes on after a page.
    ///
    /// - Parameters:
    ///   - changed: How many of its transactions were new or had changed.
    ///   - doubted: What may have changed by them, and may stand on a later page.
    ///   - isComplete: Whether as many are known as there are.
    mutating func take(
        _ transactions: [TransactionID], changed: Int, doubted: Set<TransactionID>, isLast: Bool, isComplete: Bool
    ) {
        open.formUnion(doubted)
        open.subtract(transactions)
        if isLast {
            firstPassPage = nil
            isOver = true
        } else if changed == 0, !hasOpen, isComplete {
            isOver = true
        } else if changed == 0, !hasOpen, let resumed = firstPassPage, resumed > number {
            // What lies between was read by a pass that was interrupted; since then rows can only have moved to later
            // pages.
            number = resumed
        } else {
            number += 1
            firstPassPage = firstPassPage.map { max($0, number) }
        }
    }
}
