import Foundation
import Logging

/// Makes a device one of a customer's: logs in, learns whose wallet it is, registers the device's key.
public struct Enrolment: Sendable {
    private let session: Session
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

    /// Logs in with a name and a password. Safe to repeat: what was done stays done.
    ///
    /// - Parameter deviceName: How the customer will find this device in a list, at most 80 characters.
    /// - Returns: Whose wallet it is; stored when this returns.
    /// - Throws: ``SessionError/refused(_:)``; ``SessionError/otherWallet(here:)``, and then nobody is logged in.
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
    ///   ``SessionError/otherWallet(here:)``, and then nobody is logged in; ``PlatformError``; `CancellationError`.
    public func logIn(
        deviceName: String, prompt: @Sendable (DevicePrompt) async throws -> Void
    ) async throws -> Account {
        try await session.logIn(prompt: prompt)
        return try await enrol(deviceName: deviceName)
    }

    /// Learns again whose wallet it is, where somebody is logged in and the database doesn't know.
    ///
    /// So it is after a damaged database was mended in which that could not be read. Stored when this returns.
    ///
    /// - Throws: ``SessionError/notLoggedIn``; ``PlatformError``, and then it can be tried again.
    public func renew() async throws {
        guard session.isLoggedIn else { throw SessionError.notLoggedIn }
        try await complete(deviceName: "mended device")
    }

    /// What follows a login, however it was done.
    private func enrol(deviceName: String) async throws -> Account {
        do { return try await complete(deviceName: deviceName) } catch {
            // Half an enrolment can't decide anything; better to say that nobody is logged in.
            try session.logOut()
            throw error
        }
    }

    @discardableResult
    private func complete(deviceName: String) async throws -> Account {
        let account = try await calls.fetchAccount()
        try await store.save(account)
        if let credentials = try await calls.fetchEventCredentials() {
            try credentials.save(in: secrets)
        }
        if try await store.loadDevice() == nil {
            let key = try DeviceKey(in: secrets)
            let name = PlainText.clean(deviceName, limit: 80)
            try await store.saveDevice(try await calls.registerDevice(publicKey: key.publicJWK, name: name))
        }
        try await store.save(time.memory)
        return account
    }
}

extension EventCredentials {
    /// Keeps the credentials among the secrets; durable when this returns.
    public func save(in secrets: some SecretStore) throws(SecretStoreError) {
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
