public import FexValues

/// A movement of money in the platform's ledger, as this wallet sees it.
public struct LedgerTransaction: Identifiable, Hashable, Sendable {
    /// Its id at the platform; at most one row of the ledger has it.
    public var id: TransactionID
    /// What it is: a payment, a refund, or whatever the platform will think of.
    public var type: TransactionType
    /// Where it stands at the platform.
    public var status: TransactionStatus
    /// How much was moved, never below zero: ``type`` and the accounts say in which direction.
    public var amount: Money
    /// The account that was debited, as the platform names it.
    public var fromAccount: String?
    /// The account that was credited, as the platform names it.
    public var toAccount: String?
    /// What it was for; text from outside.
    public var summary: String?
    /// The intent it belongs to; `nil` where no till or merchant asked for it.
    public var intent: IntentID?
    /// The merchant on the other side, where that is known on this device.
    public var merchant: MerchantID?
    /// The merchant's name at the time, where that is known on this device; text from outside.
    public var merchantName: String?
    /// When the platform made it: the history is ordered by it.
    public var createdAt: Timestamp
    /// When the money had moved; `nil` while it has not.
    public var completedAt: Timestamp?
    /// Its `seq` in the change feed, larger after each change; `nil` where it did not come through the feed.
    public var sequence: Int?
}

extension LedgerTransaction {
    /// When a transaction can have been made: since 1970, and before the year 2200.
    private static let times = Timestamp(milliseconds: 0)..<Timestamp("2200-01-01T00:00:00Z")!
    /// The largest amount in minor units that a ledger of one person is taken to hold.
    private static let largestAmount: Int64 = 1_000_000_000_000_000

    /// A transaction read from a document of the platform.
    ///
    /// - Throws: ``MalformedDocument`` naming the field that can't be.
    package init(document: JSON) throws(MalformedDocument) {
        let fields = try JSONFields(document, at: "transaction")
        id = try fields.id("transaction_id")
        type = TransactionType(rawValue: Self.storable(try fields.string("transaction_type"), LongestText.word))
        status = TransactionStatus(rawValue: Self.storable(try fields.string("status"), LongestText.word))
        amount = try fields.money()
        guard amount.minorUnits <= LedgerTransaction.largestAmount else {
            throw fields.malformed("amount", "is more than a wallet can have moved")
        }
        fromAccount = try fields.optionalString("from_account_id").map { Self.storable($0, LongestText.word) }
        toAccount = try fields.optionalString("to_account_id").map { Self.storable($0, LongestText.word) }
        summary = try fields.optionalString("description").map { Self.storable($0, LongestText.text) }
        // Of two intents nobody can say which was paid.
        let metadata = try fields.value("metadata").flatMap { $0.objectValue == nil ? nil : $0 }
        intent = try metadata.map { metadata throws(MalformedDocument) in
            try JSONFields(metadata, at: "transaction.metadata").value("payment_intent_id")
        }??.stringValue.flatMap { IntentID($0) }
        merchant = try fields.optionalID("merchant_id")
        merchantName = try fields.optionalString("merchant_name").map { Self.storable($0, LongestText.name) }
        createdAt = try fields.timestamp("created_at")
        completedAt = try fields.optionalTimestamp("completed_at")
        for (name, time) in [("created_at", createdAt), ("completed_at", completedAt ?? createdAt)] {
            guard LedgerTransaction.times.contains(time) else {
                throw fields.malformed(name, "is no time of a payment")
            }
        }
        sequence = try fields.value("seq") == nil ? nil : fields.integer("seq")
    }

    /// How many bytes of UTF-8 are kept of a text.
    private enum LongestText {
        /// A type, status or account.
        static let word = 128
        /// A merchant's name.
        static let name = 512
        /// What it was for.
        static let text = 1024
    }

    /// A text as it is read back, within bounds: SQLite's end at a NUL.
    private static func storable(_ text: String, _ limit: Int) -> String {
        text.bounded(toBytes: limit).withoutNUL
    }
}
