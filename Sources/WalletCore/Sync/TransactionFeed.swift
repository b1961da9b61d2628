/// The change feed of this wallet's ledger transactions, read by cursor.
struct TransactionFeed: Sendable {
    let calls: any FeedCalls
    let store: WalletStore

    /// Reads the feed from where it was left to its end; what it brought is durable when this returns.
    ///
    /// - Returns: How many changes came.
    /// - Throws: ``PlatformError``; what was read until then stays read.
    @discardableResult
    func catchUp() async throws -> Int {
        var count = 0
        var place = try await store.loadPlace(in: .transactions)
        while true {
            let page = try await calls.fetchTransactions(after: place)
            let transactions: [LedgerTransaction]
            do {
                transactions = try page.items.map { try LedgerTransaction(document: $0) }
            } catch let error as MalformedDocument {
                throw error.failure()
            }
            try await store.saveTransactions(transactions, next: page.next)
            count += transactions.count
            place = page.next
            guard page.hasMore else { return count }
        }
    }
}
