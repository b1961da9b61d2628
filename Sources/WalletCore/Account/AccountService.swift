import FexValues
import Foundation
import Logging

/// Makes a device one of a customer's, and ends that: logs in and out, learns whose wallet it is, registers the device's key.
public struct AccountService: Sendable {
    let session: Session
    private let calls: any AccountCalls
    private let store: WalletStore
    private let secrets: any SecretStore
    private let time: ServerTime

    init(
        session: Session, calls: any AccountCalls, store: WalletStore, secrets: any SecretStore, time: ServerTime
    ) {
        self.session = session
        self.calls = calls
        self.store = store
        self.secrets = secrets
        self.time = time
    }

    /// Whether there are tokens; asks nobody, so the platform may still refuse them.
    public var isLoggedIn: Bool { (try? check()) != nil }

    /// Looks whether there are tokens; asks nobody, so the platform may still refuse them.
    ///
    /// - Throws: ``SessionError/notLoggedIn``; ``SessionError/ended`` where the identity provider has ended the session and
    ///   nobody has logged in or out since; ``SecretStoreError``.
    public func check() throws { try session.check() }

    /// Forgets the tokens and the event server's password; the device's key stays. Waits for nobody: a login or a renewal
    /// that is under way, here or in another process, keeps nothing of what it gets.
    ///
    /// - Throws: ``SecretStoreError`` where the tokens, or the password after them, can't be removed.
    public func logOut() throws { try session.logOut() }

    /// Logs in with a name and a password. Safe to repeat: what was done stays done.
    ///
    /// - Parameter deviceName: How the customer will find this device in a list, at most 80 characters.
    /// - Returns: Whose wallet it is; stored when this returns.
    /// - Throws: ``SessionError/refused(_:)``; ``SessionError/otherWallet(here:)`` and
    ///   ``SessionError/loggedOutMeanwhile``, and then nobody is logged in; ``PlatformError`` where the platform can't be
    ///   asked; ``SecretStoreError``, ``StorageError``; `CancellationError`.
    public func logIn(username: String, password: String, deviceName: String) async throws -> Account {
        try await session.logIn(username: username, password: password)
        return try await enrol(deviceName: deviceName)
    }

    /// Logs in by the device authorization grant (RFC 8628): the person allows it on a page, on any device.
    ///
    /// Waits, through the wallet's clock, until the person has answered or the code has ended; cancelling the task ends
    /// the wait. Safe to repeat: each call begins anew.
    ///
    /// - Parameters:
    ///   - deviceName: How the customer will find this device in a list, at most 80 characters.
    ///   - prompt: Shows the person the page and the code; called once.
    /// - Returns: Whose wallet it is; stored when this returns.
    /// - Throws: ``SessionError/loginDenied``, ``SessionError/loginExpired``, ``SessionError/refused(_:)``;
    ///   ``SessionError/otherWallet(here:)`` and ``SessionError/loggedOutMeanwhile``, and then nobody is logged in;
    ///   ``PlatformError`` where the platform can't be asked; ``SecretStoreError``, ``StorageError``; `CancellationError`; what
    ///   `prompt` throws.
    public func logIn(
        deviceName: String, prompt: @Sendable (DevicePrompt) async throws -> Void
    ) async throws -> Account {
        try await session.logIn(prompt: prompt)
        return try await enrol(deviceName: deviceName)
    }

    /// Learns again whose wallet and which device it is, where somebody is logged in and the database doesn't know.
    ///
    /// So it is after a damaged database was mended in which that could not be read. Stored when this returns.
    ///
    /// - Throws: ``SessionError/notLoggedIn``, ``SessionError/ended``; ``SessionError/deviceKeyLost``, since a new key needs
    ///   a new login; ``PlatformError``, and then it can be tried again; ``SecretStoreError``, ``StorageError``.
    public func restore() async throws {
        try session.check()
        let account = try await calls.fetchAccount()
        let record = try DeviceRecord.load(from: secrets)
        guard record == nil || record?.wallet == account.wallet else { throw SessionError.deviceKeyLost }
        let key = try DeviceKeys(secrets).load(of: record?.device)
        let device: DeviceID
        do {
            device = try await calls.registerDevice(publicKey: key.publicJWK, name: "mended device")
        } catch let error as PlatformError {
            // A platform may want a recent login for that. The device is what it was registered as.
            guard case .refused = error.reason, let known = record?.device else { throw error }
            device = known
        }
        try await keep(account, key, registeredAs: device)
    }

    /// What follows a login, however it was done.
    private func enrol(deviceName: String) async throws -> Account {
        do {
            let account = try await complete(deviceName: deviceName)
            try session.check()
            return account
        } catch {
            let wasOvertaken = session.isLoggedOut
            // An enrolment that failed half-way leaves a session that can't sign: end it.
            try session.logOut()
            throw wasOvertaken ? SessionError.loggedOutMeanwhile : error
        }
    }

    private func complete(deviceName: String) async throws -> Account {
        let account = try await calls.fetchAccount()
        if let known = try await store.loadAccount()?.wallet, known != account.wallet {
            throw SessionError.otherWallet(here: known)
        }
        if let credentials = try await calls.fetchEventCredentials() {
            try credentials.save(in: secrets)
        }
        // At each login: the key may be new, or the platform may have removed the device.
        let key = try DeviceKey.loadOrMake(in: secrets, for: account.wallet)
        let name = PlainText.clean(deviceName, limit: 80)
        let device = try await calls.registerDevice(publicKey: key.publicJWK, name: name)
        try await keep(account, key, registeredAs: device)
        return account
    }

    /// Writes down whose wallet and which device it is; durable when this returns.
    private func keep(_ account: Account, _ key: DeviceKey, registeredAs device: DeviceID) async throws {
        // The record first: a database that names another device signs nothing.
        try DeviceRecord(thumbprint: key.thumbprint, wallet: account.wallet, device: device).save(in: secrets)
        try await store.save(account)
        try await store.saveDevice(device)
        try await store.save(time.memory)
    }
}

extension EventCredentials {
    /// Keeps the credentials among the secrets; durable when this returns.
    ///
    /// - Throws: ``SecretStoreError`` where they can't be kept; then those kept before are still there.
    package func save(in secrets: some SecretStore) throws(SecretStoreError) {
        let document: JSON = ["user": .string(user), "password": .string(password)]
        try secrets.save(document.data, as: .eventCredentials)
    }

    /// The credentials that are kept among the secrets, if there are any.
    public init?(in secrets: some SecretStore) {
        guard let data = try? secrets.load(.eventCredentials), let document = try? JSON(parsing: data),
            let user = document["user"]?.stringValue, let password = document["password"]?.stringValue
        else { return nil }
        self.init(user: user, password: password)
    }
}
