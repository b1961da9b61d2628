package import FexValues
import Foundation
import WalletCore

extension PlatformModel {
    /// A transaction of the wallet's.
    package struct Transaction: Sendable {
        /// The transaction's id.
        package let id: String
        /// The intent it belongs to.
        package var intent: String
        /// Whether it is shown to which intent it belongs.
        package var showsIntent = true
        /// `payment` or `refund`.
        package var type = "payment"
        /// `completed`, or where else it stands.
        package var status = "completed"
        /// The amount's digits.
        package var amount: String
        /// The currency's code.
        package var currency: String
        /// The account that was debited.
        package var from: String
        /// The account that was credited.
        package var to: String
        /// What it was for.
        package var summary: String?
        /// When it was made.
        package let createdAt: Timestamp
        /// When it was complete, where that is told.
        package var completedAt: Timestamp?
        /// Its place in the feed.
        package internal(set) var sequence = 0

        /// A transaction that is complete.
        package init(
            id: String, intent: String, amount: String, currency: String = "USD", from: String, to: String,
            summary: String?, createdAt: Timestamp
        ) {
            self.id = id
            self.intent = intent
            self.amount = amount
            self.currency = currency
            self.from = from
            self.to = to
            self.summary = summary
            self.createdAt = createdAt
            completedAt = createdAt
        }

        /// The payment of an intent.
        init(payment intent: Intent, wallet: String, id: String, at now: Timestamp) {
            self.init(
                id: id, intent: intent.id, amount: intent.amount, currency: intent.currency, from: wallet,
                to: intent.merchant, summary: intent.extras["description"]?.stringValue, createdAt: now)
        }
    }
}

extension PlatformModel.Transaction {
    /// The transaction as the platform shows it.
    ///
    /// - Parameter isInFeed: The published list has no `seq`.
    package func document(isInFeed: Bool = false) -> String {
        var text = #"{"transaction_id":\#(quoted(id)),"transaction_type":\#(quoted(type)),"status":\#(quoted(status)),"#
        text += #""amount":"\#(amount)","currency":\#(quoted(currency)),"from_account_id":\#(quoted(from)),"#
        text += #""to_account_id":\#(quoted(to)),"description":\#(summary.map(quoted) ?? "null"),"#
        let metadata = showsIntent ? #""payment_intent_id":\#(quoted(intent))"# : ""
        text += #""metadata":{\#(metadata)},"created_at":"\#(createdAt)""#
        if let completedAt { text += #","completed_at":"\#(completedAt)""# }
        if isInFeed { text += ",\"seq\":\(sequence)" }
        return text + "}"
    }
}
