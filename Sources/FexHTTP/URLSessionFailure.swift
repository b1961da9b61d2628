import Foundation

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// What `URLSession`'s errors mean to a caller.
enum URLSessionFailure {
    /// The transport's error for one of `URLSession`'s.
    ///
    /// - Parameter hasSent: Whether the session knows of bytes that it sent or received.
    static func error(for error: any Error, hasSent: Bool, at origin: HTTPOrigin) -> HTTPTransportError {
        let code = (error as? URLError)?.code ?? .unknown
        let (meaning, mayHaveBeenSent) = meaning(of: code)
        // Its own texts hold the address with the query.
        return HTTPTransportError(
            meaning, mayHaveBeenSent: mayHaveBeenSent || hasSent, detail: "\(origin): URLSession \(code.rawValue)")
    }

    private static func meaning(of code: URLError.Code) -> (HTTPTransportError.Reason, mayHaveBeenSent: Bool) {
        #if canImport(FoundationNetworking)
            // On Linux these mean something else: libcurl got nothing at all, and libcurl got what does not begin
            // like HTTP. (The address is known to be one of HTTP.)
            if code == .badServerResponse { return (.connectionLost, true) }
            if code == .unsupportedURL { return (.malformedAnswer, true) }
        #endif
        return switch code {
        case .cancelled:
            (.cancelled, true)
        case .timedOut:
            (.timedOut, true)
        case .cannotFindHost, .dnsLookupFailed, .cannotConnectToHost, .notConnectedToInternet, .dataNotAllowed,
            .internationalRoamingOff, .callIsActive:
            (.unreachable, false)
        case .secureConnectionFailed, .serverCertificateHasBadDate, .serverCertificateUntrusted,
            .serverCertificateHasUnknownRoot, .serverCertificateNotYetValid, .clientCertificateRejected,
            .clientCertificateRequired, .appTransportSecurityRequiresSecureConnection:
            (.insecure, false)
        case .badURL, .unsupportedURL:
            (.invalidCall, false)
        case .badServerResponse, .cannotParseResponse, .cannotDecodeRawData, .cannotDecodeContentData:
            (.malformedAnswer, true)
        case .dataLengthExceedsMaximum:
            (.bodyTooLarge, true)
        case .httpTooManyRedirects, .redirectToNonExistentLocation:
            (.redirectedElsewhere, true)
        default:
            (.connectionLost, true)
        }
    }
}
