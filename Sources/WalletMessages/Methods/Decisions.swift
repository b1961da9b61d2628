import FexValues
import Foundation
import PaymentCodes
import WalletCore
import WalletDocuments

extension Method {
    /// The customer's yes and no.
    static let decisions = [
        deciding(.pay), deciding(.approve), deciding(.decline),
        Method("outbox") { _, context in try await context.wallet.decisions.loadOutbox().outboxDocument },
        Method(deciding: "outbox.retry", "id") { params, context in
            let decisions = context.wallet.decisions
            return try await decisions.retry(try await decisions.find(params).id)
        },
        Method(deciding: "outbox.cancel", "id") { params, context in
            let decisions = context.wallet.decisions
            return try await decisions.cancel(try await decisions.find(params).id)
        },
        Method("proof.export", "id") { params, context in
            let (id, wallet) = (try params.string("id"), context.wallet)
            let proof: ExportedProof
            if let decision = try await wallet.decisions.loadDecision(named: id) {
                proof = try await wallet.proofs.export(decision.id)
            } else {
                proof = try await wallet.proofs.export(on: try params.id("id"))
            }
            return ["proof": proof.document]
        },
    ]

    private static func deciding(_ kind: DecisionKind) -> Method {
        Method(deciding: kind.rawValue, "intent", "amount", "currency", "merchant", "reason", "consent") {
            params, context in
            let wallet = context.wallet
            let intent: IntentID = try params.id("intent")
            let terms = Terms(
                intent: intent, amount: try params.money("amount", currency: "currency"),
                merchant: try params.id("merchant"))
            let (reason, consent) = (try params.optionalString("reason"), try params.consent())
            do {
                _ = try await wallet.intents.fetchOrLoad(intent)
                return try await wallet.decisions.decide(kind, on: terms, reason: reason, consent: consent)
            } catch is CancellationError {
                // What is on disk by now may take effect.
                throw DoorError.cancelled(money: await wallet.money(of: intent, kind))
            }
        }
    }
}

extension Wallet {
    /// What a decision that was being made may do to the money.
    fileprivate func money(of intent: IntentID, _ kind: DecisionKind) async -> MoneyEffect {
        // Not as a part of the cancelled task, which can't read any more.
        let decision = await Task { try await self.decisions.load(on: intent) }.result
        switch decision {
        case .success(let decision?): return DecisionResult(decision: decision).moneyInTheEnd
        case .success(nil): return .notMoved
        case .failure: return kind.movesMoney ? .unknown : .notMoved
        }
    }
}

extension DecisionResult {
    /// What it may do to the money for whoever does not hear of it again: what waits is still sent.
    var moneyInTheEnd: MoneyEffect {
        decision.state.isSettled || !decision.kind.movesMoney ? money : .unknown
    }
}

extension Decisions {
    /// The unsettled decision that is meant by its id, or its intent's.
    fileprivate nonisolated func find(_ params: Parameters) async throws -> Decision {
        let id = try params.string("id")
        let queued = try await loadOutbox()
        if let decision = queued.first(where: { [$0.id.rawValue, $0.terms.intent.rawValue].contains(id) }) {
            return decision
        }
        if let intent = IntentID(id), let settled = try await load(on: intent) {
            throw DecisionError.settled(settled.kind, settled.state)
        }
        throw DecisionError.unknownDecision
    }

    fileprivate nonisolated func loadDecision(named text: String) async throws -> Decision? {
        guard let id = DecisionID(text) else { return nil }
        return try await load(id)
    }
}

extension Parameters {
    /// How the person has agreed.
    fileprivate func consent() throws(DoorError) -> Consent {
        switch try optionalString("consent") {
        case nil, "asked": .asked
        case "amount_typed": .amountTyped
        case "preauthorised": .preauthorised
        default: throw .badParameter("consent", "asked, amount_typed or preauthorised is expected")
        }
    }
}
