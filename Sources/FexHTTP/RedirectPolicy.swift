package import HTTPTypes

/// Which redirects of one call are followed: those of GET and HEAD that stay on the same origin, five of them.
///
/// A redirect elsewhere would hand the call's header fields, the bearer token among them, to another server; one of a
/// POST would send its body twice. Every transport asks here, so that none follows by rules of its own.
package struct RedirectPolicy: Sendable {
    /// The most redirects followed in one call.
    package static let limit = 5

    private let method: HTTPRequest.Method
    private(set) package var address: HTTPAddress
    private var followed = 0

    /// The policy for one call.
    package init(_ method: HTTPRequest.Method, at address: HTTPAddress) {
        self.method = method
        self.address = address
    }

    /// Moves ``address`` on to where the same request has to be sent next, if the response is a redirect.
    ///
    /// - Returns: Whether the request has to be sent again; if not, the response is the answer.
    /// - Throws: ``HTTPTransportError/Reason/redirectedElsewhere`` for a redirect that is not followed.
    package mutating func follows(_ response: HTTPResponse) throws(HTTPTransportError) -> Bool {
        guard [301, 302, 303, 307, 308].contains(response.status.code), let location = response.headerFields[.location]
        else { return false }
        guard method == .get || method == .head else {
            throw refusal("the answer to \(method.rawValue) is a redirect")
        }
        guard let next = address.resolving(location) else {
            throw refusal("redirected to what is no HTTP address")
        }
        guard next.origin == address.origin else {
            throw refusal("redirected from \(address.origin) to \(next.origin)")
        }
        guard followed < RedirectPolicy.limit else {
            throw refusal("redirected more than \(RedirectPolicy.limit) times")
        }
        followed += 1
        address = next
        return true
    }

    /// An error that a later request of the call met, as an error of the whole call: if a redirect was followed, the
    /// server did get the first one.
    package func asErrorOfCall(_ error: HTTPTransportError) -> HTTPTransportError {
        var error = error
        error.mayHaveBeenSent = error.mayHaveBeenSent || followed > 0
        return error
    }

    private func refusal(_ detail: String) -> HTTPTransportError {
        HTTPTransportError(.redirectedElsewhere, mayHaveBeenSent: true, detail: detail)
    }
}
