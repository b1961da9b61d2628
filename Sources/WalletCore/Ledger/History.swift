public import FexValues
import Foundation

/// What to show of the history: filters, all of which must hold.
public struct HistoryQuery: Hashable, Sendable {
    /// The most entries to a page: 1 to 1000.
    public var limit: Int
    /// Go on after this place; from the newest if `nil`.
    public var after: HistoryCursor?
    /// Only transactions that stand so; any if `nil`.
    public var status: TransactionStatus?
    /// Only transactions of this type; of any if `nil`.
    public var type: TransactionType?
    /// Only what was moved to or from this merchant; any if `nil`.
    public var merchant: MerchantID?
    /// Only what was made at this moment or later.
    public var since: Timestamp?
    /// Only what was made before this moment.
    public var until: Timestamp?
    /// Only of at least this amount, and of its currency.
    public var minimum: Money?
    /// Only of at most this amount, and of its currency.
    public var maximum: Money?
    /// Only where each word of this text begins a word of the merchant's name or the description; case and accents do not
    /// count. A text without a letter or digit finds nothing; an empty one is no filter.
    public var text: String?

    /// A query; by default the newest 50 of all.
    public init(limit: Int = 50, after: HistoryCursor? = nil) {
        self.limit = min(max(limit, 1), 1000)
        self.after = after
    }
}

/// A part of the history, and where the rest begins.
public struct HistoryPage: Hashable, Sendable {
    /// At most ``HistoryQuery/limit`` transactions, newest first.
    public var entries: [LedgerTransaction]
    /// Where the next page starts; `nil` on the last one.
    public var next: HistoryCursor?
}

/// A place in the history, which stays right when entries are added before or after it.
public struct HistoryCursor: Hashable, Sendable {
    /// The place of the entry before, as the ledger has it.
    let rowID: Int64

    init(rowID: Int64) { self.rowID = rowID }

    /// A cursor as it was shown by ``text``, or `nil` if it isn't one.
    public init?(_ text: String) {
        guard text.utf8.count <= 13, let number = Int64(text, radix: 32), number >= 0 else { return nil }
        rowID = number >> 10
        // A mistyped cursor would begin the page somewhere else.
        guard self.text == text else { return nil }
    }

    /// The cursor as an opaque text.
    public var text: String {
        let check = (UInt64(bitPattern: rowID) &* 0x9E37_79B9_7F4A_7C15) >> 54
        return String(rowID << 10 | Int64(check), radix: 32)
    }
}
