import FexValues
package import Foundation
import WalletCore

extension PlatformModel {
    /// The codes of refusals, each of which is the platform's last word on a key.
    package static let refusalCodes: Set<String> = [
        "intent_expired", "intent_not_payable", "idempotency_mismatch", "not_this_wallet", "device_unknown",
        "device_revoked", "wallet_blocked", "intent_unknown", "terms_changed", "insufficient_balance", "proof_invalid",
        "limit_exceeded",
    ]

    mutating func decide(_ request: Request, at now: Timestamp) -> Answer {
        guard let key = request.key, IdempotencyKey(key) != nil else {
            return .failure(400, "Idempotency-Key must be a UUID")
        }
        let text = request.path.joined(separator: "/") + String(decoding: request.body, as: UTF8.self)
        if let first = firstAnswers[key] {
            guard first.request == text else { return refusal(409, "idempotency_mismatch") }
            return first.answer.asReplay
        }
        guard let terms = DecisionTerms(request.body), let kind = request.path.last.map(String.init),
            ["pay", "approve", "decline"].contains(kind)
        else { return .failure(400, "the decision can't be read") }
        let answer = judge(terms, kind, on: String(request.path[4]), key: key, at: now)
        // The first answer to a key stands, whichever it was.
        firstAnswers[key] = FirstAnswer(request: text, answer: answer)
        return answer
    }

    private mutating func judge(
        _ terms: DecisionTerms, _ kind: String, on id: String, key: String, at now: Timestamp
    ) -> Answer {
        guard let place = place(of: id) else { return refusal(404, "intent_unknown") }
        guard !isBlocked else { return refusal(403, "wallet_blocked") }
        let intent = intents[place]
        if let target = intent.target, target != customer.wallet { return refusal(403, "not_this_wallet") }
        guard intent.status != "expired" else { return refusal(409, "intent_expired", intent) }
        guard intent.status == (kind == "pay" ? "pending" : "pending_approval") else {
            return refusal(409, "intent_not_payable", intent)
        }
        guard let device = devices.firstIndex(where: { $0.id == terms.device }) else {
            return refusal(403, "device_unknown")
        }
        guard devices[device].revokedAt == nil else { return refusal(403, "device_revoked") }
        guard terms.amount == intent.units, terms.currency == intent.currency, terms.merchant == intent.merchant else {
            return refusal(422, "terms_changed")
        }
        let context = PlatformProof.Context(
            intent: intent, kind: kind, wallet: customer.wallet, key: key, device: devices[device], now: now)
        guard PlatformProof.isValid(terms.proof, for: terms, in: context, by: rules.proofs) else {
            return refusal(422, "proof_invalid")
        }
        guard kind == "decline" || terms.amount <= balance else { return refusal(422, "insufficient_balance") }
        devices[device].lastUsedAt = now
        take(kind, on: place, key: key, at: now)
        let payment = kind == "decline" ? "" : ",\"transaction\":\(transactions[transactions.count - 1].document())"
        return Answer(
            200,
            #"{"success":true,"replayed":false,"payment_intent":\#(intents[place].document(isPublic: false))\#(payment)}"#
        )
    }

    private func refusal(_ status: Int, _ code: String, _ intent: Intent? = nil) -> Answer {
        .failure(
            status, Self.sentences[code] ?? code.replacing("_", with: " "), code: code,
            intent: intent?.document(isPublic: false))
    }

    private static let sentences = [
        "idempotency_mismatch": "other body", "insufficient_balance": "too little money",
        "intent_expired": "it has expired", "intent_not_payable": "it was decided already",
        "intent_unknown": "no such payment intent", "terms_changed": "the terms are others",
    ]
}

extension PlatformModel.Answer {
    /// The answer to a repeated request.
    fileprivate var asReplay: PlatformModel.Answer {
        guard status == 200 else { return self }
        var answer = self
        answer.document = document.replacing(#""replayed":false"#, with: #""replayed":true"#, maxReplacements: 1)
        return answer
    }
}

/// What a decision that was sent says.
package struct DecisionTerms: Sendable {
    /// The amount, in minor units.
    package var amount: Int64
    /// The currency's code.
    package var currency: String
    /// Who gets the money.
    package var merchant: String
    /// Which device decided.
    package var device: String
    /// When, on the device's clock.
    package var decidedAt: String
    /// What the device signed.
    package var proof: String

    /// The terms in a body; `nil` where it is no decision.
    package init?(_ body: Data) {
        guard let document = try? JSON(parsing: body), let fields = try? JSONFields(document, at: ""),
            let money = try? fields.money(), let merchant = try? fields.string("merchant_id"),
            let device = try? fields.string("device_id"), let decidedAt = try? fields.string("decided_at"),
            let proof = try? fields.string("proof")
        else { return nil }
        (amount, currency) = (money.minorUnits, money.currency.code)
        self.merchant = merchant
        self.device = device
        self.decidedAt = decidedAt
        self.proof = proof
    }
}
