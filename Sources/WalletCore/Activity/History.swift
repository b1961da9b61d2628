import Foundation

/// What to show of the history: filters, all of which must hold.
public struct HistoryQuery: Hashable, Sendable {
    /// The most entries to a page: 1 to 1000.
    public var limit: Int
    /// Go on after this place; from the newest if `nil`.
    public var after: HistoryCursor?
    /// Only with this status.
    public var status: String?
    /// Only of this merchant.
    public var merchant: MerchantID?
    /// Only from this moment on.
    public var since: Timestamp?
    /// Only before this moment.
    public var until: Timestamp?

    /// A query; by default the newest 50 of all.
    public init(limit: Int = 50, after: HistoryCursor? = nil) {
        self.limit = min(max(limit, 1), 1000)
        self.after = after
    }
}

/// One line of the history.
public struct HistoryEntry: Hashable, Sendable {
    /// The ledger transaction.
    public var transaction: LedgerTransaction
    /// The merchant's name, where the intent is known on this device; text from outside.
    public var merchantName: String?

    /// An entry.
    public init(transaction: LedgerTransaction, merchantName: String?) {
        self.transaction = transaction
        self.merchantName = merchantName
    }
}

/// A page of the history.
public struct HistoryPage: Hashable, Sendable {
    /// The entries, newest first.
    public var entries: [HistoryEntry]
    /// Where the next page starts; `nil` on the last one.
    public var next: HistoryCursor?
}

/// A place in the history, which stays right when entries are added before or after it.
public struct HistoryCursor: Hashable, Sendable {
    let createdAt: Timestamp
    let id: TransactionID

    init(after transaction: LedgerTransaction) {
        createdAt = transaction.createdAt
        id = transaction.id
    }

    /// A cursor as it was shown by ``text``, or `nil` if it isn't one.
    public init?(_ text: String) {
        guard let parts = String(base64URL: text)?.split(separator: " "), parts.count == 2,
            let milliseconds = Int64(parts[0]), let id = TransactionID(String(parts[1]))
        else { return nil }
        createdAt = Timestamp(milliseconds: milliseconds)
        self.id = id
    }

    /// The cursor as an opaque text.
    public var text: String { Data("\(createdAt.milliseconds) \(id)".utf8).base64URL }
}

extension String {
    fileprivate init?(base64URL text: String) {
        let standard = text.replacing("-", with: "+").replacing("_", with: "/")
        let padding = String(repeating: "=", count: (4 - standard.count % 4) % 4)
        guard let data = Data(base64Encoded: standard + padding) else { return nil }
        self.init(data: data, encoding: .utf8)
    }
}
