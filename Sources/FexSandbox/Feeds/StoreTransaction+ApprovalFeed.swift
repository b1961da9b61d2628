import GRDB

extension StoreTransaction {
    /// The feed of intents aimed at a wallet.
    ///
    /// Each change gives an intent a new, higher number, so an intent stands in the feed once, with its latest change: a
    /// reader who goes on from `next` sees the latest state of everything, whatever changes while it reads. Without
    /// `after` there are only those now pending.
    func approvalFeed(walletID: String, at position: FeedPosition) throws -> Feed<Intent> {
        let last = try count(
            "SELECT MAX(approval_seq) FROM intents WHERE target_wallet_id = ?", [walletID])
        let filter = position.after == nil ? "AND i.status = 'pending_approval'" : ""
        let rows = try rows(
            Intent.selection
                + " WHERE i.target_wallet_id = ? AND i.approval_seq > ? \(filter) ORDER BY i.approval_seq LIMIT ?",
            [walletID, position.after ?? 0, position.limit + 1])
        let items = try rows.prefix(Int(position.limit)).map(Intent.init)
        let hasMore = rows.count > position.limit
        let next = hasMore ? items.last?.approvalSeq ?? last : last
        return Feed(
            items: items, next: next, hasMore: hasMore, entityTag: position.entityTag(last: last),
            isReaderAhead: position.after.map { $0 > last } ?? false)
    }
}
