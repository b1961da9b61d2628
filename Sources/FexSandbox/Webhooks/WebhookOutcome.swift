import FexHTTP
import FexValues

/// What one attempt to deliver a webhook met.
struct WebhookOutcome: Hashable, Sendable {
    /// Whether the receiver answered 2xx.
    var isAcknowledged: Bool
    /// The status, or what failed, for people.
    var text: String

    /// An answer came.
    init(status: Int) {
        isAcknowledged = (200..<300).contains(status)
        text = "status \(status)"
    }

    /// There was no answer.
    init(_ failure: HTTPTransportError) {
        isAcknowledged = false
        text = PlainText.clean("\(failure.code): \(failure.detail)", limit: 200)
    }

    /// It can't be sent at all.
    init(unsendable problem: String) {
        isAcknowledged = false
        text = problem
    }
}
