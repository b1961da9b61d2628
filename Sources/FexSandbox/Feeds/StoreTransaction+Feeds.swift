import GRDB

extension StoreTransaction {
    /// The feed of a wallet's payments and refunds.
    func transactionFeed(walletID: String, at position: FeedPosition) throws -> Feed<LedgerTransaction> {
        let last = try count(
            "SELECT MAX(seq) FROM ledger_transactions WHERE wallet_id = ? AND type <> 'funding'", [walletID])
        let rows = try rows(
            LedgerTransaction.selection
                + " WHERE t.wallet_id = ? AND t.type <> 'funding' AND t.seq > ? ORDER BY t.seq LIMIT ?",
            [walletID, position.after ?? 0, position.limit + 1])
        return Feed(try rows.map(LedgerTransaction.init), upTo: last, at: position) { $0.seq }
    }

    /// A page of payments and refunds, newest first.
    ///
    /// - Parameter owner: Whose; everybody's for `nil`.
    func transactions(
        of owner: TransactionOwner?, page: Page
    ) throws -> (transactions: [LedgerTransaction], total: Int64) {
        let filter: String
        var arguments: StatementArguments = []
        switch owner {
        case .merchant(let id):
            filter = "t.type <> 'funding' AND t.merchant_id = ?"
            arguments = [id]
        case .wallet(let id):
            filter = "t.type <> 'funding' AND t.wallet_id = ?"
            arguments = [id]
        case nil:
            filter = "t.type <> 'funding'"
        }
        let total = try count("SELECT COUNT(*) FROM ledger_transactions AS t WHERE \(filter)", arguments)
        let rows = try rows(
            LedgerTransaction.selection + " WHERE \(filter) ORDER BY t.seq DESC LIMIT ? OFFSET ?",
            arguments + [page.limit, page.offset])
        return (try rows.map(LedgerTransaction.init), total)
    }
}

/// Whose transactions are asked for.
enum TransactionOwner: Hashable, Sendable {
    /// Those that a merchant had a part in.
    case merchant(String)
    /// Those that a wallet had a part in.
    case wallet(String)
}

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
        return Feed(try rows.map(Intent.init), upTo: last, at: position) { $0.approvalSeq }
    }
}
