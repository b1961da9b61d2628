import FexHTTP
import FexValues
import Foundation
import HTTPTypes
import Synchronization

/// A merchant's server in memory: answers what a test says, and remembers what it was sent.
final class ScriptedReceiver: HTTPTransport {
    /// What an attempt meets.
    enum Answer: Sendable {
        case status(Int)
        case failure(HTTPTransportError.Reason)
    }

    /// One attempt.
    struct Attempt: Sendable {
        var url: String
        var body: Data
        var headers: HTTPFields

        var json: JSON { (try? JSON(parsing: body)) ?? .null }
        var event: String? { json["event"]?.stringValue }
        var intent: String? { json["payment_intent_id"]?.stringValue }
        var delivery: String? { headers[HTTPField.Name("X-Webhook-Delivery")!] }
        var number: String? { headers[HTTPField.Name("X-Webhook-Attempt")!] }
        var signature: String? { headers[HTTPField.Name("X-Webhook-Signature")!] }
    }

    private let log = Mutex<[Attempt]>([])
    private let answer: @Sendable (Attempt) async -> Answer

    /// A receiver that answers each attempt by a rule; by default it acknowledges.
    init(_ answer: @escaping @Sendable (Attempt) async -> Answer = { _ in .status(200) }) { self.answer = answer }

    /// Every attempt so far, in the order of their coming.
    var attempts: [Attempt] { log.withLock { $0 } }

    func send(_ call: HTTPCall) async throws(HTTPTransportError) -> HTTPAnswer {
        let attempt = Attempt(url: call.address.description, body: call.body ?? Data(), headers: call.headerFields)
        log.withLock { $0.append(attempt) }
        switch await answer(attempt) {
        case .status(let code): return HTTPAnswer(HTTPResponse(status: .init(code: code)))
        case .failure(let code): throw HTTPTransportError(code, mayHaveBeenSent: true, detail: "as the test has it")
        }
    }
}
