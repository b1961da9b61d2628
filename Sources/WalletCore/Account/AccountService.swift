public import FexValues
public import Foundation

/// Makes a device one of a customer's, and ends that: logs in and out, learns whose wallet it is, registers the device's key.
public struct AccountService: Sendable {
    let session: Session
    private let logins: Logins
    private let calls: any AccountCalls & DeviceCalls
    private let issuer: String
    private let eventServer: String?
    private let store: WalletStore
    private let secrets: any SecretStore
    private let keys: DeviceKeys
    let time: ServerTime
    let clock: any WalletClock
    /// Counts logins, and what was found to have become of a session by another process.
    let sessionChanges = CurrentValue(0)

    init(
        session: Session, logins: Logins, calls: any AccountCalls & DeviceCalls, issuer: String, eventServer: String?,
        store: WalletStore, secrets: any SecretStore, keys: DeviceKeys, time: ServerTime, clock: any WalletClock
    ) {
        self.session = session
        self.logins = logins
        self.calls = calls
        self.issuer = issuer
        self.eventServer = eventServer
        self.store = store
        self.secrets = secrets
        self.keys = keys
        self.time = time
        self.clock = clock
    }

    /// Whether there are tokens; asks nobody, so the platform may still refuse them.
    public var isLoggedIn: Bool {
        get async { (try? await check()) != nil }
    }

    /// Looks whether there are tokens; asks nobody, so the platform may still refuse them.
    ///
    /// - Throws: ``SessionError/notLoggedIn``; ``SessionError/ended`` where the identity provider has ended the session and
    ///   nobody has logged in or out since; ``SessionError/tokenKeyLost``; ``SecretStoreError``.
    public func check() async throws { try await store.gate.call { try await session.check() } }

    /// Forgets the tokens and the event server's password, then has the identity provider end the session; the device's key
    /// stays.
    ///
    /// To forget waits for nobody: a login or a renewal that is under way, here or in another process, keeps nothing of what
    /// it gets. Only then the provider is told, for ten seconds at most.
    ///
    /// - Returns: Whether the provider said that the session is over there too. Where it didn't, as offline, or where the
    ///   tokens could not be read, as of secrets that are locked, they end by themselves. `true` where nobody was logged in.
    /// - Throws: ``SecretStoreError`` where the tokens, or the password after them, can't be removed.
    @discardableResult
    public func logOut() async throws -> Bool {
        try await store.gate.call {
            guard let forgotten = try await session.forget() else { return false }
            guard case .tokens(let tokens, _) = forgotten else { return true }
            return await session.revoke(tokens)
        }
    }

    /// Logs in with a name and a password. Safe to repeat: what was done stays done.
    ///
    /// - Parameter deviceName: How the customer will find this device in a list, at most 80 characters.
    /// - Returns: Whose wallet it is; stored when this returns.
    /// - Throws: ``SessionError/refused(_:)``; ``SessionError/otherWallet(here:)`` and
    ///   ``SessionError/loggedOutMeanwhile``, and then nobody is logged in; ``PlatformError`` where the platform can't be
    ///   asked; ``SecretStoreError``, ``StorageError``; `CancellationError`.
    public func logIn(username: String, password: String, deviceName: String) async throws -> Account {
        try await store.gate.call {
            let login = try await logins.logIn(username: username, password: password)
            return try await enrol(login, deviceName: deviceName)
        }
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
        try await store.gate.call {
            let login = try await logins.logIn(prompt: prompt)
            return try await enrol(login, deviceName: deviceName)
        }
    }

    /// Begins a login on the identity provider's page, in a browser on this device (RFC 6749, section 4.1, with PKCE).
    ///
    /// Show the page in a browser that the app doesn't control, as RFC 8252 has it; it leads back to `redirect`, and
    /// ``finishLogIn(callback:deviceName:)`` takes it from there, also after the app has been ended meanwhile. Of several
    /// logins that were begun the last one counts, for a quarter of an hour.
    ///
    /// - Parameter redirect: Where the page leads back: an address that the provider knows for this client.
    /// - Returns: The page's address.
    /// - Throws: ``PlatformError`` where the provider can't be asked; ``SecretStoreError``; `CancellationError`.
    public func beginLogIn(redirect: URL) async throws -> URL {
        try await store.gate.call { try await logins.beginLogIn(redirect: redirect) }
    }

