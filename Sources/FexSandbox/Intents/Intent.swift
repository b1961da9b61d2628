import FexValues
import GRDB

/// A payment intent as stored.
struct Intent: Hashable, Sendable {
    var id: String
    var merchantID: String
    var merchantName: String
    var counterID: String?
    var amount: Money
    var status: IntentStatus
    var description: String?
    var reference: String?
    var callbackURL: String?
    /// The merchant's object, as JSON text.
    var metadata: String?
    var qrCodeURL: String?
    var targetWalletID: String?
    var completedBy: String?
    var completedAt: Timestamp?
    var refundStatus: RefundStatus?
    var refundTransactionID: String?
    var approvalSeq: Int64?
    var createdAt: Timestamp
    var updatedAt: Timestamp
    var expiresAt: Timestamp
}

extension Intent {
    /// Columns of a query that ``init(_:)`` reads, from `intents i JOIN merchants m`.
    static let selection = """
        SELECT i.*, m.business_name AS merchant_name FROM intents i JOIN merchants m ON m.id = i.merchant_id
        """

    /// An intent from a row of ``selection``.
    init(_ row: Row) throws {
        id = row["id"]
        merchantID = row["merchant_id"]
        merchantName = row["merchant_name"]
        counterID = row["counter_id"]
        amount = try Money(minorUnits: row["amount"], currency: Currency(row["currency"]))
        let statusText: String = row["status"]
        guard let status = IntentStatus(rawValue: statusText) else {
            throw DatabaseError(message: "an intent has a status that there isn't")
        }
        self.status = status
        description = row["description"]
        reference = row["reference"]
        callbackURL = row["callback_url"]
        metadata = row["metadata"]
        qrCodeURL = row["qr_code_url"]
        targetWalletID = row["target_wallet_id"]
        completedBy = row["completed_by"]
        completedAt = row.timestamp("completed_at")
        refundStatus = (row["refund_status"] as String?).flatMap(RefundStatus.init)
        refundTransactionID = row["refund_ledger_tx_id"]
        approvalSeq = row["approval_seq"]
        createdAt = Timestamp(milliseconds: row["created_at"])
        updatedAt = Timestamp(milliseconds: row["updated_at"])
        expiresAt = Timestamp(milliseconds: row["expires_at"])
    }
}

extension Row {
    /// A moment from a column that may be null.
    func timestamp(_ column: String) -> Timestamp? {
        (self[column] as Int64?).map { Timestamp(milliseconds: $0) }
    }
}
