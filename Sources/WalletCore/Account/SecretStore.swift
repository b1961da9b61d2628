public import FexValues
public import Foundation

/// Keeps what must not lie in the database: tokens, the device's key, the event server's password.
///
/// Its calls are asynchronous, as a keystore may ask the person first. What can't be opened is an error: the wallet never
/// looks elsewhere for a secret, nor keeps it elsewhere. `SecretStoreContract` in `WalletTesting` is the suite that each store
/// passes.
///
/// On Apple's systems `KeychainSecretStore` keeps them in the keychain; ``FileSecretStore`` serves elsewhere, `WalletPassphrase`
/// seals its files, and `WalletSecretService` keeps them in the keyring of a desktop.
public protocol SecretStore: Sendable {
    /// The secret as last saved, also by another process; `nil` if there is none.
    ///
    /// - Throws: ``SecretStoreError`` where it is there and can't be read, or the store is locked.
    func load(_ name: SecretName) async throws(SecretStoreError) -> Data?

    /// Saves a secret, durably and whole, in the place of an earlier one.
    ///
    /// - Throws: ``SecretStoreError`` where it can't be kept; then the earlier one is still there.
    func save(_ secret: Data, as name: SecretName) async throws(SecretStoreError)

    /// Saves a secret in the place of what was loaded before, unless that has changed since: one atomic step, against other
    /// processes too. It waits for no ``withExclusiveAccess(_:)``.
    ///
    /// - Parameter expected: What ``load(_:)`` gave; `nil` if there was none.
    /// - Returns: Whether it was saved, durably and whole. If not, nothing was changed.
    /// - Throws: ``SecretStoreError`` where it can't be read or kept; then nothing has changed.
    func replace(_ name: SecretName, expected: Data?, with secret: Data) async throws(SecretStoreError) -> Bool

    /// Removes a secret, if it is there.
    ///
    /// - Throws: ``SecretStoreError`` where it is there and can't be removed.
    func remove(_ name: SecretName) async throws(SecretStoreError)

    /// Removes all secrets, and what the store has made beside them. Others that share it may not use it meanwhile.
    ///
    /// Unless a store says otherwise it removes each of ``SecretName/allCases``, under ``withExclusiveAccess(_:)``.
    ///
    /// - Throws: ``SecretStoreError`` where one can't be removed; `CancellationError` while it waits.
    func erase() async throws

    /// Runs a body while no other process runs one: tokens are renewed by one of several.
    ///
    /// - Throws: ``SecretStoreError`` where no exclusion is to be had; `CancellationError` while it waits; what the
    ///   body throws.
    func withExclusiveAccess<Result: Sendable>(
        _ body: @Sendable () async throws -> Result
    ) async throws -> Result
}

extension SecretStore {
    /// Removes each secret that this version knows.
    ///
    /// - Throws: ``SecretStoreError`` where one can't be removed; `CancellationError` while it waits.
    @concurrent
    public func erase() async throws {
        // A renewal of tokens that is under way would write after that.
        try await withExclusiveAccess { for name in SecretName.allCases { try await remove(name) } }
    }
}

/// The name of a secret. A store keeps whatever it is given under a name: later versions may have further ones.
public struct SecretName: RawRepresentable, Hashable, Sendable, CaseIterable {
    /// What a store may name a file or an entry by: lower-case letters and hyphens.
    public let rawValue: String

    /// A name of lower-case letters and hyphens.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// Access and refresh token, or that and how the session has ended.
    public static let tokens = SecretName(rawValue: "tokens")
    /// The private key that signs decisions.
    public static let deviceKey = SecretName(rawValue: "device-key")
    /// The private key that tokens are bound to.
    public static let dpopKey = SecretName(rawValue: "dpop-key")
    /// For which device and wallet the key that signs decisions was registered.
    public static let device = SecretName(rawValue: "device")
    /// User and password at the event server.
    public static let eventCredentials = SecretName(rawValue: "event-credentials")

    /// A login that waits for a page to lead back.
    public static let login = SecretName(rawValue: "login")

    /// The names that this version uses.
    public static let allCases: [SecretName] = [.tokens, .dpopKey, .deviceKey, .device, .eventCredentials, .login]
}

/// Why a secret could not be kept or had.
public struct SecretStoreError: WalletError, Hashable, Sendable {
    /// The secret that could not be had or kept.
    public var name: SecretName
    /// What the system said; never any of the secret.
    public var problem: String
    /// Whether the person has to unlock the store first.
    public private(set) var isLocked = false
    /// Whether who keeps the secrets is not there: no daemon, no bus, no library.
    public private(set) var isUnavailable = false

    /// The error of a store that can't read or keep a secret.
    ///
    /// - Parameter problem: What the system said; never any of the secret.
    public init(_ name: SecretName, _ problem: String) {
        self.name = name
        self.problem = problem
    }

    /// The error of a store that the person has to unlock first.
    public static func locked(_ name: SecretName) -> SecretStoreError {
        var error = SecretStoreError(name, "the secrets are locked")
        error.isLocked = true
        return error
    }

    /// The error of a store whose keeper is not there.
    ///
    /// - Parameter problem: Who is not there; never any of the secret.
    public static func unavailable(_ name: SecretName, _ problem: String) -> SecretStoreError {
        var error = SecretStoreError(name, problem)
        error.isUnavailable = true
        return error
    }

    /// `locked`, `secret_store_unavailable` or `secret_store_failed`.
    public var code: String {
        isLocked ? "locked" : isUnavailable ? "secret_store_unavailable" : "secret_store_failed"
    }
    /// Later: a locked store may be unlocked, a full disk be cleared.
    public var retry: RetryAdvice { .later }
    /// None has: what moves money reads its secrets before it sends anything.
    public var money: MoneyEffect { .notMoved }
    /// Which secret, and what the system said; on one line.
    public var description: String {
        if isLocked { return "the secrets are locked: unlock them first" }
        if isUnavailable { return "the secrets are out of reach: \(PlainText.clean(problem, limit: 1024))" }
        return "the secret \"\(name.rawValue)\" can't be read or kept: \(PlainText.clean(problem, limit: 1024))"
    }
}
