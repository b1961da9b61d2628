import Crypto
import FexValues
import Foundation
import JWTKit
import Synchronization

/// Issues access tokens and checks those that calls bring.
final class TokenAuthority: Sendable {
    /// Seconds that an access token lives, as published.
    static let lifetime: Int64 = 300

    private struct Known {
        var principal: Principal
        var expiry: Int64
    }

    private let keys = JWTKeyCollection()
    private let key: SigningKey
    private let clock: SandboxClock
    private let entropy: Entropy
    /// Checking a signature costs much more than a hash: tokens found good are known until they expire.
    private let known = Mutex<[SHA256Digest: Known]>([:])

    init(key: SigningKey, clock: SandboxClock, entropy: Entropy) async {
        self.key = key
        self.clock = clock
        self.entropy = entropy
        await keys.add(rsa: key.key, digestAlgorithm: .sha256, kid: JWKIdentifier(string: key.id))
    }

    /// The public keys that tokens can be checked with.
    func keySet() throws -> JSON { try key.keySet() }

    /// Signs a token.
    func issue(_ grant: AccessGrant, issuer: String) async throws -> String {
        let now = clock.now.seconds
        let claims = AccessTokenClaims(
            iss: issuer, sub: grant.subject, azp: grant.clientID, jti: entropy.uuid(), iat: now,
            exp: now + TokenAuthority.lifetime, realmAccess: .init(roles: [grant.role]),
            preferredUsername: grant.username, merchantID: grant.merchantID, counterID: grant.counterID,
            walletID: grant.walletID, sid: grant.session?.id, authTime: grant.session?.authenticatedAt.seconds)
        return try await keys.sign(claims, kid: JWKIdentifier(string: key.id))
    }

    /// Signs a token that tells a client who logged in.
    func issueIdentity(of grant: AccessGrant, for request: IdentityRequest, issuer: String) async throws -> String {
        let now = clock.now.seconds
        let claims = IdentityTokenClaims(
            iss: issuer, sub: grant.subject, aud: grant.clientID, azp: grant.clientID, jti: entropy.uuid(), iat: now,
            exp: now + TokenAuthority.lifetime, nonce: request.nonce, sid: grant.session?.id,
            authTime: grant.session?.authenticatedAt.seconds, preferredUsername: grant.username)
        return try await keys.sign(claims, kid: JWKIdentifier(string: key.id))
    }

    /// Who a token speaks for.
    ///
    /// - Throws: ``PlatformError`` 401 for a token that is malformed, of another issuer, for somebody else, signed otherwise,
    ///   expired or not yet valid; 403 for one whose roles allow nothing.
    func verify(_ token: String, issuer: String) async throws(PlatformError) -> Principal {
        let hash = SHA256.hash(data: Data(token.utf8))
        let now = clock.now.seconds
        if let found = known.withLock({ $0[hash] }) {
            guard now < found.expiry else { throw .unauthorized("the access token has expired") }
            return found.principal
        }
        guard hasOurHeader(token), let claims = try? await keys.verify(token, as: AccessTokenClaims.self),
            claims.iss == issuer, claims.aud == AccessTokenClaims.audience, claims.typ == "Bearer"
        else { throw .unauthorized("the access token is not valid") }
        guard now < claims.exp else { throw .unauthorized("the access token has expired") }
        guard max(claims.iat, claims.nbf ?? 0) <= now else { throw .unauthorized("the access token is not yet valid") }
        let principal = try claims.principal()
        known.withLock { known in
            if known.count >= 10_000 { known = known.filter { now < $0.value.expiry } }
            if known.count >= 10_000 { known = [:] }
            known[hash] = Known(principal: principal, expiry: claims.exp)
        }
        return principal
    }

    /// The session of a person's access token; `nil` for a token that is none, is another's, or has expired.
    func sessionID(of token: String, issuer: String) async -> String? {
        guard case .wallet(_, let sessionID)? = try? await verify(token, issuer: issuer) else { return nil }
        return sessionID
    }

    /// Whether a token's header names our one algorithm and our one key. It never chooses how it is checked.
    private func hasOurHeader(_ token: String) -> Bool {
        guard let part = token.split(separator: ".", omittingEmptySubsequences: false).first,
            let data = Data(base64URL: String(part)), let header = try? JSON(parsing: data)
        else { return false }
        return header["alg"] == "RS256" && header["kid"] == .string(key.id) && header["crit"] == nil
    }
}
