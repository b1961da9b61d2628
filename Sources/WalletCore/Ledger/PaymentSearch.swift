import FexValues

/// Looks for the payment of one decision in the ledger as the platform tells it now, in both of its forms, whatever is known
/// of it on this device: what was read before may have been told wrongly, or left out. Nothing is stored.
///
/// Pages have lengths that reading the ledger doesn't use: what holds pages of the ledger on the way holds none of these, unless
/// it was asked for another decision's.
struct PaymentSearch: Sendable {
    let calls: any FeedCalls
    let store: WalletStore
    let time: ServerTime
    let wallet: WalletID
    let decision: Decision
    /// The payment as it was told before; another device may have made it long before the decision.
    let known: LedgerTransaction?

    /// What the change feed tells, from where it had been told when the decision was written down, or in front of the payment
    /// that is known.
    ///
    /// - Parameter isWhole: Whether it is read from its beginning.
    /// - Throws: ``PlatformError``, which ``PlatformError/saysThereIsNoFeed`` where the platform has none.
    func readFeed(isWhole: Bool = false) async throws -> PaymentTraces {
        var traces = PaymentTraces()
        let kept = try await loadKept()
        var reader = FeedReader(
            FeedQuery(feed: .transactions, limit: 400), calls: calls, knowsSummary: CurrentValue(true))
        let start = isWhole ? 0 : try await store.loadSearchStart(of: decision.id)
        var cursor = FeedCursor(after: known.map { min(start, max(0, ($0.sequence ?? 0) - 1)) } ?? start)
        while true {
            let page = try await reader.read(after: cursor)
            if page.isBehind, cursor.after > 0 {
                // The platform's numbers began anew, and so does the search.
                guard page.start?.after == cursor.after else { throw MalformedDocument.goesBackwards.failure() }
                cursor = FeedCursor(after: 0)
                traces = PaymentTraces()
                continue
            }
            traces.add(FeedRows(page, for: wallet), of: decision, by: wallet) { kept[$0] ?? time.now() }
            guard page.hasMore else { return traces }
            cursor = FeedCursor(after: page.next.after)
        }
    }

    /// What the published list tells, from the newest to what is older than the payment can be.
    ///
    /// - Throws: ``PlatformError``.
    func readList() async throws -> PaymentTraces {
        var traces = PaymentTraces()
        let kept = try await loadKept()
        let pages = TransactionPageReader(calls: calls)
        let earliest = min(decision.effectTimes.lowerBound, known?.createdAt ?? decision.effectTimes.lowerBound)
        var before: [JSON] = []
        for number in 1...FeedReader.longestTurn {
            let page = try await pages.read(number, of: 20)
            try page.goesOn(from: before)
            before = page.items
            let rows = FeedRows<LedgerTransaction>(page, for: wallet)
            traces.add(rows, of: decision, by: wallet) { kept[$0] ?? time.now() }
            let isOlder = rows.taken.allSatisfy { $0.value.createdAt < earliest }
            if page.isLast || isOlder && !rows.taken.isEmpty { return traces }
        }
        throw MalformedDocument.hasNoEnd.failure()
    }

    /// When the rows that are kept aside were first refused, by their keys.
    private func loadKept() async throws -> [String: Timestamp] {
        let kept = try await store.loadQuarantine(in: .transactions)
        return Dictionary(kept.map { ($0.key, $0.foundAt) }, uniquingKeysWith: min)
    }
}
