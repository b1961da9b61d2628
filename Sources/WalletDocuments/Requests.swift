package import FexValues
package import WalletCore

extension ApprovalRequest {
    package var outputDocument: JSON {
        [
            "intent": .string(intent.id.rawValue), "state": .string(state.rawValue),
            "merchant_name": .optional(intent.merchantName), "merchant": .string(intent.merchantID.rawValue),
            "amount": .string(intent.amount.decimalString), "currency": .string(intent.amount.currency.code),
            "description": .optional(intent.summary), "expires_at": .string(intent.expiresAt.description),
            "changed_from": changedFrom.map { terms in
                [
                    "amount": .string(terms.amount.decimalString), "currency": .string(terms.amount.currency.code),
                    "merchant": .string(terms.merchant.rawValue),
                ]
            } ?? .null,
            "repeats": .optional(repeats?.rawValue),
        ]
    }
}

extension ApprovalGroup {
    package var outputDocument: JSON {
        [
            "merchant": .string(merchant.rawValue), "merchant_name": .optional(merchantName),
            "count": .integer(count), "muted": .bool(isMuted),
        ]
    }
}

extension [ApprovalRequest] {
    /// - Parameter groups: How many open requests there are of each merchant.
    package func outputDocument(groupedBy groups: [ApprovalGroup]) -> JSON {
        [
            "approvals": .array(map(\.outputDocument)), "next": .null, "groups": .array(groups.map(\.outputDocument)),
        ]
    }
}
