import FexValues

/// What the identity provider itself refused, in the form of RFC 6749, section 5.2.
///
/// A gateway's 4xx, whatever is in it, is none: nothing is believed for having answered.
struct OAuthRefusal: Error, Hashable, Sendable {
    /// The codes of RFC 6749, section 5.2, of RFC 8628, section 3.5, and of RFC 9449, sections 5 and 8.
    enum Code: String, Hashable, Sendable {
        case invalidRequest = "invalid_request"
        case invalidClient = "invalid_client"
        case invalidGrant = "invalid_grant"
        case unauthorizedClient = "unauthorized_client"
        case unsupportedGrantType = "unsupported_grant_type"
        case invalidScope = "invalid_scope"
        case authorizationPending = "authorization_pending"
        case slowDown = "slow_down"
        case accessDenied = "access_denied"
        case expiredToken = "expired_token"
        case invalidProof = "invalid_dpop_proof"
        case nonceWanted = "use_dpop_nonce"
    }

    /// Why it refused.
    var code: Code
    /// The HTTP status: 400, or 401.
    var status: Int
    /// Its sentence, made safe for a terminal; the code where it gave none.
    var message: String

    /// Whether the session that was to be renewed is over.
    var endsSession: Bool {
        switch (code, status) {
        case (.invalidGrant, 400), (.invalidClient, 400), (.invalidClient, 401): true
        default: false
        }
    }
}

extension OAuthRefusal {
    /// The refusal in an answer to a call for tokens; `nil` if the answer can't be the identity provider's.
    init?(_ refusal: PlatformError.Refusal) {
        guard [400, 401].contains(refusal.status), let fields = try? JSONFields(refusal.document, at: ""),
            // The platform's own errors have `success`, and in `error` a sentence.
            fields.object.count(of: "success") == 0,
            let code = (try? fields.string("error")).flatMap(Code.init)
        else { return nil }
        self.init(code: code, status: refusal.status, message: refusal.message)
    }
}

extension PlatformError {
    /// The error of a renewal that brought no tokens, and no end of the session either.
    init(noTokensFor refusal: OAuthRefusal) {
        self.init(.malformed("HTTP \(refusal.status) and \(refusal.code.rawValue) where tokens were to be renewed"))
    }
}
