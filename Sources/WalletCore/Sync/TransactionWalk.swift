/// The ledger, read by the published list: pages of a hundred, newest first, which shift while they are read.
///
/// A walk ends where all is known, nothing older can have changed, and there are as many as the platform says; else at the
/// last page. The first walk is long: where it has come to is kept, and the next goes on there.
struct TransactionWalk: Sendable {
    /// How often a walk is made again where rows have slipped past it.
    private static let mostWalks = 5

    let calls: any FeedCalls
    let store: WalletStore
    let wallet: WalletID
    let progress: Watched<SyncProgress?>

    /// Reads what is new.
    ///
    /// - Returns: How many transactions were new or had changed.
    /// - Throws: ``PlatformError``; what was read until then stays read.
    func catchUp() async throws -> Int {
        var count = 0
        for _ in 0..<TransactionWalk.mostWalks {
            let (changes, isComplete) = try await walk()
            count += changes
            if isComplete { break }
        }
        return count
    }

    private func walk() async throws -> (changes: Int, isComplete: Bool) {
        var pages = TransactionPages(
            firstWalkAt: try await store.loadNextPage(), open: try await store.loadUnsettledTransactions())
        var changes = 0
        // With nothing that may have changed further back, an unchanged first page is all there is to know.
        let etag = pages.hasOpen ? nil : try await store.loadPlace(in: .transactions)?.etag
        var newest: String?
        while true {
            let page = try await calls.fetchTransactions(page: pages.number, etag: pages.number == 1 ? etag : nil)
            guard !page.isUnchanged else { return (changes, true) }
            if pages.number == 1 { newest = page.etag }
            let transactions: [LedgerTransaction]
            let saved: WalletStore.SavedTransactions
            do {
                transactions = try page.read(for: wallet)
                saved = try await store.saveListed(transactions)
            } catch let error as MalformedDocument {
                throw error.failure()
            }
            changes += saved.changed
            progress.value = SyncProgress(received: changes, total: page.total)
            // While rows are new there are more to come: nobody needs to count.
            let isComplete =
                if saved.changed > 0, !page.isLast { false } else { try await store.countTransactions() >= page.total }
            pages.take(
                transactions, changed: saved.changed, doubted: saved.doubted, isLast: page.isLast,
                isComplete: isComplete)
            // Before the place is: with that alone, the next reading would ask for a feed in vain.
            try await store.saveNextPage(pages.firstWalkAt)
            guard pages.isOver else { continue }
            if isComplete { try await store.savePlace(FeedPlace(after: 0, etag: newest), in: .transactions) }
            return (changes, isComplete)
        }
    }
}

/// Which page of a walk comes next.
struct TransactionPages: Hashable, Sendable {
    /// The page to read, from 1.
    private(set) var number = 1
    /// Whether there is nothing more to read.
    private(set) var isOver = false
    /// How far the first walk has come; `nil` once it was at the end.
    private(set) var firstWalkAt: Int?
    /// What may have changed since it was read.
    private var open: Set<TransactionID>

    /// A walk.
    init(firstWalkAt: Int?, open: Set<TransactionID>) {
        self.firstWalkAt = firstWalkAt
        self.open = open
    }

    /// Whether anything is known that may have changed.
    var hasOpen: Bool { !open.isEmpty }

    /// Goes on after a page.
    ///
    /// - Parameters:
    ///   - changed: How many of its transactions were new or had changed.
    ///   - doubted: What may have changed by them, and may stand on a later page.
    ///   - isComplete: Whether as many are known as there are.
    mutating func take(
        _ transactions: [LedgerTransaction], changed: Int, doubted: Set<TransactionID>, isLast: Bool, isComplete: Bool
    ) {
        open.formUnion(doubted)
        open.subtract(transactions.map(\.id))
        if isLast {
            firstWalkAt = nil
            isOver = true
        } else if changed == 0, open.isEmpty, isComplete {
            isOver = true
        } else if changed == 0, open.isEmpty, let resumed = firstWalkAt, resumed > number {
            // What lies between was read by a walk that did not come to its end; since then rows can only have moved back.
            number = resumed
        } else {
            number += 1
            firstWalkAt = firstWalkAt.map { max($0, number) }
        }
    }
}
