import CCurl
import FexHTTP

/// What libcurl's error codes mean to a caller.
enum CurlFailure {
    /// The transport's code for a code of libcurl's that is not `CURLE_OK`.
    ///
    /// - Parameters:
    ///   - code: What libcurl says.
    ///   - mayHaveBeenSent: Whether the request was begun to be sent: some codes mean one thing before and another after.
    static func code(for code: CURLcode, mayHaveBeenSent: Bool) -> HTTPTransportError.Reason {
        switch code {
        case CURLE_OPERATION_TIMEDOUT:
            .timedOut
        case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER,
            CURLE_SSL_CACERT_BADFILE, CURLE_SSL_CRL_BADFILE, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_INVALIDCERTSTATUS,
            CURLE_SSL_CLIENTCERT, CURLE_SSL_ENGINE_NOTFOUND,
            CURLE_SSL_ENGINE_SETFAILED, CURLE_SSL_ENGINE_INITFAILED, CURLE_USE_SSL_FAILED:
            .insecure
        case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
            .pinMismatch
        // What libcurl says of a header line longer than the 100 KB it reads.
        case CURLE_OUT_OF_MEMORY where mayHaveBeenSent:
            .bodyTooLarge
        case CURLE_URL_MALFORMAT:
            .invalidCall
        case CURLE_UNSUPPORTED_PROTOCOL where !mayHaveBeenSent:
            .invalidCall
        // After the request libcurl says "unsupported" of an answer that does not begin like HTTP.
        case CURLE_UNSUPPORTED_PROTOCOL, CURLE_WEIRD_SERVER_REPLY, CURLE_BAD_CONTENT_ENCODING:
            .malformedAnswer
        default:
            // All else is the network: before there was a connection, or while it was used.
            mayHaveBeenSent ? .connectionLost : .unreachable
        }
    }

    /// What a code means, without what libcurl quotes of the server.
    ///
    /// - Parameter verification: What became of the check of the certificate, by OpenSSL's number.
    static func text(for code: CURLcode, verification: Int) -> String {
        let text =
            switch (code, verification) {
            // libcurl compares the names itself, and leaves the number as it was (0 or 1).
            case (CURLE_PEER_FAILED_VERIFICATION, 0...1), (CURLE_PEER_FAILED_VERIFICATION, 62...64):
                "its certificate is for another host"
            case (CURLE_PEER_FAILED_VERIFICATION, 9): "its certificate is not valid yet"
            case (CURLE_PEER_FAILED_VERIFICATION, 10): "its certificate has expired"
            case (CURLE_PEER_FAILED_VERIFICATION, 18...21): "nobody who is trusted vouches for its certificate"
            case (CURLE_SSL_CONNECT_ERROR, _): "TLS of version 1.2 or newer could not be agreed on"
            case (CURLE_SSL_PINNEDPUBKEYNOTMATCH, _): "its key is none of those that are pinned"
            default: unsafe curl_easy_strerror(code).map { unsafe String(cString: $0) } ?? "unknown failure"
            }
        return "\(text) (curl \(code.rawValue))"
    }
}
