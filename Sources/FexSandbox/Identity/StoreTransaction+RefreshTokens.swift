import Crypto
import FexValues
import Foundation
import GRDB

/// Refresh tokens with rotation (RFC 9700, section 4.14). The answer to a renewal may be lost, so a token that was rotated
/// gives the same answer for a minute more. One that comes back later has been stolen: the whole family that descends
/// from one login ends.
enum RefreshToken {
    /// Seconds that a refresh token lives.
    static let lifetime: Int64 = 1_800_000
    /// Seconds for which a rotated token gives its answer again, also after a restart: the answer is stored with it.
    static let grace: Int64 = 60

    /// What a call with a token leads to.
    enum Renewal: Sendable {
        /// It was rotated within ``RefreshToken/grace``: the answer that was given then.
        case answered(JSON)
        /// It is the family's current one, and to be replaced.
        case due(AccessGrant, Session)
    }

    /// A new token.
    static func make(from entropy: Entropy) -> String { entropy.secret(byteCount: 32) }
}

extension StoreTransaction {
    /// Issues the first refresh token of a session.
    func issueRefreshToken(for grant: AccessGrant, session: Session) throws -> String {
        let token = RefreshToken.make(from: entropy)
        try insert(token, family: session.id, walletID: grant.walletID)
        return token
    }

    /// What a call with a refresh token leads to. Changes nothing but for a token that comes back too late.
    ///
    /// A refusal is a value, since a token used twice revokes its family and that has to be committed.
    func renewal(with token: String) throws -> Result<RefreshToken.Renewal, OAuthError> {
        guard let row = try row("SELECT * FROM refresh_tokens WHERE token_hash = ?", [hash(token)]),
            let wallet = try wallet(row["wallet_id"])
        else { return .failure(.invalidGrant("the refresh token is unknown")) }
        let (family, state): (String, String) = (row["family"], row["state"])
        let expiry = Timestamp(milliseconds: row["expires_at"])
        if state == "used", let rotated = row.timestamp("rotated_at"), let answer = row["answer"] as String?,
            now < rotated.adding(seconds: RefreshToken.grace)
        {
            return .success(.answered(try JSON(parsing: answer)))
        }
        guard state == "current" else {
            try endSession(family)
            return .failure(.invalidGrant("the refresh token has been used before; log in again"))
        }
        guard now < expiry, let session = try session(family) else {
            return .failure(.invalidGrant("the refresh token has expired"))
        }
        return .success(.due(AccessGrant(wallet, session: session), session))
    }

    /// Exchanges a refresh token for the next one, or repeats the answer that it has been given already.
    ///
    /// - Parameters:
    ///   - next: The token that replaces it; not used where another call was quicker.
    ///   - answer: What that call is answered, kept for ``RefreshToken/grace``.
    func rotateRefreshToken(_ token: String, to next: String, answer: JSON) throws -> Result<JSON, OAuthError> {
        switch try renewal(with: token) {
        case .failure(let error): return .failure(error)
        case .success(.answered(let first)): return .success(first)
        case .success(.due(let grant, let session)):
            try run(
                "UPDATE refresh_tokens SET answer = NULL WHERE answer IS NOT NULL AND rotated_at <= ?",
                [now.adding(seconds: -RefreshToken.grace).milliseconds])
            try run(
                "UPDATE refresh_tokens SET state = 'used', rotated_at = ?, answer = ? WHERE token_hash = ?",
                [now.milliseconds, answer.text, hash(token)])
            try insert(next, family: session.id, walletID: grant.walletID)
            return .success(answer)
        }
    }

    /// The session that a refresh token is of; `nil` for an unknown one.
    func sessionID(ofRefreshToken token: String) throws -> String? {
        try row("SELECT family FROM refresh_tokens WHERE token_hash = ?", [hash(token)])?["family"]
    }

    private func insert(_ token: String, family: String, walletID: String?) throws {
        try run(
            """
            INSERT INTO refresh_tokens (token_hash, family, wallet_id, expires_at, state)
            VALUES (?, ?, ?, ?, 'current')
            """,
            [hash(token), family, walletID, now.adding(seconds: RefreshToken.lifetime).milliseconds])
    }

    private func hash(_ token: String) -> Data { Data(SHA256.hash(data: Data(token.utf8))) }
}
