import FexValues
import Foundation
import HTTPTypes

/// The calls that may move money.
protocol DecisionCalls: Sendable {
    /// Sends a decision exactly as it was written down.
    ///
    /// - Parameter mayLeave: Whether its first byte may still leave, asked when all else is ready.
    /// - Returns: What was answered, be it the platform's word or not.
    /// - Throws: ``PlatformError`` where no document came; ``SessionError`` where there was no token, or ``CallTooLate``,
    ///   and then nothing was sent.
    func submit(_ decision: Decision, mayLeave: @escaping @Sendable () -> Bool) async throws -> DecisionAnswer
}

/// A document that came in answer to a decision; whether the platform's word is in it, ``AnswerJudge`` says.
struct DecisionAnswer: Hashable, Sendable {
    /// A transaction in an answer.
    enum Transaction: Hashable, Sendable {
        case absent
        case malformed
        case present(LedgerTransaction)
    }

    /// The HTTP status.
    var status: Int
    /// What came; an object in which no name of the answer's own stands twice, or null.
    var document: JSON
    /// The intent it shows, if that can be read.
    var intent: PaymentIntent?
    /// The ledger transaction it shows.
    var transaction: Transaction

    init(status: Int, document: JSON) {
        self.status = status
        let names = document.objectValue?.members.map(\.name) ?? []
        // Of two values for one name nobody can say which was meant.
        let isReadable = !names.isEmpty && Set(names).count == names.count
        self.document = isReadable ? document : .null
        intent = self.document["payment_intent"].flatMap { try? PaymentIntent(document: $0) }
        switch self.document["transaction"] {
        case nil, .null?: transaction = .absent
        case let found?:
            transaction = (try? LedgerTransaction(document: found)).map { .present($0) } ?? .malformed
        }
    }

    /// The code of a refusal.
    var code: RefusalCode? { document["code"]?.stringValue.map { RefusalCode(rawValue: $0) } }

    /// What it says to people, made safe to be shown.
    var message: String? {
        let text = PlainText.clean(document["error"]?.stringValue ?? "", limit: 200)
        return text.isEmpty ? nil : text
    }
}

extension PlatformClient: DecisionCalls {
    func submit(_ decision: Decision, mayLeave: @escaping @Sendable () -> Bool) async throws -> DecisionAnswer {
        let (intent, kind) = (decision.terms.intent, decision.kind)
        var call = PlatformCall(
            method: .post, address: endpoints.wallet("/payment-intents/\(intent)/\(kind.rawValue)"))
        call.body = decision.body
        call.headers[.contentType] = "application/json"
        call.headers[.idempotencyKey] = decision.idempotencyKey.rawValue
        call.concernsMoney = true
        call.mayLeave = mayLeave
        do {
            return try await answer(to: call) { DecisionAnswer(status: $0.status, document: $0.document) }
        } catch let error as PlatformError {
            guard case .refused(let refusal) = error.reason else { throw error }
            return DecisionAnswer(status: refusal.status, document: refusal.document)
        }
    }
}

extension HTTPField.Name {
    /// The field of draft-ietf-httpapi-idempotency-key-header.
    fileprivate static var idempotencyKey: HTTPField.Name { HTTPField.Name("Idempotency-Key")! }
}
