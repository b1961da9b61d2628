import FexValues

/// What was read of a page, row by row: a row that can't be read keeps no other.
struct FeedRows<Value: Sendable>: Sendable {
    /// The rows that could be read, in their order.
    var taken: [FeedRow<Value>] = []
    /// Those that could not.
    var refused: [RefusedRow] = []
}

/// A row of a feed that could be read; what it says may still contradict what is known.
struct FeedRow<Value: Sendable>: Sendable {
    /// What it says.
    var value: Value
    /// Where it stands, and how it came.
    var origin: RowOrigin
}

/// Where a row stands in its feed, and how it came.
struct RowOrigin: Hashable, Sendable {
    /// Which feed.
    var feed: FeedName
    /// Its `seq`, where it gave one that its page can hold.
    var sequence: Int?
    /// Its id as it came.
    var id: String?
    /// The row itself.
    var raw: RawRow
    /// The cursor from which it can be asked for again; `nil` in a list without cursors.
    var after: Int?
    /// How many rows to ask for from there, so that it is among them.
    var count = 1

    /// The row, refused.
    func refused(_ why: MalformedDocument) -> RefusedRow {
        RefusedRow(
            feed: feed, sequence: sequence, id: id.map { PlainText.clean($0, limit: 128) }, why: why.description,
            raw: raw.text, after: after, count: count)
    }
}

/// A row that was not taken in, and why.
struct RefusedRow: Hashable, Sendable {
    /// Which feed.
    var feed: FeedName
    /// Its `seq`, where that is known.
    var sequence: Int?
    /// Its id, where that could be read; fit to be shown.
    var id: String?
    /// What is wrong with it; fit to be shown.
    var why: String
    /// The row as it came, at most 4 KB; `nil` if it was too long to come at all.
    var raw: String?
    /// The cursor from which it is asked for again; `nil` in a list without cursors.
    var after: Int?
    /// How many rows to ask for from there.
    var count = 1

    /// By what it is known again, whichever way it comes.
    var key: String {
        if let id { return "id \(id)" }
        if let sequence { return "seq \(sequence)" }
        return "raw \((raw ?? "").bounded(toBytes: 256))"
    }
}

extension FeedRows {
    /// Reads rows, and tells where each can be asked for again.
    ///
    /// - Parameters:
    ///   - id: Finds the id of a row, readable or not.
    ///   - read: Reads a row. What it throws is said of that row alone.
    init(
        _ page: FeedPage, of feed: FeedName, id: (JSON) -> String?,
        _ read: (JSON) throws(MalformedDocument) -> Value
    ) {
        // The cursor behind which the next row stands, and its position from there.
        var (cursor, count) = (page.start?.after, 0)
        taken.reserveCapacity(page.items.count)
        for item in page.items {
            count += 1
            let sequence = page.sequence(of: item)
            var origin = RowOrigin(
                feed: feed, sequence: sequence, id: id(item), raw: RawRow(item), after: cursor, count: count)
            if let sequence, sequence > 0 { (origin.after, origin.count) = (sequence - 1, 1) }
            do throws(MalformedDocument) {
                let value = try read(item)
                // A request needs no `seq`, so only a malformed one is refused.
                if sequence == nil, feed == .transactions || (item["seq"] ?? .null) != .null {
                    throw MalformedDocument(field: "seq", problem: "lies outside of its page")
                }
                taken.append(FeedRow(value: value, origin: origin))
            } catch {
                refused.append(origin.refused(error))
            }
            if let sequence, sequence > cursor ?? -1 { (cursor, count) = (sequence, 0) }
        }
        if let gap = page.gap { refused.insert(RefusedRow(gap, of: feed), at: 0) }
    }
}

extension RefusedRow {
    /// Rows that were stepped over.
    init(_ gap: FeedGap, of feed: FeedName) {
        self.init(
            feed: feed, sequence: gap.until, why: "it is longer than an answer may be", after: gap.after)
    }
}

extension FeedRows<PaymentIntent> {
    /// The requests of a page of their feed.
    init(_ page: FeedPage, for wallet: WalletID) {
        self.init(page, of: .approvals, id: { $0["payment_intent"]?["id"]?.stringValue }) {
            item throws(MalformedDocument) in
            let intent = try PaymentIntent(document: item["payment_intent"] ?? .null)
            guard intent.targetWallet == wallet else {
                throw MalformedDocument(field: "payment_intent.target_wallet_id", problem: "is not this wallet")
            }
            return intent
        }
    }
}

extension FeedRows<LedgerTransaction> {
    /// The transactions of a page of their feed, each id with one content.
    init(_ page: FeedPage, for wallet: WalletID) {
        var known = OneContentPerID()
        self.init(page, of: .transactions, id: { $0["transaction_id"]?.stringValue }) {
            item throws(MalformedDocument) in
            try known.take(try LedgerTransaction(document: item, of: wallet))
        }
    }

    /// The transactions of a page of the published list, oldest first.
    init(_ page: TransactionPage, for wallet: WalletID) {
        var known = OneContentPerID()
        for item in page.items.reversed() {
            let origin = RowOrigin(
                feed: .transactions, id: item["transaction_id"]?.stringValue, raw: RawRow(item), after: nil)
            do throws(MalformedDocument) {
                let transaction = try known.take(try LedgerTransaction(document: item, of: wallet))
                taken.append(FeedRow(value: transaction, origin: origin))
            } catch {
                refused.append(origin.refused(error))
            }
        }
        if page.tooLong > 0 {
            refused.append(
                RefusedRow(feed: .transactions, why: "\(page.tooLong) of a page are each longer than an answer may be"))
        }
    }
}

/// Sees to it that an id which stands on a page twice says the same, or is a later change.
private struct OneContentPerID {
    private var known: [TransactionID: LedgerTransaction] = [:]

    mutating func take(_ transaction: LedgerTransaction) throws(MalformedDocument) -> LedgerTransaction {
        guard let other = known.updateValue(transaction, forKey: transaction.id) else { return transaction }
        let isLater = other.sequence != transaction.sequence && other.createdAt == transaction.createdAt
        guard other == transaction || isLater else {
            known[transaction.id] = other
            throw MalformedDocument(
                field: "transaction", problem: "\(transaction.id) stands twice, with other contents")
        }
        return transaction
    }
}

extension LedgerTransaction {
    /// A transaction of a wallet's ledger.
    fileprivate init(document: JSON, of wallet: WalletID) throws(MalformedDocument) {
        try self.init(document: document)
        // The money left or reached it; a wallet's account has its id.
        guard let fromAccount, let toAccount else { return }
        guard fromAccount == wallet.rawValue || toAccount == wallet.rawValue else {
            throw MalformedDocument(field: "transaction", problem: "\(id) is another wallet's")
        }
    }
}
