public import FexValues
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

    /// Ends what is under way and every connection, and returns when no thread of the transport works any more. It carries
    /// nothing after that.
    func shutdown() async
}

extension HTTPTransport {
    /// Does nothing, for a transport that has nothing to end.
    public func shutdown() async {}
}

/// One HTTP request with its body and limits.
public struct HTTPCall: Sendable {
    /// The method.
    public var method: HTTPRequest.Method
    /// The whole address, path and query included.
    public var address: HTTPAddress
    /// The header fields, but for those that the transport sets itself: of framing, connection, encodings, and the host.
    public var headerFields: HTTPFields
    /// The body, if the request has one.
    public var body: Data?
    /// What the call may cost.
    public var limits: HTTPLimits
    /// Whether it may leave still: asked by the transport before it sends the request, as late as it can, and again before it
    /// repeats it on another connection. One that may not leave fails with ``HTTPTransportError/Reason/timedOut``.
    public var mayLeave: @Sendable () -> Bool = { true }

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

/// What a server answered, whole: a status of 200 and one of 500 alike.
public struct HTTPAnswer: Sendable {
    /// Status and header fields, as they came.
    public var response: HTTPResponse
    /// The body, decompressed.
    public var body: Data

    /// An answer as a transport gives it.
    ///
    /// - Parameter body: What came, decompressed.
    public init(_ response: HTTPResponse, body: Data = Data()) {
        self.response = response
        self.body = body
    }
}

/// Why there is no whole answer.
///
/// What the call was for isn't known here. Where it may have reached the server, its outcome is said to be unknown even if
/// it could move no money: `PlatformError`, which knows the call, says more.
public struct HTTPTransportError: WalletError, Hashable, Sendable {
    /// What went wrong; the raw value is a name in snake case.
    public struct Reason: RawRepresentable, Hashable, Sendable {
        /// The reason's name.
        public let rawValue: String

        /// A reason by its name: a transport may have further ones than those below.
        public init(rawValue: String) { self.rawValue = rawValue }

        /// No connection: the name did not resolve, the port refused, the network is away.
        public static let unreachable = Reason(rawValue: "unreachable")
        /// A limit of time ran out.
        public static let timedOut = Reason(rawValue: "timed_out")
        /// The connection broke before the answer was whole.
        public static let connectionLost = Reason(rawValue: "connection_lost")
        /// The server's certificate or handshake was not acceptable.
        public static let insecure = Reason(rawValue: "insecure")
        /// The server's certificate holds none of the public keys that its origin is held to.
        public static let pinMismatch = Reason(rawValue: "pin_mismatch")
        /// The server pointed to another origin.
        public static let redirectedElsewhere = Reason(rawValue: "redirected_elsewhere")
        /// The answer was larger than the call allows.
        public static let bodyTooLarge = Reason(rawValue: "body_too_large")
        /// What came back is not HTTP.
        public static let malformedAnswer = Reason(rawValue: "malformed_answer")
        /// The call itself can't be sent: an address or header field that is none.
        public static let invalidCall = Reason(rawValue: "invalid_call")
        /// The calling task was cancelled.
        public static let cancelled = Reason(rawValue: "cancelled")
    }

    /// Which of the reasons it is; transports may have further ones.
    public var reason: Reason
    /// Whether a byte of the request may have reached the server, so that it may have acted on it.
    public var mayHaveBeenSent: Bool
    /// A short text for a log, without address parameters or header fields.
    public var detail: String

    /// The error of a call that a transport gives up.
    ///
    /// - Parameters:
    ///   - mayHaveBeenSent: `false` only where it is certain that no byte of the request has left.
    ///   - detail: A short text for a log, without the address's path and query, and without header fields.
    public init(_ reason: Reason, mayHaveBeenSent: Bool, detail: String) {
        self.reason = reason
        self.mayHaveBeenSent = mayHaveBeenSent
        self.detail = detail
    }

    /// The reason's name: `timed_out`.
    public var code: String { reason.rawValue }

    /// With the same key where the server may have acted on it; never where the call itself can't be sent; else later.
    public var retry: RetryAdvice {
        if reason == .invalidCall { return .never }
        return mayHaveBeenSent ? .sameKey : .later
    }

    /// Unknown where the server may have acted on the call, whatever it was for.
    public var money: MoneyEffect { mayHaveBeenSent ? .unknown : .notMoved }

    /// That there is no answer, and the detail, on one line.
    public var description: String {
        "no answer (\(PlainText.clean(code, limit: 40))): \(PlainText.clean(detail, limit: 200))"
    }
}
