import FexValues
import GRDB

/// One posted transaction: an amount that left one account for another.
struct LedgerTransaction: Hashable, Sendable {
    /// Why money moved.
    enum Kind: String, Hashable, Sendable {
        /// The platform put money into a wallet.
        case funding
        /// A customer paid a merchant.
        case payment
        /// A merchant paid a customer back.
        case refund
    }

    /// Its number in the feeds; 0 until it is posted.
    var seq: Int64 = 0
    var id: String
    var kind: Kind
    var debitAccountID: String
    var creditAccountID: String
    var amount: Money
    var description: String?
    var intentID: String?
    var merchantID: String?
    var merchantName: String?
    var walletID: String
    var createdAt: Timestamp
}

extension LedgerTransaction {
    /// All transactions, with their merchants' names.
    static let selection = """
        SELECT t.*, m.business_name AS merchant_name
        FROM ledger_transactions AS t LEFT JOIN merchants AS m ON m.id = t.merchant_id
        """

    /// A transaction from a row of ``selection``.
    init(_ row: Row) throws {
        seq = row["seq"]
        id = row["id"]
        let type: String = row["type"]
        guard let kind = Kind(rawValue: type) else {
            throw DatabaseError(message: "a transaction has a type that there isn't")
        }
        self.kind = kind
        debitAccountID = row["debit_account_id"]
        creditAccountID = row["credit_account_id"]
        amount = try Money(minorUnits: row["amount"], currency: Currency(row["currency"]))
        description = row["description"]
        intentID = row["payment_intent_id"]
        merchantID = row["merchant_id"]
        merchantName = row["merchant_name"]
        walletID = row["wallet_id"]
        createdAt = Timestamp(milliseconds: row["created_at"])
    }

    /// The transaction as published.
    ///
    /// - Parameter forWallet: Whether a wallet is told: it also gets its number in the wallet's feed, and who the merchant is.
    func document(forWallet: Bool) -> JSON {
        var object = JSONObject([
            JSONObject.Member("transaction_id", .string(id)),
            JSONObject.Member("transaction_type", .string(kind.rawValue)),
            // A transaction is posted whole or not at all: there is none that is under way.
            JSONObject.Member("status", "completed"),
            JSONObject.Member("amount", .string(amount.decimalString)),
            JSONObject.Member("currency", .string(amount.currency.code)),
            JSONObject.Member("from_account_id", .string(debitAccountID)),
            JSONObject.Member("to_account_id", .string(creditAccountID)),
        ])
        if let description { object["description"] = .string(description) }
        object["metadata"] = intentID.map { ["payment_intent_id": .string($0)] }
        object["created_at"] = .string(createdAt.rfc3339)
        object["completed_at"] = .string(createdAt.rfc3339)
        if forWallet {
            object.members.insert(JSONObject.Member("seq", .integer(seq)), at: 0)
            if let merchantID { object["merchant_id"] = .string(merchantID) }
            if let merchantName { object["merchant_name"] = .string(merchantName) }
        }
        return .object(object)
    }
}
