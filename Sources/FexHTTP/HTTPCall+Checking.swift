import HTTPTypes

extension HTTPCall {
    /// Makes certain that the call can be sent as it stands.
    ///
    /// Every transport asks here before anything else, so that all refuse the same calls:
    /// - `CONNECT`, and a GET or HEAD with a body;
    /// - a header field that belongs to the transport (framing, connection, encodings, host), or whose value holds
    ///   control characters;
    /// - one that may not leave any more.
    ///
    /// - Throws: ``HTTPTransportError`` for the reason ``HTTPTransportError/Reason/invalidCall``, or
    ///   ``HTTPTransportError/Reason/timedOut`` of one that may not leave.
    package func check() throws(HTTPTransportError) {
        guard method != .connect else { throw .invalidCall("CONNECT is not a call") }
        guard body == nil || method != .get && method != .head else {
            throw .invalidCall("\(method.rawValue) takes no body")
        }
        for field in headerFields {
            guard !HTTPCall.transportFields.contains(field.name) else {
                throw .invalidCall("the transport sets \(field.name.rawName) itself")
            }
            guard HTTPField.isValidValue(field.value) else {
                throw .invalidCall("the value of \(field.name.rawName) can't be sent")
            }
        }
        guard mayLeave() else {
            throw HTTPTransportError(.timedOut, mayHaveBeenSent: false, detail: HTTPCall.tooLate)
        }
    }

    /// Whether a second request like this does no harm if the first was carried out: the method says so (RFC 9110,
    /// section 9.2.2), or the call holds an `Idempotency-Key`.
    package var isRepeatable: Bool {
        switch method {
        case .get, .head, .put, .delete, .options, .trace: true
        default: headerFields.contains { $0.name.canonicalName == "idempotency-key" }
        }
    }

    /// What is said of a call that may not leave any more.
    package static let tooLate = "it is too late for it to be sent"

    private static let transportFields: Set<HTTPField.Name> = Set(
        [
            .acceptEncoding, .connection, .contentLength, .expect, .proxyAuthorization, .te, .trailer,
            .transferEncoding, .upgrade,
        ] + ["Host", "Keep-Alive", "Proxy-Connection"].compactMap { HTTPField.Name($0) })
}

extension HTTPTransportError {
    /// The call can't be sent.
    static func invalidCall(_ detail: String) -> HTTPTransportError {
        HTTPTransportError(.invalidCall, mayHaveBeenSent: false, detail: detail)
    }
}
