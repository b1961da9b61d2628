import FexValues
import WalletCore

// The documents that scripts read: keys as on the wire, amounts as decimal strings with their currency beside.

extension PaymentIntent {
    /// The intent as the platform gave it, with the amount as an exact string.
    var outputDocument: JSON {
        guard var object = document.objectValue else { return document }
        object["amount"] = .string(amount.decimalString)
        // A picture of the code is of no use to a script, and longer than all the rest.
        object["qr_code_url"] = nil
        return .object(object)
    }
}

extension Decision {
    /// The state as scripts know it: what is merely written down waits, what is on its way is unknown.
    var shownState: String {
        switch state {
        case .recorded: DecisionState.waiting.rawValue
        case .sending: DecisionState.unknown.rawValue
        default: state.rawValue
        }
    }

    var outputDocument: JSON {
        [
            "id": .string(id.rawValue), "intent": .string(terms.intent.rawValue), "kind": .string(kind.rawValue),
            "state": .string(shownState), "reason": .optional(reason.map { PlainText.clean($0) }),
            "refusal": refusal.map(\.outputDocument) ?? .null,
            "idempotency_key": .string(idempotencyKey.rawValue), "decided_at": .string(decidedAt.description),
            "expires_at": .string(expiresAt.description), "amount": .string(terms.amount.decimalString),
            "currency": .string(terms.amount.currency.code), "merchant": .string(terms.merchant.rawValue),
        ]
    }
}

extension DecisionRefusal {
    fileprivate var outputDocument: JSON {
        ["code": .string(PlainText.clean(code.rawValue, limit: 60)), "message": .string(PlainText.clean(message))]
    }
}

extension DecisionResult {
    var outputDocument: JSON {
        [
            "decision": decision.outputDocument, "payment_intent": intent?.outputDocument ?? .null,
            "transaction": transaction?.outputDocument ?? .null,
        ]
    }
}

extension LedgerTransaction {
    var outputDocument: JSON {
        [
            "id": .string(id.rawValue), "intent": .optional(intent?.rawValue), "type": .string(type.rawValue),
            "status": .string(status.rawValue), "amount": .string(amount.decimalString),
            "currency": .string(amount.currency.code), "merchant": .optional(merchant?.rawValue),
            "merchant_name": .optional(merchantName), "description": .optional(summary),
            "created_at": .string(createdAt.description), "completed_at": .optional(completedAt?.description),
        ]
    }
}

extension ApprovalRequest {
    var outputDocument: JSON {
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
