import Crypto
import FexValues
import Foundation
import GRDB

/// A nonce that a new device's key signs, once, in the session that asked for it.
struct DeviceChallenge: Hashable, Sendable {
    var nonce: String
    var issuedAt: Timestamp

    /// Seconds that it is good for.
    static let lifetime: Int64 = 300
    /// How many a session may have open; with one more the oldest is forgotten.
    static let most = 16

    /// When it ends.
    var expiresAt: Timestamp { issuedAt.adding(seconds: DeviceChallenge.lifetime) }
}

extension StoreTransaction {
    /// Gives out a nonce.
    func issueDeviceChallenge(sessionID: String) throws -> DeviceChallenge {
        try run(
            "DELETE FROM device_challenges WHERE issued_at <= ?",
            [now.adding(seconds: -DeviceChallenge.lifetime).milliseconds])
        try run(
            """
            DELETE FROM device_challenges WHERE session_id = ?1 AND position <=
              (SELECT position FROM device_challenges WHERE session_id = ?1 ORDER BY position DESC LIMIT 1 OFFSET ?2)
            """,
            [sessionID, DeviceChallenge.most - 1])
        let challenge = DeviceChallenge(nonce: entropy.secret(byteCount: 32), issuedAt: now)
        try run(
            "INSERT INTO device_challenges (nonce_hash, session_id, issued_at) VALUES (?, ?, ?)",
            [hash(challenge.nonce), sessionID, now.milliseconds])
        return challenge
    }

    /// Uses a nonce up.
    ///
    /// - Returns: What it was given out with; `nil` where it is unknown, of another session, used or has expired.
    func takeDeviceChallenge(_ nonce: String, sessionID: String) throws -> DeviceChallenge? {
        guard
            let row = try row(
                "SELECT * FROM device_challenges WHERE nonce_hash = ? AND session_id = ?", [hash(nonce), sessionID])
        else { return nil }
        try run("DELETE FROM device_challenges WHERE nonce_hash = ?", [hash(nonce)])
        let challenge = DeviceChallenge(nonce: nonce, issuedAt: Timestamp(milliseconds: row["issued_at"]))
        return now < challenge.expiresAt ? challenge : nil
    }

    private func hash(_ nonce: String) -> Data { Data(SHA256.hash(data: Data(nonce.utf8))) }
}
