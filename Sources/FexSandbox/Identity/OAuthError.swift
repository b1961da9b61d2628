import HTTPTypes
import WalletCore

/// A refusal of the token endpoint (RFC 6749, section 5.2).
struct OAuthError: Error, Hashable, Sendable {
    var code: String
    var description: String
    var status: HTTPResponse.Status = .badRequest

    /// The body of the answer.
    var body: JSON { ["error": .string(code), "error_description": .string(description)] }

    static func invalidRequest(_ description: String) -> OAuthError {
        OAuthError(code: "invalid_request", description: description)
    }

    static func invalidGrant(_ description: String) -> OAuthError {
        OAuthError(code: "invalid_grant", description: description)
    }

    static let invalidClient = OAuthError(
        code: "invalid_client", description: "the client is unknown or its secret is wrong", status: .unauthorized)
}
