import FexValues
import HTTPTypes

/// A refusal of the token endpoint (RFC 6749, section 5.2).
struct OAuthError: Error, Hashable, Sendable {
    var code: String
    var description: String
    var status: HTTPResponse.Status = .badRequest
    /// Seconds after which it may be tried again, if that is known.
    var retryAfter: Int64?

    /// The body of the answer.
    var body: JSON { ["error": .string(code), "error_description": .string(description)] }

    static func invalidRequest(_ description: String) -> OAuthError {
        OAuthError(code: "invalid_request", description: description)
    }

    static func invalidGrant(_ description: String) -> OAuthError {
        OAuthError(code: "invalid_grant", description: description)
    }

    /// 429: it has been tried too often. No error code is registered for it; this one is known to who polls.
    static func tooMany(_ description: String, wait seconds: Int64) -> OAuthError {
        OAuthError(code: "slow_down", description: description, status: .tooManyRequests, retryAfter: seconds)
    }

    // The answers to a device that polls (RFC 8628, section 3.5).
    static let authorizationPending = OAuthError(
        code: "authorization_pending", description: "nobody has allowed or denied it yet")
    static let slowDown = OAuthError(code: "slow_down", description: "wait five seconds longer between polls")
    static let expiredToken = OAuthError(code: "expired_token", description: "the code has expired; begin again")
    static let accessDenied = OAuthError(code: "access_denied", description: "the login was denied")

    static let invalidClient = OAuthError(
        code: "invalid_client", description: "the client is unknown or its secret is wrong", status: .unauthorized)
}
