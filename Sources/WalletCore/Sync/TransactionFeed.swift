/// The ledger of this wallet, read from the platform: by its change feed, or page by page where there is none.
struct TransactionFeed: Sendable {
    /// The most changes of one answer.
    static let limit = 1000
    /// How many changes are written at a time where more follow: each write goes to many pages of the database.
    static let batch = 2000

    let calls: any FeedCalls
    let store: WalletStore
    /// How far the reading that is under way has come.
    let progress = Watched<SyncProgress?>(nil)

    /// Reads what is new; a few pages at a time, each with the place that has been reached.
    ///
    /// - Parameter newestFirst: Whether on a new device the newest payments come first, and the past behind them.
    /// - Returns: How many changes came.
    /// - Throws: ``PlatformError``; what was read until then stays read.
    @discardableResult
    func catchUp(newestFirst: Bool = false) async throws -> Int {
        guard let wallet = try await store.loadAccount()?.wallet else { throw SessionError.notLoggedIn }
        defer { progress.value = nil }
        let walk = TransactionWalk(calls: calls, store: store, wallet: wallet, progress: progress)
        if try await store.isLedgerPaged() { return try await walk.catchUp() }
        let place = try await store.loadPlace(in: .transactions)
        var count = newestFirst && place == nil ? try await loadNewest(of: wallet) : 0
        do {
            count += try await follow(from: place, as: wallet)
            return count
        } catch let error as PlatformError where place == nil && error.saysThereIsNoFeed {
            // The published list has to do. If that isn't there either, it was something else.
            do { return try await count + walk.catchUp() } catch let failure as PlatformError {
                throw try await store.isLedgerPaged() || failure.isPassing ? failure : error
            }
        }
    }

    /// The newest page of the published list, so that a new device has something to show at once.
    private func loadNewest(of wallet: WalletID) async throws -> Int {
        do {
            let newest = try await calls.fetchTransactions(page: 1, etag: nil)
            progress.value = SyncProgress(received: 0, total: newest.total)
            let transactions = try newest.read(for: wallet)
            return try await store.saveListed(transactions).changed
        } catch let error as PlatformError {
            // What is no list may still have a feed, which brings them all the same.
            guard !error.isPassing else { throw error }
            return 0
        } catch is MalformedDocument {
            return 0
        }
    }

    private func follow(from place: FeedPlace?, as wallet: WalletID) async throws -> Int {
        var count = 0
        var batch = await readBatch(after: place, as: wallet, received: 0)
        while true {
            let (transactions, next) = (batch.transactions, batch.next)
            count += transactions.count
            guard batch.hasMore, batch.failure == nil, let next else { break }
            // What follows is read while this is written.
            async let following = readBatch(after: next, as: wallet, received: count)
            try await save(transactions, next: next)
            batch = await following
        }
        // Of pages that were followed by a failure what came stays.
        if let next = batch.next { try await save(batch.transactions, next: next) }
        if let failure = batch.failure { throw failure }
        return count
    }

    /// Reads pages until there are enough to be written, none follows, or one can't be had.
    private func readBatch(after place: FeedPlace?, as wallet: WalletID, received: Int) async -> FeedBatch {
        var batch = FeedBatch()
        do {
            repeat {
                let page = try await fetch(after: batch.next ?? place)
                batch.transactions += try page.read(for: wallet)
                (batch.next, batch.hasMore) = (page.next, page.hasMore)
                let received = received + batch.transactions.count
                progress.update { $0 = SyncProgress(received: received, total: $0?.total) }
            } while batch.hasMore && batch.transactions.count < TransactionFeed.batch
        } catch {
            batch.failure = error
        }
        return batch
    }

    private func save(_ transactions: [LedgerTransaction], next: FeedPlace) async throws {
        do {
            try await store.saveTransactions(transactions, next: next)
        } catch let error as MalformedDocument {
            throw error.failure()
        }
    }

    /// Fetches a page; of changes that are too long for one answer, fewer.
    private func fetch(after place: FeedPlace?) async throws -> FeedPage {
        var limit = TransactionFeed.limit
        while true {
            do {
                return try await calls.fetchTransactions(after: place, limit: limit)
            } catch let error as PlatformError where error.isTooLong && limit > 1 {
                limit = max(1, limit / 8)
            }
        }
    }
}

/// Some pages of the feed, to be written together.
private struct FeedBatch: Sendable {
    var transactions: [LedgerTransaction] = []
    /// How far they reach; `nil` where no page came.
    var next: FeedPlace?
    var hasMore = false
    /// Why no more came.
    var failure: (any Error)?
}

/// How far a reading of the ledger has come.
public struct SyncProgress: Hashable, Sendable {
    /// How many changes came so far.
    public var received: Int
    /// How many transactions there are, where the platform said so.
    public var total: Int?

    /// A progress.
    public init(received: Int, total: Int?) {
        self.received = received
        self.total = total
    }
}

extension FeedPage {
    /// The transactions of a page of the feed.
    ///
    /// - Throws: ``PlatformError`` naming what this wallet's feed can't hold.
    fileprivate func read(for wallet: WalletID) throws(PlatformError) -> [LedgerTransaction] {
        do throws(MalformedDocument) {
            let transactions = try items.readTransactions(for: wallet)
            for transaction in transactions {
                guard let sequence = transaction.sequence, sequence > after, sequence <= next.after else {
                    throw MalformedDocument(field: "transaction.seq", problem: "lies outside of its page")
                }
            }
            return transactions
        } catch {
            throw error.failure()
        }
    }
}

extension [JSON] {
    /// Transactions that are this wallet's, each id with one content.
    func readTransactions(for wallet: WalletID) throws(MalformedDocument) -> [LedgerTransaction] {
        var transactions: [LedgerTransaction] = []
        transactions.reserveCapacity(count)
        var places: [TransactionID: Int] = [:]
        for document in self {
            let transaction = try LedgerTransaction(document: document)
            guard transaction.concerns(wallet) else {
                throw MalformedDocument(field: "transaction", problem: "\(transaction.id) is another wallet's")
            }
            if let place = places.updateValue(transactions.count, forKey: transaction.id) {
                let other = transactions[place]
                let isLater = other.sequence != transaction.sequence && other.createdAt == transaction.createdAt
                guard other == transaction || isLater else {
                    throw MalformedDocument(
                        field: "transaction", problem: "\(transaction.id) stands twice, with other contents")
                }
            }
            transactions.append(transaction)
        }
        return transactions
    }
}

extension LedgerTransaction {
    /// Whether the money left or reached a wallet; a wallet's account has its id.
    fileprivate func concerns(_ wallet: WalletID) -> Bool {
        guard let fromAccount, let toAccount else { return true }
        return fromAccount == wallet.rawValue || toAccount == wallet.rawValue
    }
}

extension PlatformError {
    /// Whether it is what a platform answers that knows no feed.
    fileprivate var saysThereIsNoFeed: Bool {
        switch reason {
        case .refused(let refusal): [400, 404, 405, 422].contains(refusal.status)
        case .malformed(let problem): problem == MalformedDocument.noFeed.description
        default: false
        }
    }

    /// Whether it says nothing of what the platform knows.
    fileprivate var isPassing: Bool {
        switch reason {
        case .transport, .unavailable: true
        case .refused, .malformed: false
        }
    }

    fileprivate var isTooLong: Bool {
        if case .transport(let error) = reason { error.code == .bodyTooLarge } else { false }
    }
}
