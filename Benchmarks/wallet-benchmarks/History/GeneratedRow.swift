import FexValues
import WalletCore

/// One row of a generated history.
struct GeneratedRow {
    var sequence: Int
    var id: String
    var isRefund: Bool
    var status: String
    var amount: Money
    var merchant: String
    var merchantName: String?
    var description: String?
    var intent: String
    var createdAt: Timestamp
    var completedAt: Timestamp?

    /// Appends the row as the platform's JSON.
    ///
    /// - Parameter withSequence: Whether its place in the change feed is told.
    func write(to text: inout String, withSequence: Bool) {
        let (payer, payee) = isRefund ? (merchant, GeneratedHistory.wallet) : (GeneratedHistory.wallet, merchant)
        if withSequence { text += #"{"seq":\#(sequence),"# } else { text += "{" }
        text += #""transaction_id":"\#(id)","transaction_type":"\#(isRefund ? "refund" : "payment")","#
        text += #""status":"\#(status)","amount":"\#(amount.decimalString)","currency":"\#(amount.currency.code)","#
        text += #""from_account_id":"\#(payer)","to_account_id":"\#(payee)","#
        // None of the generator's texts has a character that JSON would have escaped.
        if let description { text += #""description":"\#(description)","# }
        text += #""merchant_id":"\#(merchant)","#
        if let merchantName { text += #""merchant_name":"\#(merchantName)","# }
        text += #""metadata":{"payment_intent_id":"\#(intent)"},"created_at":"\#(createdAt)""#
        if let completedAt { text += #","completed_at":"\#(completedAt)""# }
        text += "}"
    }
}
