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
    /// The most that may wait for an answer at the same time.
    static let most: Int64 = 1000
    /// The most wrong passwords beside one user code; with the last of them it is denied.
    static let mostWrongPasswords: Int64 = 5
    /// Milliseconds that a poll may be early: two machines' timers never agree.
    static let tolerance: Int64 = 500
}

extension StoreTransaction {
    /// Begins a login of a device.
    ///
    /// - Throws: ``OAuthError`` 429 where too many wait.
    func beginDeviceAuthorization() throws -> DeviceAuthorization {
        let waiting = try count(
            "SELECT COUNT(*) FROM device_authorizations WHERE state = 'pending' AND expires_at > ?", [now.milliseconds])
        guard waiting < DeviceAuthorization.most else {
            throw OAuthError.tooMany("too many devices wait to be logged in", wait: DeviceAuthorization.lifetime)
        }
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

    /// A person allows a device to act for their wallet, or denies it.
    ///
    /// What is wrong with their name and password is a value, since it counts against the code: one that others got hold
    /// of is no way to guess passwords.
    ///
    /// - Parameters:
    ///   - typed: The code as the person typed it.
    ///   - person: Who allows it; `nil` denies it.
    /// - Returns: Whether the code waited for an answer.
    /// - Throws: ``OAuthError`` 429 after too many codes that waited for none.
    func answerDeviceAuthorization(
        _ typed: String, by person: (username: String, password: String)?
    ) throws -> Result<Bool, OAuthError> {
        let userCode = try UserCode(typed: typed).flatMap { try isWaiting($0) ? $0 : nil }
        let wallet: Wallet?
        do {
            wallet = try person.map { try self.wallet(username: $0.username, password: $0.password) }
        } catch let error as OAuthError {
            if let userCode { try countWrongPassword(beside: userCode) }
            return .failure(error)
        }
        let subject = GuessLimiter.Subject.userCode(walletID: wallet?.id)
        try guesses.require(fewOf: subject, at: now)
        guard let userCode else {
            guesses.note(wrong: subject, at: now)
            return .success(false)
        }
        guesses.forget(subject)
        try run(
            "UPDATE device_authorizations SET state = ?, wallet_id = ?, answered_at = ? WHERE user_code = ?",
            [wallet == nil ? "denied" : "allowed", wallet?.id, now.milliseconds, userCode.letters])
        return .success(true)
    }

    private func countWrongPassword(beside userCode: UserCode) throws {
        try run(
            """
            UPDATE device_authorizations SET wrong_passwords = wrong_passwords + 1,
              state = CASE WHEN wrong_passwords + 1 < ? THEN state ELSE 'denied' END
            WHERE user_code = ?
            """,
            [DeviceAuthorization.mostWrongPasswords, userCode.letters])
    }

    /// A device asks whether it has been allowed; if so, its code is used up and a refresh token issued.
    ///
    /// A refusal is a value, since a poll that comes too early makes the interval longer, and that has to be committed.
    func pollDeviceAuthorization(
        _ deviceCode: String
    ) throws -> Result<Login, OAuthError> {
        guard let row = try row("SELECT * FROM device_authorizations WHERE device_code_hash = ?", [hash(deviceCode)])
        else { return .failure(unknownDeviceCode()) }
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

    private func unknownDeviceCode() -> OAuthError {
        let subject = GuessLimiter.Subject.deviceCode(clientID: AccessGrant.walletClientID)
        let isOneTooMany = guesses.wait(for: subject, at: now) != nil
        guesses.note(wrong: subject, at: now)
        return isOneTooMany ? .slowDown : .invalidGrant("the device code is unknown")
    }

    private func hash(_ code: String) -> Data { Data(SHA256.hash(data: Data(code.utf8))) }
}
