/// A movement of money in the platform's ledger, as this wallet sees it.
public struct LedgerTransaction: Hashable, Sendable {
    /// The transaction's id.
    public var id: TransactionID
    /// `payment`, `refund`, or whatever the platform will think of.
    public var type: String
    /// Its status at the platform: `completed`.
    public var status: String
    /// How much.
    public var amount: Money
    /// The account that was debited.
    public var fromAccount: String?
    /// The account that was credited.
    public var toAccount: String?
    /// What it was for; text from outside.
    public var summary: String?
    /// The intent it belongs to.
    public var intent: IntentID?
    /// When it was made.
    public var createdAt: Timestamp
    /// When it was complete.
    public var completedAt: Timestamp?
    /// Its place in the change feed, where it came through that.
    public var sequence: Int?
}

extension LedgerTransaction {
    /// A transaction read from a document of the platform.
    ///
    /// - Throws: ``MalformedDocument`` naming the field that can't be.
    public init(document: JSON) throws(MalformedDocument) {
        let fields = try JSONFields(document, at: "transaction")
        id = try fields.id("transaction_id")
        type = try fields.string("transaction_type")
        status = try fields.string("status")
        amount = try fields.money()
        fromAccount = try fields.optionalString("from_account_id")
        toAccount = try fields.optionalString("to_account_id")
        summary = try fields.optionalString("description")
        intent = document["metadata"]?["payment_intent_id"]?.stringValue.flatMap { IntentID($0) }
        createdAt = try fields.timestamp("created_at")
        completedAt = try fields.optionalTimestamp("completed_at")
        sequence = try fields.value("seq") == nil ? nil : fields.integer("seq")
    }
}
