import FexValues
import GRDB

extension StoreTransaction {
    /// The whole ledger: every transaction as one double entry, and the balance of each account.
    func ledgerReport() throws -> JSON {
        let entries = try rows("SELECT * FROM ledger_transactions ORDER BY seq").map { row -> JSON in
            let transaction = try LedgerTransaction(row)
            return [
                "transaction_id": .string(transaction.id), "transaction_type": .string(transaction.kind.rawValue),
                "payment_intent_id": .optional(transaction.intentID),
                "debit_account_id": .string(transaction.debitAccountID),
                "credit_account_id": .string(transaction.creditAccountID),
                "amount": .string(transaction.amount.decimalString),
                "currency": .string(transaction.amount.currency.code), "at": .string(transaction.createdAt.rfc3339),
            ]
        }
        // Summed from the entries, not taken from what the last one says.
        let accounts = try rows(
            """
            SELECT a.id, a.currency, COALESCE(SUM(e.amount), 0) AS balance FROM accounts a
            LEFT JOIN ledger_entries e ON e.account_id = a.id GROUP BY a.id ORDER BY a.id
            """)
        let balances = try accounts.map { row -> JSONObject.Member in
            let minorUnits: Int64 = row["balance"]
            let magnitude = try Money(minorUnits: abs(minorUnits), currency: Currency(row["currency"]))
            return JSONObject.Member(row["id"], .string((minorUnits < 0 ? "-" : "") + magnitude.decimalString))
        }
        return ["entries": .array(entries), "balances": .object(JSONObject(balances))]
    }
}

extension DecisionCall {
    /// The call as the control route lists it.
    var document: JSON {
        [
            "key": .string(idempotencyKey), "intent": .string(intentID), "wallet": .string(walletID),
            "kind": .string(kind), "outcome": .string(outcome), "at": .string(at.rfc3339),
        ]
    }
}
