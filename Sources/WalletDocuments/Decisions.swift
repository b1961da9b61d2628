package import FexValues
package import WalletCore

extension Decision {
    /// The state as scripts know it: what is merely written down waits, what is on its way is unknown.
    package var shownState: String {
        switch state {
        case .recorded: DecisionState.waiting.rawValue
        case .sending: DecisionState.unknown.rawValue
        default: state.rawValue
        }
    }

    package var outputDocument: JSON {
        [
            "id": .string(id.rawValue), "intent": .string(terms.intent.rawValue), "kind": .string(kind.rawValue),
            "state": .string(shownState), "reason": .optional(reason.map { PlainText.clean($0) }),
            "refusal": refusal.map(\.outputDocument) ?? .null,
            "idempotency_key": .string(idempotencyKey.rawValue), "decided_at": .string(decidedAt.description),
            "expires_at": .string(expiresAt.description), "amount": .string(terms.amount.decimalString),
            "currency": .string(terms.amount.currency.code), "merchant": .string(terms.merchant.rawValue),
        ]
    }

    /// The decision with when it is tried next.
    package var queuedDocument: JSON {
        guard var object = outputDocument.objectValue else { return outputDocument }
        object["attempts"] = .integer(schedule?.attempts ?? 0)
        object["next_attempt_at"] = .optional(schedule?.nextAttemptAt.description)
        object["waiting_for"] = .string(shownWait)
        return .object(object)
    }

    /// Why it waits: also of one that a program was stopped with before it could say.
    package var shownWait: String {
        let unsaid = state == .sending ? "what becomes of the attempt that was begun" : "its first attempt"
        return PlainText.clean(schedule?.waitingFor ?? unsaid)
    }
}

extension DecisionRefusal {
    fileprivate var outputDocument: JSON {
        ["code": .string(PlainText.clean(code.rawValue, limit: 60)), "message": .string(PlainText.clean(message))]
    }
}

extension DecisionResult {
    package var outputDocument: JSON {
        [
            "decision": decision.outputDocument, "payment_intent": intent?.outputDocument ?? .null,
            "transaction": transaction?.outputDocument ?? .null,
        ]
    }
}

extension DecisionResult {
    /// Whether this wallet has paid the intent, whatever became of the decision.
    package var hasPaid: Bool { transaction?.type == .payment }

    /// Whether money moved by the decision, or by another of the same customer's on this intent.
    package var money: MoneyEffect {
        if hasPaid { return .moved }
        guard decision.kind.movesMoney else { return .notMoved }
        switch decision.state {
        case .confirmed: return .moved
        case .sending, .unknown: return .unknown
        case .recorded, .waiting, .refused, .lapsed, .cancelled: return .notMoved
        }
    }
}

extension [Decision] {
    /// The decisions as those that are not settled.
    package var outboxDocument: JSON { ["decisions": .array(map(\.queuedDocument))] }
}