    /// Goes on with the login that ``beginLogIn(redirect:)`` began. An answer counts once.
    ///
    /// - Parameters:
    ///   - callback: The whole address that the page led back to.
    ///   - deviceName: How the customer will find this device in a list, at most 80 characters.
    /// - Returns: Whose wallet it is; stored when this returns.
    /// - Throws: ``SessionError/otherLogin`` where it is no answer to that login; ``SessionError/loginDenied``,
    ///   ``SessionError/refused(_:)``; ``SessionError/otherWallet(here:)`` and ``SessionError/loggedOutMeanwhile``, and then
    ///   nobody is logged in; ``PlatformError``; ``SecretStoreError``, ``StorageError``; `CancellationError`.
    public func finishLogIn(callback: URL, deviceName: String) async throws -> Account {
        try await store.gate.call {
            let login = try await logins.finishLogIn(callback: callback)
            return try await enrol(login, deviceName: deviceName)
        }
    }

    /// Logs in with tokens that the app has got by a login of its own. They have to be a bearer's: what is bound to a key
    /// (RFC 9449) is bound to one of the app's, which the wallet can't prove.
    ///
    /// - Parameters:
    ///   - accessToken: What goes with each call.
    ///   - duration: How long it is good from now.
    ///   - refreshToken: Renews it; without one the session ends with the access token.
    ///   - deviceName: How the customer will find this device in a list, at most 80 characters.
    /// - Returns: Whose wallet it is; stored when this returns.
    /// - Throws: ``SessionError/otherWallet(here:)`` and ``SessionError/loggedOutMeanwhile``, and then nobody is logged in;
    ///   ``PlatformError``; ``SecretStoreError``, ``StorageError``; `CancellationError`.
    public func logIn(
        accessToken: String, expiresIn duration: Duration, refreshToken: String?, deviceName: String
    ) async throws -> Account {
        try await store.gate.call {
            let login = try await logins.logIn(
                accessToken: accessToken, expiresIn: duration, refreshToken: refreshToken)
            return try await enrol(login, deviceName: deviceName)
        }
    }

    /// The devices that may decide for this wallet, and those that were revoked, as the platform lists them.
    ///
    /// - Throws: ``SessionError``; ``PlatformError`` where the platform can't be asked; ``SecretStoreError``;
    ///   `CancellationError`.
    public func fetchDevices() async throws -> [RegisteredDevice] {
        try await store.gate.call { try await calls.fetchDevices() }
    }

    /// Which of the devices this one is, from the device; `nil` until somebody has logged in.
    ///
    /// - Throws: ``StorageError``; `CancellationError`.
    public func loadDevice() async throws -> DeviceID? { try await store.loadDevice() }

    /// Ends a device, as one that was lost: the platform refuses its decisions and its tokens from then on. What it decided
    /// before stays. To revoke this device ends the session here too.
    ///
    /// - Throws: ``SessionError``; ``PlatformError``, with ``PlatformError/status`` 404 where there is no such device;
    ///   ``SecretStoreError``; `CancellationError`.
    public func revokeDevice(_ device: DeviceID) async throws {
        try await store.gate.call { try await calls.revokeDevice(device) }
    }

    /// Learns again whose wallet and which device it is, where somebody is logged in and the database doesn't know.
    ///
    /// So it is after a damaged database was mended in which that could not be read. Stored when this returns.
    ///
    /// - Throws: ``SessionError/notLoggedIn``, ``SessionError/ended``; ``SessionError/deviceKeyLost``, since a new key needs
    ///   a new login; ``PlatformError``, and then it can be tried again; ``SecretStoreError``, ``StorageError``.
    public func restore() async throws { try await store.gate.call { try await learnAgain() } }

