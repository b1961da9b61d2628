public import FexValues
public import Foundation

/// Keeps what must not lie in the database: tokens, the device's key, the event server's password.
///
/// On Apple's systems a shell gives one over the keychain; ``FileSecretStore`` serves elsewhere.
public protocol SecretStore: Sendable {
    /// The secret as last saved, also by another process; `nil` if there is none.
    func load(_ name: SecretName) throws(SecretStoreError) -> Data?

    /// Saves a secret, durably and whole, in the place of an earlier one.
    func save(_ secret: Data, as name: SecretName) throws(SecretStoreError)

    /// Saves a secret in the place of what was loaded before, unless that has changed since: one atomic step, against other
    /// processes too. It waits for no ``withExclusiveAccess(_:)``.
    ///
    /// - Parameter expected: What ``load(_:)`` gave; `nil` if there was none.
    /// - Returns: Whether it was saved, durably and whole. If not, nothing was changed.
    func replace(_ name: SecretName, expected: Data?, with secret: Data) throws(SecretStoreError) -> Bool

    /// Removes a secret, if it is there.
    func remove(_ name: SecretName) throws(SecretStoreError)

    /// Runs a body while no other process runs one: tokens are renewed by one of several.
    func withExclusiveAccess<Result: Sendable>(
        _ body: @Sendable () async throws -> Result
    ) async throws -> Result
}

/// The names of the secrets.
public enum SecretName: String, Hashable, Sendable, CaseIterable {
    /// Access and refresh token, or that and how the session has ended.
    case tokens
    /// The private key that signs decisions.
    case deviceKey = "device-key"
    /// For which device and wallet that key was registered.
    case device
    /// User and password at the event server.
    case eventCredentials = "event-credentials"
}

/// Why a secret could not be kept or had.
public struct SecretStoreError: WalletError, Hashable, Sendable {
    /// Which secret.
    public var name: SecretName
    /// What the system said.
    public var problem: String

    /// An error.
    public init(_ name: SecretName, _ problem: String) {
        self.name = name
        self.problem = problem
    }

    /// A stable name for programs, in snake case.
    public var code: String { "secret_store_failed" }
    /// Whether trying again can help.
    public var retry: RetryAdvice { .later }
    /// Whether money may have moved.
    public var money: MoneyEffect { .notMoved }
    /// A sentence or a name for people, fit to be shown.
    public var description: String { "the secret \"\(name.rawValue)\" can't be read or kept: \(problem)" }
}
