import Foundation
import HTTPTypes

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// One request of a `URLSession`, and what of its answer has come.
struct URLSessionExchange: Sendable {
    /// The most bytes that header fields may have together.
    private static let headLimit = 64 << 10
    /// The most header fields.
    private static let fieldLimit = 256

    private let origin: HTTPOrigin
    private let bodyLimit: Int
    private let reply: CheckedContinuation<Result<HTTPAnswer, HTTPTransportError>, Never>
    private var body = Data()
    private var refusal: String?

    init(
        origin: HTTPOrigin, bodyLimit: Int, reply: CheckedContinuation<Result<HTTPAnswer, HTTPTransportError>, Never>
    ) {
        self.origin = origin
        self.bodyLimit = bodyLimit
        self.reply = reply
    }

    /// The head came.
    ///
    /// - Returns: Whether the task has to be cancelled, which is said once.
    mutating func mustEnd(afterHead response: URLResponse) -> Bool {
        let fields = (response as? HTTPURLResponse)?.allHeaderFields ?? [:]
        let bytes = fields.reduce(0) { $0 + "\($1.key): \($1.value)\r\n".utf8.count }
        if fields.count > URLSessionExchange.fieldLimit || bytes > URLSessionExchange.headLimit {
            refusal = "more header fields than are accepted"
        }
        return refusal != nil
    }

    /// A piece of the body came.
    ///
    /// - Returns: Whether the task has to be cancelled, which is said once.
    mutating func mustEnd(afterBodyPart part: Data) -> Bool {
        guard refusal == nil else { return false }
        guard body.count + part.count <= bodyLimit else {
            refusal = "a body of more than \(bodyLimit) bytes"
            body = Data()
            return true
        }
        body.append(part)
        return false
    }

    /// The task is over; whoever waits hears how.
    func end(_ response: URLResponse?, error: (any Error)?, hasSent: Bool) {
        reply.resume(returning: result(response, error: error, hasSent: hasSent))
    }

    private func result(
        _ response: URLResponse?, error: (any Error)?, hasSent: Bool
    ) -> Result<HTTPAnswer, HTTPTransportError> {
        if let refusal {
            return .failure(HTTPTransportError(.bodyTooLarge, mayHaveBeenSent: true, detail: "\(origin): \(refusal)"))
        }
        if let error {
            return .failure(URLSessionFailure.error(for: error, hasSent: hasSent, at: origin))
        }
        guard let response = response as? HTTPURLResponse, (100...999).contains(response.statusCode) else {
            return .failure(HTTPTransportError(.malformedAnswer, mayHaveBeenSent: true, detail: "\(origin): no HTTP"))
        }
        let fields = response.allHeaderFields.compactMap { name, value in
            HTTPField.Name("\(name)").map { HTTPField(name: $0, value: "\(value)") }
        }
        let head = HTTPResponse(status: .init(code: response.statusCode), headerFields: HTTPFields(fields))
        return .success(HTTPAnswer(head, body: body))
    }
}
