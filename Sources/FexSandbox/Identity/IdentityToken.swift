import JWTKit

/// That a client wants to be told who logged in (OpenID Connect Core, section 3.1.2.1).
struct IdentityRequest: Hashable, Sendable {
    /// What the token has to repeat.
    var nonce: String?

    /// Reads what was asked for; `nil` where the scope lacks `openid`.
    init?(scope: String?, nonce: String?) {
        guard scope?.split(separator: " ").contains("openid") == true else { return nil }
        self.nonce = nonce
    }
}

/// What an identity token says (OpenID Connect Core, section 2). It is for the client, and no access token: its audience is
/// another.
struct IdentityTokenClaims: JWTPayload {
    var iss: String
    var sub: String
    var aud: String
    var azp: String
    var typ = "ID"
    var jti: String
    var iat: Int64
    var exp: Int64
    var nonce: String?
    var sid: String?
    var authTime: Int64?
    var preferredUsername: String?

    enum CodingKeys: String, CodingKey {
        case iss, sub, aud, azp, typ, jti, iat, exp, nonce, sid
        case authTime = "auth_time"
        case preferredUsername = "preferred_username"
    }

    /// Nobody here takes one back.
    func verify(using algorithm: some JWTAlgorithm) {}
}
