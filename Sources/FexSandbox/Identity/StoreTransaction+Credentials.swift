import Crypto
import Foundation
import GRDB

/// The credentials of the platform itself.
struct AdminClient: Hashable, Sendable {
    var clientID: String
    var clientSecret: String
}

extension StoreTransaction {
    /// Makes the platform's own client.
    func createAdminClient() throws {
        try run(
            "INSERT INTO clients (client_id, client_secret, role) VALUES ('platform-admin', ?, 'admin')",
            [entropy.secret()])
    }

    /// The platform's own client.
    func adminClient() throws -> AdminClient {
        guard let row = try row("SELECT * FROM clients WHERE role = 'admin'") else {
            throw DatabaseError(message: "there is no admin client")
        }
        return AdminClient(clientID: row["client_id"], clientSecret: row["client_secret"])
    }

    /// What a machine with a secret may do.
    ///
    /// - Throws: ``OAuthError`` for an unknown client, another secret, a revoked client.
    func grant(clientID: String, clientSecret: String) throws -> AccessGrant {
        guard let row = try row("SELECT * FROM clients WHERE client_id = ? AND is_active", [clientID]),
            isEqual(row["client_secret"], clientSecret)
        else { throw OAuthError.invalidClient }
        if let counterID: String = row["counter_id"], try !isActive(counterID: counterID) {
            throw OAuthError.invalidClient
        }
        return AccessGrant(
            clientID: clientID, role: row["role"], merchantID: row["merchant_id"], counterID: row["counter_id"])
    }

    /// Whether a counter exists and is active.
    func isActive(counterID: String) throws -> Bool {
        try count("SELECT COUNT(*) FROM counters WHERE id = ? AND status = 'active'", [counterID]) == 1
    }

    /// The wallet of a person with a password.
    ///
    /// - Throws: ``OAuthError`` `invalid_grant`, or 429 after too many wrong passwords.
    func wallet(username: String, password: String) throws -> Wallet {
        let subject = GuessLimiter.Subject.password(username: username)
        try guesses.require(fewOf: subject, at: now)
        guard let wallet = try wallet(username: username), isEqual(wallet.password, password),
            try isOnFile(walletID: wallet.id)
        else {
            guesses.note(wrong: subject, at: now)
            throw OAuthError.invalidGrant("the user name or the password is wrong")
        }
        guesses.forget(subject)
        return wallet
    }

    /// Compares hashes, so that the time it takes tells nothing of the secret.
    private func isEqual(_ stored: String, _ given: String) -> Bool {
        SHA256.hash(data: Data(stored.utf8)) == SHA256.hash(data: Data(given.utf8))
    }
}
