import Foundation
import HTTPTypes

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// An HTTP transport over Foundation's `URLSession`, for Apple's systems.
///
/// ```swift
/// let transport = URLSessionTransport()
/// let answer = try await transport.send(HTTPCall(.get, address))
/// ```
///
/// Connections are kept and used again; cookies, caches and stored credentials are not used. Header fields are
/// counted once they have all come. The limit to connecting is not kept apart: ``HTTPLimits/total`` bounds both, and a
/// call that timed out is always reported as one that may have been sent.
///
/// > Important: On Linux this is for tests alone; use `CurlTransport` there. Foundation's own `URLSession` falls short of
/// > more there, and an answer that breaks off within its head ends the process. `HTTPTransportDifference` in
/// > `WalletTesting` names all of it.
public final class URLSessionTransport: HTTPTransport {
    private let session: URLSession
    private let exchanges = URLSessionExchanges()
    private let clock: any Clock<Duration>

    /// A transport with no connections yet.
    ///
    /// - Parameter clock: By which the total time of a call is measured.
    public init(clock: any Clock<Duration> = ContinuousClock()) {
        let configuration = URLSessionConfiguration.ephemeral
        configuration.httpCookieStorage = nil
        configuration.httpCookieAcceptPolicy = .never
        configuration.httpShouldSetCookies = false
        configuration.urlCache = nil
        configuration.urlCredentialStorage = nil
        configuration.requestCachePolicy = .reloadIgnoringLocalCacheData
        #if canImport(Darwin)
            configuration.tlsMinimumSupportedProtocolVersion = .TLSv12
        #endif
        self.clock = clock
        session = URLSession(configuration: configuration, delegate: exchanges, delegateQueue: nil)
    }

    deinit {
        session.invalidateAndCancel()
    }

    /// Sends a call, follows redirects within its origin, and waits for the whole answer.
    ///
    /// - Throws: ``HTTPTransportError`` when there is no whole answer: also where the call can't be sent as it stands,
    ///   is redirected to another origin, or is cancelled.
    public func send(_ call: HTTPCall) async throws(HTTPTransportError) -> HTTPAnswer {
        try call.check()
        guard !Task.isCancelled else {
            throw HTTPTransportError(.cancelled, mayHaveBeenSent: false, detail: "the task was cancelled")
        }
        return try await withTotalLimit(call.limits.total, at: call.address.origin) {
            () async throws(HTTPTransportError) -> HTTPAnswer in
            try await self.follow(call)
        }
    }

    private func follow(_ call: HTTPCall) async throws(HTTPTransportError) -> HTTPAnswer {
        var redirects = RedirectPolicy(call.method, at: call.address)
        while true {
            switch await perform(call, at: redirects.address) {
            case .success(let answer):
                guard try redirects.follows(answer.response) else { return answer }
            case .failure(let error):
                throw redirects.asErrorOfCall(error)
            }
        }
    }

    private func perform(_ call: HTTPCall, at address: HTTPAddress) async -> Result<HTTPAnswer, HTTPTransportError> {
        guard let request = URLRequest(call, at: address) else {
            return .failure(
                HTTPTransportError(.invalidCall, mayHaveBeenSent: false, detail: "no address that Foundation knows"))
        }
        let task = session.dataTask(with: request)
        return await withTaskCancellationHandler {
            await withCheckedContinuation { reply in
                exchanges.begin(
                    URLSessionExchange(origin: address.origin, bodyLimit: call.limits.bodyBytes, reply: reply), as: task
                )
            }
        } onCancel: {
            exchanges.cancel(task)
        }
    }

    /// Runs an operation, and cancels it when its time is up.
    private func withTotalLimit(
        _ limit: Duration, at origin: HTTPOrigin,
        _ operation: @escaping @Sendable () async throws(HTTPTransportError) -> HTTPAnswer
    ) async throws(HTTPTransportError) -> HTTPAnswer {
        typealias Ending = Result<HTTPAnswer, HTTPTransportError>
        let clock = clock
        let ending = await withTaskGroup(of: Ending?.self) { group -> Ending? in
            group.addTask {
                do throws(HTTPTransportError) {
                    return .success(try await operation())
                } catch {
                    return .failure(error)
                }
            }
            group.addTask {
                do {
                    try await clock.sleep(for: limit)
                    return .failure(
                        HTTPTransportError(.timedOut, mayHaveBeenSent: true, detail: "\(origin): the time is up"))
                } catch {
                    // Cancelled, because there is an answer or because nobody waits for one any more.
                    return nil
                }
            }
            while let ending = await group.next() {
                guard let ending else { continue }
                group.cancelAll()
                return ending
            }
            return nil
        }
        guard let ending else {
            throw HTTPTransportError(.cancelled, mayHaveBeenSent: true, detail: "\(origin): the task was cancelled")
        }
        return try ending.get()
    }
}

extension URLRequest {
    fileprivate init?(_ call: HTTPCall, at address: HTTPAddress) {
        guard let url = URL(string: address.description) else { return nil }
        self.init(url: url)
        httpMethod = call.method.rawValue
        httpBody = call.body
        for field in call.headerFields {
            addValue(field.value, forHTTPHeaderField: field.name.rawName)
        }
        httpShouldHandleCookies = false
        // Only a second line of defence: it counts from the last byte that came, and on Linux in whole seconds.
        timeoutInterval = TimeInterval(call.limits.total.components.seconds) + 2
    }
}
