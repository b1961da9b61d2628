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
            CURLE_SSL_CACERT_BADFILE, CURLE_SSL_CRL_BADFILE, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_PINNEDPUBKEYNOTMATCH,
            CURLE_SSL_INVALIDCERTSTATUS, CURLE_SSL_CLIENTCERT, CURLE_SSL_ENGINE_NOTFOUND,
            CURLE_SSL_ENGINE_SETFAILED, CURLE_SSL_ENGINE_INITFAILED, CURLE_USE_SSL_FAILED:
            .insecure
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

    /// libcurl's fixed text for a code. (Its longer texts quote the server.)
    static func text(for code: CURLcode) -> String {
        let text = unsafe curl_easy_strerror(code).map { unsafe String(cString: $0) } ?? "unknown failure"
        return "\(text) (curl \(code.rawValue))"
    }
}
