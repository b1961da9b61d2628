import Foundation
import HTTPTypes

/// The calls that may move money.
protocol DecisionCalls: Sendable {
    /// Sends a decision exactly as it was written down.
    func submit(_ request: DecisionRequest) async throws -> DecisionAnswer
}

/// A decision as it is sent, the same bytes at every attempt.
struct DecisionRequest: Hashable, Sendable {
    var kind: DecisionKind
    var intent: IntentID
    var idempotencyKey: IdempotencyKey
    var body: Data
}

/// The platform's word on a decision that took effect.
struct DecisionAnswer: Hashable, Sendable {
    var intent: PaymentIntent
    /// The ledger transaction, for a decision that moved money.
    var transaction: LedgerTransaction?
    /// Whether this is the answer to an earlier attempt.
    var replayed: Bool
}

extension PlatformClient: DecisionCalls {
    func submit(_ request: DecisionRequest) async throws -> DecisionAnswer {
        var call = PlatformCall(
            method: .post, url: endpoints.wallet("/payment-intents/\(request.intent)/\(request.kind.rawValue)"))
        call.body = request.body
        call.headers[.contentType] = "application/json"
        call.headers[.idempotencyKey] = request.idempotencyKey.rawValue
        call.concernsMoney = true
        let answer = try await answer(to: call)
        do {
            let fields = try JSONFields(answer.document, at: "")
            let intent = try PaymentIntent(document: fields.required("payment_intent"))
            guard intent.id == request.intent else { throw fields.malformed("payment_intent", "is another one") }
            return DecisionAnswer(
                intent: intent,
                transaction: try fields.value("transaction").map { try LedgerTransaction(document: $0) },
                replayed: try fields.value("replayed") == true)
        } catch let error as MalformedDocument {
            throw error.failure(ofCallAboutMoney: true)
        }
    }
}

extension HTTPField.Name {
    /// The field of draft-ietf-httpapi-idempotency-key-header.
    fileprivate static var idempotencyKey: HTTPField.Name { HTTPField.Name("Idempotency-Key")! }
}
