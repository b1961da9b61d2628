public import FexHTTP
import HTTPTypes

/// An HTTP transport over libcurl, for systems without Apple's networking.
///
/// ```swift
/// let transport = CurlTransport()
/// let answer = try await transport.send(HTTPCall(.get, address))
/// ```
///
/// Connections are kept and used again by later calls; where the server speaks HTTP/2 over TLS, calls under way at the
/// same time share one that stands. One thread carries all calls; it is started by the first of them, and ends with ``shutdown()`` or when
/// the transport is no longer held.
///
/// - Proxies named by the environment (`https_proxy`, `http_proxy`, `no_proxy`, …) are used, except to this machine
///   itself. Header fields of a call over TLS never reach them.
/// - TLS is 1.2 or newer. `SSLKEYLOGFILE` has no effect.
/// - Cookies, `.netrc`, HSTS files and alternative services are not used.
/// - libcurl sends a request a second time if a kept connection turns out dead before a byte of an answer came. The
///   server may have received both. That is let happen only to calls that bear it: by their method, or because they
///   hold an `Idempotency-Key`. Any other fails with ``/FexHTTP/HTTPTransportError/Reason/connectionLost``.
public final class CurlTransport: HTTPTransport {
    private let loop: CurlLoop

    /// A transport with no connections yet.
    ///
    /// - Parameter certificateAuthorities: The path of a PEM file with certificates to trust as issuers beside those of
    ///   libcurl's certificate directory, for a deployment with an authority of its own. A file that can't be read makes
    ///   every TLS call fail with ``/FexHTTP/HTTPTransportError/Reason/insecure``.
    public convenience init(certificateAuthorities: String? = nil) {
        self.init(trust: TLSTrust(authorities: certificateAuthorities))
    }

    /// A transport with no connections yet, that trusts whom it is told to.
    public init(trust: TLSTrust) {
        loop = CurlLoop(trust: trust)
    }

    deinit {
        loop.stop()
    }

    /// How many of libcurl's easy handles exist: one for each call under way.
    package var liveHandles: Int { loop.liveHandles.count }

    /// Sends a call, follows redirects within its origin, and waits for the whole answer.
    ///
    /// - Throws: ``/FexHTTP/HTTPTransportError`` when there is no whole answer: also where the call can't be sent as it
    ///   stands, is redirected to another origin, or is cancelled, by its task or by ``shutdown()``.
    public func send(_ call: HTTPCall) async throws(HTTPTransportError) -> HTTPAnswer {
        try call.check()
        var redirects = RedirectPolicy(call.method, at: call.address)
        var timeLeft = call.limits.total
        while true {
            let outcome = await loop.perform(call, at: redirects.address, within: timeLeft)
            switch outcome.result {
            case .success(let answer):
                guard try redirects.follows(answer.response) else { return answer }
                timeLeft -= outcome.elapsed
            case .failure(let error):
                throw redirects.asErrorOfCall(error)
            }
        }
    }

    /// Ends the thread, closes all connections, and returns when everything is freed.
    ///
    /// Calls under way, and any made later, fail with ``/FexHTTP/HTTPTransportError/Reason/cancelled``.
    public func shutdown() async {
        await loop.shutdown()
    }
}
