public import FexHTTP
import HTTPTypes
import Synchronization
import WalletCore

/// An HTTP transport without a network: a closure plays the server.
///
/// It refuses, redirects, bounds and cancels as the real ones do; of time it knows only what the closure makes of it.
///
/// ```swift
/// let transport = InMemoryHTTPTransport { call in
///     HTTPAnswer(HTTPResponse(status: call.address.target == "/wallet" ? .ok : .notFound))
/// }
/// ```
public final class InMemoryHTTPTransport: HTTPTransport {
    /// Plays the server: answers a request, or says how it failed.
    public typealias Handler = @Sendable (HTTPCall) async throws(HTTPTransportError) -> HTTPAnswer

    private let handler: Handler
    private let recorded = Mutex<[HTTPCall]>([])

    /// A transport that hands every request to a closure.
    public init(_ handler: @escaping Handler) {
        self.handler = handler
    }

    /// The requests that reached the closure so far, those after a redirect among them, in their order.
    public var calls: [HTTPCall] { recorded.withLock { $0 } }

    /// Hands a call to the closure, and its redirects; every failure is the closure's, or one that the call asks for.
    public func send(_ call: HTTPCall) async throws(HTTPTransportError) -> HTTPAnswer {
        try call.check()
        var redirects = RedirectPolicy(call.method, at: call.address)
        guard !Task.isCancelled else { throw .cancelled(mayHaveBeenSent: false) }
        var call = call
        while true {
            call.address = redirects.address
            recorded.withLock { $0.append(call) }
            let answer: HTTPAnswer
            do {
                answer = try await handler(call)
            } catch {
                throw redirects.asErrorOfCall(error)
            }
            guard !Task.isCancelled else { throw .cancelled(mayHaveBeenSent: true) }
            guard try redirects.follows(answer.response) else { return try checked(answer, for: call) }
        }
    }

    private func checked(_ answer: HTTPAnswer, for call: HTTPCall) throws(HTTPTransportError) -> HTTPAnswer {
        guard call.method != .head else { return HTTPAnswer(answer.response) }
        guard answer.body.count <= call.limits.bodyBytes else {
            throw HTTPTransportError(.bodyTooLarge, mayHaveBeenSent: true, detail: "the body is larger than allowed")
        }
        return answer
    }
}

extension HTTPTransportError {
    fileprivate static func cancelled(mayHaveBeenSent: Bool) -> HTTPTransportError {
        HTTPTransportError(.cancelled, mayHaveBeenSent: mayHaveBeenSent, detail: "the task was cancelled")
    }
}
