import Crypto
import Foundation
import GRDB

/// Refresh tokens with rotation (RFC 9700, section 4.14): each is good for once. One that comes back after its use has
/// been stolen, or its answer was lost; either way the whole family that descends from one login ends.
enum RefreshToken {
    /// Seconds that a refresh token lives.
    static let lifetime: Int64 = 1_800_000
}

extension StoreTransaction {
    /// Issues the first refresh token of a login, or a further one of its family.
    func issueRefreshToken(walletID: String, family: String? = nil) throws -> String {
        let token = entropy.secret(byteCount: 32)
        try run(
            """
            INSERT INTO refresh_tokens (token_hash, family, wallet_id, expires_at, state)
            VALUES (?, ?, ?, ?, 'current')
            """,
            [
                hash(token), family ?? entropy.uuid(), walletID,
                now.adding(seconds: RefreshToken.lifetime).milliseconds,
            ])
        return token
    }

    /// Exchanges a refresh token for the next one.
    ///
    /// A refusal is a value, since a token used twice revokes its family and that has to be committed.
    func rotateRefreshToken(_ token: String) throws -> Result<(grant: AccessGrant, next: String), OAuthError> {
        guard let row = try row("SELECT * FROM refresh_tokens WHERE token_hash = ?", [hash(token)]),
            let wallet = try wallet(row["wallet_id"])
        else { return .failure(.invalidGrant("the refresh token is unknown")) }
        let (family, state): (String, String) = (row["family"], row["state"])
        let expiry = Timestamp(milliseconds: row["expires_at"])
        guard state == "current" else {
            try run("UPDATE refresh_tokens SET state = 'revoked' WHERE family = ?", [family])
            return .failure(.invalidGrant("the refresh token has been used before; log in again"))
        }
        guard now < expiry else { return .failure(.invalidGrant("the refresh token has expired")) }
        try run("UPDATE refresh_tokens SET state = 'used' WHERE token_hash = ?", [hash(token)])
        return .success((AccessGrant(wallet), try issueRefreshToken(walletID: wallet.id, family: family)))
    }

    private func hash(_ token: String) -> Data { Data(SHA256.hash(data: Data(token.utf8))) }
}