    /// Whether this device's key was enrolled for a wallet, as its record among the secrets says.
    func isEnrolled(for wallet: WalletID) async throws -> Bool {
        try await DeviceRecord.load(from: secrets)?.wallet == wallet
    }

    private func learnAgain() async throws {
        try await session.check()
        let account = try await calls.fetchAccount()
        let record = try await DeviceRecord.load(from: secrets)
        guard record == nil || record?.wallet == account.wallet else { throw SessionError.deviceKeyLost }
        let key = try await keys.load(of: record?.device)
        let device: DeviceID
        do {
            device = try await register(key, of: account.wallet, as: "mended device")
        } catch let error as PlatformError {
            // A platform may want a recent login for that. The device is what it was registered as.
            guard case .refused = error.reason, let known = record?.device else { throw error }
            device = known
        }
        try await keep(account, key, registeredAs: device)
    }

    /// What follows a login, however it was done.
    ///
    /// - Parameter login: The login's name.
    private func enrol(_ login: String, deviceName: String) async throws -> Account {
        do {
            let account = try await complete(deviceName: deviceName)
            try await session.check()
            sessionChanges.update { $0 += 1 }
            return account
        } catch {
            let wasOvertaken = await session.isLoggedOut
            // An enrolment that failed half-way leaves a session that can't sign: end it, and no other.
            if let tokens = try await session.forget(login: login) { _ = await session.revoke(tokens) }
            if wasOvertaken { try await secrets.remove(.eventCredentials) }
            throw wasOvertaken ? SessionError.loggedOutMeanwhile : error
        }
    }

    private func complete(deviceName: String) async throws -> Account {
        let account = try await calls.fetchAccount()
        if let known = try await store.loadAccount()?.wallet, known != account.wallet {
            throw SessionError.otherWallet(here: known)
        }
        if let credentials = try await calls.fetchEventCredentials() {
            try await secrets.save(credentials.secret(for: eventServer), as: .eventCredentials)
        }
        // At each login: the key may be new, or the platform may have removed the device.
        let key = try await keys.loadOrMake(for: account.wallet)
        let device = try await register(key, of: account.wallet, as: PlainText.clean(deviceName, limit: 80))
        try await keep(account, key, registeredAs: device)
        return account
    }

    /// Makes a key known at the platform, which wants to see that this device holds it.
    private func register(_ key: DeviceKey, of wallet: WalletID, as name: String) async throws -> DeviceID {
        let nonce = try await calls.requestDeviceChallenge()
        let claims: JSON = [
            "aud": .string(issuer), "wallet": .string(wallet.rawValue), "nonce": .string(nonce),
            "iat": .integer(time.now().milliseconds / 1000),
        ]
        let proof = try await key.sign(claims, as: .enrolment, by: nil)
        return try await calls.registerDevice(publicKey: key.publicJWK, name: name, proof: proof)
    }

    /// Writes down whose wallet and which device it is; durable when this returns.
    private func keep(_ account: Account, _ key: DeviceKey, registeredAs device: DeviceID) async throws {
        // The record first: a database that names another device signs nothing.
        try await DeviceRecord(thumbprint: key.thumbprint, wallet: account.wallet, device: device).save(in: secrets)
        try await store.save(account)
        try await store.saveDevice(device)
        try await store.save(time.memory)
    }
}

extension EventCredentials {
    /// What is kept among the secrets.
    ///
    /// - Parameter server: The event server that they are for.
    package func secret(for server: String?) -> Data {
        let document: JSON = ["user": .string(user), "password": .string(password.value), "server": .optional(server)]
        return document.data
    }

    /// The credentials that are kept among the secrets, if there are any.
    ///
    /// - Parameter server: Where they would go: what was kept for another event server is not given out. Those of a version
    ///   that didn't say for which are.
    public init?(in secrets: some SecretStore, for server: String? = nil) async {
        guard let data = try? await secrets.load(.eventCredentials), let document = try? JSON(parsing: data),
            let user = document["user"]?.stringValue, let password = document["password"]?.stringValue
        else { return nil }
        if let server, let known = document["server"]?.stringValue, known != server { return nil }
        self.init(user: user, password: password)
    }
}
