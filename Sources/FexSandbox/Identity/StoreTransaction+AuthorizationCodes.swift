import Crypto
import FexValues
import Foundation
import GRDB

/// How an authorization code is handed out and taken back (RFC 6749, section 4.1; RFC 7636).
enum AuthorizationCode {
    /// Seconds that an app has to exchange it.
    static let lifetime: Int64 = 60
}

extension StoreTransaction {
    /// Issues a code for a request that a person has just allowed.
    func issueAuthorizationCode(for request: AuthorizationRequest, walletID: String) throws -> String {
        let code = entropy.secret(byteCount: 32)
        try run(
            """
            INSERT INTO authorization_codes (code_hash, wallet_id, redirect_uri, code_challenge, family, expires_at,
              authenticated_at, scope, nonce)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                hash(code), walletID, request.redirectURI, request.codeChallenge, entropy.uuid(),
                now.adding(seconds: AuthorizationCode.lifetime).milliseconds, now.milliseconds, request.scope,
                request.nonce,
            ])
        return code
    }

    /// Exchanges a code, once.
    ///
    /// A refusal is a value: a code that comes a second time has leaked, so what was issued for it ends, and that has to
    /// be committed.
    ///
    /// - Parameter verifier: What the challenge is the hash of.
    func redeemAuthorizationCode(
        _ code: String, redirectURI: String, verifier: String
    ) throws -> Result<(login: Login, identity: IdentityRequest?), OAuthError> {
        guard let row = try row("SELECT * FROM authorization_codes WHERE code_hash = ?", [hash(code)]),
            let wallet = try wallet(row["wallet_id"])
        else { return .failure(.invalidGrant("the code is unknown")) }
        let (family, isUsed): (String, Bool) = (row["family"], row["is_used"])
        guard !isUsed else {
            try endSession(family)
            return .failure(.invalidGrant("the code has been used before; log in again"))
        }
        // Used up by the attempt, right or wrong: nobody gets to guess a verifier twice.
        try run("UPDATE authorization_codes SET is_used = 1 WHERE code_hash = ?", [hash(code)])
        guard now.milliseconds < row["expires_at"] else { return .failure(.invalidGrant("the code has expired")) }
        guard row["redirect_uri"] == redirectURI else {
            return .failure(.invalidGrant("the redirect_uri is another than the code was sent to"))
        }
        guard row["code_challenge"] == Data(hash(verifier)).base64URL else {
            return .failure(.invalidGrant("the code_verifier does not fit the challenge"))
        }
        let login = try logIn(
            wallet, session: family, authenticatedAt: Timestamp(milliseconds: row["authenticated_at"]))
        return .success((login, IdentityRequest(scope: row["scope"], nonce: row["nonce"])))
    }

    private func hash(_ code: String) -> Data { Data(SHA256.hash(data: Data(code.utf8))) }
}
