import FexHTTP

/// One request on its way to the loop's thread, with the place where its outcome is awaited.
struct CurlJob: Sendable {
    /// Names a job within its loop.
    typealias ID = UInt

    let id: ID
    let call: HTTPCall
    let address: HTTPAddress
    let timeLeft: Duration
    let reply: CheckedContinuation<CurlOutcome, Never>
}

/// How one request ended.
struct CurlOutcome: Sendable {
    let result: Result<HTTPAnswer, HTTPTransportError>
    /// How long it took.
    let elapsed: Duration

    /// The outcome of a request that was never handed to libcurl.
    static func notBegun(_ code: HTTPTransportError.Reason, detail: String) -> CurlOutcome {
        CurlOutcome(
            result: .failure(HTTPTransportError(code, mayHaveBeenSent: false, detail: detail)), elapsed: .zero)
    }
}
