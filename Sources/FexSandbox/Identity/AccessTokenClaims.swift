import JWTKit

/// What an access token says. Its times are seconds on the sandbox's clock, and are checked against that.
struct AccessTokenClaims: JWTPayload {
    struct RealmAccess: Codable, Hashable {
        var roles: [String]
    }

    var iss: String
    var sub: String
    var azp: String
    var typ = "Bearer"
    var jti: String
    var iat: Int64
    var exp: Int64
    var realmAccess: RealmAccess
    var preferredUsername: String?
    var merchantID: String?
    var counterID: String?
    var walletID: String?

    enum CodingKeys: String, CodingKey {
        case iss, sub, azp, typ, jti, iat, exp
        case realmAccess = "realm_access"
        case preferredUsername = "preferred_username"
        case merchantID = "merchant_id"
        case counterID = "counter_id"
        case walletID = "wallet_id"
    }

    /// The library would compare with the machine's clock; ``TokenAuthority`` compares with the sandbox's.
    func verify(using algorithm: some JWTAlgorithm) {}

    /// Who the token speaks for, or `nil` if its role and claims fit nobody.
    var principal: Principal? {
        if realmAccess.roles.contains("admin") { return .admin }
        if realmAccess.roles.contains("merchant"), let merchantID {
            return .merchant(id: merchantID, counterID: counterID)
        }
        if realmAccess.roles.contains("user"), let walletID { return .wallet(id: walletID) }
        return nil
    }
}
