import FexValues
import GRDB

/// What follows from one login: a family of refresh tokens with the access tokens that were issued beside them.
struct Session: Hashable, Sendable {
    /// The claim `sid` of its access tokens.
    var id: String
    /// When the person proved who they are, however often tokens were renewed since: the claim `auth_time`.
    var authenticatedAt: Timestamp
}

/// A session with its first refresh token.
struct Login: Sendable {
    var grant: AccessGrant
    var refreshToken: String
}

extension StoreTransaction {
    /// Begins a session, and issues its first refresh token.
    ///
    /// - Parameters:
    ///   - id: What the session is to be called; `nil` makes a new name.
    ///   - moment: When the person proved who they are.
    func logIn(_ wallet: Wallet, session id: String? = nil, authenticatedAt moment: Timestamp) throws -> Login {
        let session = Session(id: id ?? entropy.uuid(), authenticatedAt: moment)
        try run(
            "INSERT INTO sessions (id, wallet_id, authenticated_at) VALUES (?, ?, ?)",
            [session.id, wallet.id, moment.milliseconds])
        let grant = AccessGrant(wallet, session: session)
        return Login(grant: grant, refreshToken: try issueRefreshToken(for: grant, session: session))
    }

    /// A session that has not ended.
    func session(_ id: String) throws -> Session? {
        try row("SELECT * FROM sessions WHERE id = ? AND ended_at IS NULL", [id]).map { row in
            Session(id: row["id"], authenticatedAt: Timestamp(milliseconds: row["authenticated_at"]))
        }
    }

    /// Ends a session: its refresh tokens renew nothing, and its access tokens are refused. An unknown one changes nothing.
    func endSession(_ id: String) throws {
        try run("UPDATE sessions SET ended_at = ? WHERE id = ? AND ended_at IS NULL", [now.milliseconds, id])
        try run("UPDATE refresh_tokens SET state = 'revoked', answer = NULL WHERE family = ?", [id])
    }

    /// Notes that a session is a device's: it ends with the device, and with any other that it was used from.
    func tie(session sessionID: String, toDevice deviceID: String) throws {
        try run(
            "INSERT INTO session_devices (session_id, device_id) VALUES (?, ?) ON CONFLICT DO NOTHING",
            [sessionID, deviceID])
    }

    /// Ends the sessions that were used from a device.
    func endSessions(ofDevice deviceID: String) throws {
        for row in try rows("SELECT session_id FROM session_devices WHERE device_id = ?", [deviceID]) {
            try endSession(row["session_id"])
        }
    }
}
