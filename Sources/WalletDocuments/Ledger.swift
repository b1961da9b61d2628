package import FexValues
package import WalletCore

extension LedgerTransaction {
    package var outputDocument: JSON {
        [
            "id": .string(id.rawValue), "intent": .optional(intent?.rawValue), "type": .string(type.rawValue),
            "status": .string(status.rawValue), "amount": .string(amount.decimalString),
            "currency": .string(amount.currency.code), "merchant": .optional(merchant?.rawValue),
            "merchant_name": .optional(merchantName), "description": .optional(summary),
            "created_at": .string(createdAt.description), "completed_at": .optional(completedAt?.description),
        ]
    }
}

extension HistoryPage {
    package var outputDocument: JSON {
        ["transactions": .array(entries.map(\.outputDocument)), "next": .optional(next?.text)]
    }
}

extension PaymentRecord {
    /// - Parameter id: The transaction that was meant, if it was one.
    package func outputDocument(askedFor id: String) -> JSON {
        let transaction = transactions.first { $0.id.rawValue == id } ?? payment ?? transactions.first
        return [
            "payment_intent": intent?.outputDocument ?? .null, "decision": decisions.first?.outputDocument ?? .null,
            "transaction": transaction?.outputDocument ?? .null,
            "transactions": .array(transactions.map(\.outputDocument)),
            "timeline": .array(
                timeline.map { moment in
                    [
                        "at": .string(moment.at.description), "what": .string(moment.what.rawValue),
                        "kind": .optional(moment.decision?.rawValue),
                    ]
                }),
        ]
    }
}

extension MonthTotal {
    package var outputDocument: JSON {
        let digits = String(month)
        let month = String(year) + (digits.count < 2 ? "-0" : "-") + digits
        return [
            "month": .string(month), "type": .string(type.rawValue), "count": .integer(count),
            "amount": .string(amount.decimalString), "currency": .string(amount.currency.code),
        ]
    }
}

extension MerchantTotal {
    package var outputDocument: JSON {
        [
            "merchant": .optional(merchant?.rawValue), "merchant_name": .optional(name), "type": .string(type.rawValue),
            "count": .integer(count), "amount": .string(amount.decimalString),
            "currency": .string(amount.currency.code),
        ]
    }
}
