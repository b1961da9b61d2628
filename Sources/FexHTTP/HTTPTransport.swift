public import Foundation
public import HTTPTypes

/// Carries one HTTP call and brings its answer; knows nothing of payments.
///
/// Implementations never follow a redirect to another origin, verify certificates, bound time and size as the call asks,
/// and free everything when the calling task is cancelled. `HTTPTransportContract` in `WalletTesting` is the suite each of
/// them passes.
public protocol HTTPTransport: Sendable {
    /// Sends a call and waits for the whole answer.
    ///
    /// - Returns: Whatever the server answered, also 4xx and 5xx.
    /// - Throws: ``HTTPTransportError`` when there is no whole answer.
    func send(_ call: HTTPCall) async throws(HTTPTransportError) -> HTTPAnswer
}

/// One HTTP request with its body and limits.
public struct HTTPCall: Sendable {
    /// The method.
    public var method: HTTPRequest.Method
    /// Where it goes.
    public var address: HTTPAddress
    /// The header fields, but for those that the transport sets itself: of framing, connection, encodings, and the host.
    public var headerFields: HTTPFields
    /// The body, if the request has one.
    public var body: Data?
    /// What the call may cost.
    public var limits: HTTPLimits

    /// A call; nothing is sent before it is given to a transport.
    public init(
        _ method: HTTPRequest.Method = .get, _ address: HTTPAddress, _ headerFields: HTTPFields = [:],
        body: Data? = nil, limits: HTTPLimits = HTTPLimits()
    ) {
        self.method = method
        self.address = address
        self.headerFields = headerFields
        self.body = body
        self.limits = limits
    }
}

/// What one call may cost in time and memory.
public struct HTTPLimits: Hashable, Sendable {
    /// The longest that name look-up, connecting and the TLS handshake may take together.
    public var connect: Duration
    /// The longest that the whole call may take.
    public var total: Duration
    /// The largest body accepted, in bytes after decompression.
    public var bodyBytes: Int

    /// Limits; by default 10 seconds to connect, 30 in all, 4 MiB.
    public init(connect: Duration = .seconds(10), total: Duration = .seconds(30), bodyBytes: Int = 4 << 20) {
        self.connect = connect
        self.total = total
        self.bodyBytes = bodyBytes
    }
}

/// A whole answer.
public struct HTTPAnswer: Sendable {
    /// Status and header fields.
    public var response: HTTPResponse
    /// The body, decompressed.
    public var body: Data

    /// An answer.
    public init(_ response: HTTPResponse, body: Data = Data()) {
        self.response = response
        self.body = body
    }
}

/// Why there is no whole answer.
public struct HTTPTransportError: Error, Hashable, Sendable {
    /// What went wrong.
    public enum Code: Hashable, Sendable {
        /// No connection: the name did not resolve, the port refused, the network is away.
        case unreachable
        /// A limit of time ran out.
        case timedOut
        /// The connection broke before the answer was whole.
        case connectionLost
        /// The server's certificate or handshake was not acceptable.
        case insecure
        /// The server pointed to another origin.
        case redirectedElsewhere
        /// The answer was larger than the call allows.
        case bodyTooLarge
        /// What came back is not HTTP.
        case malformedAnswer
        /// The call itself can't be sent: an address or header field that is none.
        case invalidCall
        /// The calling task was cancelled.
        case cancelled
    }

    /// What went wrong.
    public var code: Code
    /// Whether a byte of the request may have reached the server, so that it may have acted on it.
    public var mayHaveBeenSent: Bool
    /// A short text for a log, without address parameters or header fields.
    public var detail: String

    /// An error.
    public init(_ code: Code, mayHaveBeenSent: Bool, detail: String) {
        self.code = code
        self.mayHaveBeenSent = mayHaveBeenSent
        self.detail = detail
    }
}
