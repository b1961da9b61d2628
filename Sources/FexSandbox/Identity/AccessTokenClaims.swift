import JWTKit

/// What an access token says. Its times are seconds on the sandbox's clock, and are checked against that.
struct AccessTokenClaims: JWTPayload {
    struct RealmAccess: Codable, Hashable {
        var roles: [String]
    }

    var iss: String
    /// Whom the token is for. The realm's key also signs tokens for other audiences, which are refused here.
    var aud = AccessTokenClaims.audience
    var sub: String
    var azp: String
    var typ = "Bearer"
    var jti: String
    var iat: Int64
    /// Seconds before which the token is not valid yet (`nbf`), if it has that claim.
    var nbf: Int64?
    var exp: Int64
    var realmAccess: RealmAccess
    var preferredUsername: String?
    var merchantID: String?
    var counterID: String?
    var walletID: String?
    /// The session of a person's token.
    var sid: String?
    /// Seconds at which the person proved who they are (`auth_time`).
    var authTime: Int64?

    enum CodingKeys: String, CodingKey {
        case iss, aud, sub, azp, typ, jti, iat, nbf, exp, sid
        case realmAccess = "realm_access"
        case preferredUsername = "preferred_username"
        case merchantID = "merchant_id"
        case counterID = "counter_id"
        case walletID = "wallet_id"
        case authTime = "auth_time"
    }

    /// The library would compare with the machine's clock; ``TokenAuthority`` compares with the sandbox's.
    func verify(using algorithm: some JWTAlgorithm) {}

    /// The platform's own name in `aud`.
    static let audience = "payment-platform"

    /// Who the token speaks for.
    ///
    /// - Throws: ``PlatformError`` 401 where the claim that goes with the role is missing, 403 for roles that may do
    ///   nothing here.
    func principal() throws(PlatformError) -> Principal {
        if realmAccess.roles.contains("admin") { return .admin }
        if realmAccess.roles.contains("merchant") {
            guard let merchantID else { throw .unauthorized("the access token is not valid") }
            return .merchant(id: merchantID, counterID: counterID)
        }
        if realmAccess.roles.contains("user") {
            guard let walletID, let sid else { throw .unauthorized("the access token is not valid") }
            return .wallet(id: walletID, sessionID: sid)
        }
        throw .forbidden("the access token's roles allow nothing here")
    }
}
