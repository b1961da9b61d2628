import Crypto
import FexValues
import Foundation
import GRDB

/// A login that waits for a person elsewhere to allow it (RFC 8628).
struct DeviceAuthorization: Hashable, Sendable {
    var deviceCode: String
    var userCode: UserCode

    /// Seconds that a person has.
    static let lifetime: Int64 = 600
    /// Seconds between two polls, at first.
    static let interval: Int64 = 5
    /// Seconds that the interval grows by each time a device is too eager (section 3.5).
    static let slowDown: Int64 = 5
    /// Milliseconds that a poll may be early: two machines' timers never agree.
    static let tolerance: Int64 = 500
}

extension StoreTransaction {
    /// Begins a login of a device.
    func beginDeviceAuthorization() throws -> DeviceAuthorization {
        try run("DELETE FROM device_authorizations WHERE expires_at < ?", [now.adding(seconds: -3600).milliseconds])
        var userCode = UserCode(from: entropy)
        while try row("SELECT 1 FROM device_authorizations WHERE user_code = ?", [userCode.letters]) != nil {
            userCode = UserCode(from: entropy)
        }
        let authorization = DeviceAuthorization(deviceCode: entropy.secret(byteCount: 32), userCode: userCode)
        try run(
            """
            INSERT INTO device_authorizations (device_code_hash, user_code, state, poll_interval, expires_at)
            VALUES (?, ?, 'pending', ?, ?)
            """,
            [
                hash(authorization.deviceCode), userCode.letters, DeviceAuthorization.interval,
                now.adding(seconds: DeviceAuthorization.lifetime).milliseconds,
            ])
        return authorization
    }

    /// Whether a code waits for a person's answer.
    func isWaiting(_ userCode: UserCode) throws -> Bool {
        try row(
            "SELECT 1 FROM device_authorizations WHERE user_code = ? AND state = 'pending' AND expires_at > ?",
            [userCode.letters, now.milliseconds]) != nil
    }

    /// A person allows a device to act for their wallet; without a wallet they deny it.
    ///
    /// - Returns: Whether the code waited for an answer.
    func answerDeviceAuthorization(_ userCode: UserCode, walletID: String?) throws -> Bool {
        guard try isWaiting(userCode) else { return false }
        try run(
            "UPDATE device_authorizations SET state = ?, wallet_id = ?, answered_at = ? WHERE user_code = ?",
            [walletID == nil ? "denied" : "allowed", walletID, now.milliseconds, userCode.letters])
        return true
    }

    /// A device asks whether it has been allowed; if so, its code is used up and a refresh token issued.
    ///
    /// A refusal is a value, since a poll that comes too early makes the interval longer, and that has to be committed.
    func pollDeviceAuthorization(
        _ deviceCode: String
    ) throws -> Result<Login, OAuthError> {
        guard let row = try row("SELECT * FROM device_authorizations WHERE device_code_hash = ?", [hash(deviceCode)])
        else { return .failure(.invalidGrant("the device code is unknown")) }
        let state: String = row["state"]
        guard state != "used" else { return .failure(.invalidGrant("the device code has been used")) }
        guard now.milliseconds < row["expires_at"] else { return .failure(.expiredToken) }
        if state == "denied" { return .failure(.accessDenied) }
        if state == "allowed", let wallet = try wallet(row["wallet_id"]) {
            try run("UPDATE device_authorizations SET state = 'used' WHERE device_code_hash = ?", [hash(deviceCode)])
            let answeredAt = row.timestamp("answered_at") ?? Timestamp(milliseconds: 0)
            return .success(try logIn(wallet, authenticatedAt: answeredAt))
        }
        let interval: Int64 = row["poll_interval"]
        let earliest = (row["polled_at"] as Int64?).map { $0 + interval * 1000 - DeviceAuthorization.tolerance }
        let isEarly = earliest.map { now.milliseconds < $0 } ?? false
        try run(
            "UPDATE device_authorizations SET polled_at = ?, poll_interval = ? WHERE device_code_hash = ?",
            [now.milliseconds, interval + (isEarly ? DeviceAuthorization.slowDown : 0), hash(deviceCode)])
        return .failure(isEarly ? .slowDown : .authorizationPending)
    }

    private func hash(_ code: String) -> Data { Data(SHA256.hash(data: Data(code.utf8))) }
}
