import FexValues
public import Foundation
public import WalletCore

/// Secrets in the keyring of a desktop: in the default collection of the Secret Service (freedesktop.org), by libsecret.
///
/// An item carries the attributes `profile` and `name`. What is locked is an error, and nobody is asked to unlock it: who
/// unlocks a keyring is the desktop. A call that is not answered in time is an error, as where there is no library, no bus or no
/// daemon. No call falls back to anything.
///
/// The service has no compare-and-set. Processes that share a folder take turns by its locks, as those of `FileSecretStore` do,
/// so ``replace(_:expected:with:)`` is atomic among this wallet's processes; another program that changes the wallet's
/// items does so at any time.
public struct SecretServiceStore: SecretStore {
    private let folder: SecretFolder
    private let items: KeyringItems

    /// A store; nothing is loaded or asked yet.
    ///
    /// - Parameters:
    ///   - folder: Where the locks lie. It is made, for its owner alone, with the first of them.
    ///   - profile: What tells the items of one wallet from those of others; the same for each process that shares them.
    ///   - label: What a person sees in a program that shows their keyring.
    ///   - patience: How long one call may take. A keyring on this machine answers in some milliseconds.
    public init(
        folder: URL, profile: String, label: String, patience: Duration = .seconds(10),
        clock: any WalletClock = SystemClock()
    ) {
        self.folder = SecretFolder(folder, clock: clock)
        items = KeyringItems(profile: profile, label: label, patience: patience)
    }

    /// Whether secrets can be kept and read at the moment.
    ///
    /// - Throws: ``SecretStoreError`` where they can't.
    public func check() async throws(SecretStoreError) {
        try await items.run(.tokens) { calls throws(SecretStoreError) in try calls.check() }
    }

    /// The secret as last saved, also by another process.
    ///
    /// - Throws: ``SecretStoreError``: locked, unavailable, or what the service says.
    public func load(_ name: SecretName) async throws(SecretStoreError) -> Data? {
        try await items.run(name) { calls throws(SecretStoreError) in try calls.load(name) }
    }

    /// Saves a secret; the service says when it is kept.
    ///
    /// - Throws: ``SecretStoreError``: locked, unavailable, or what the service says.
    public func save(_ secret: Data, as name: SecretName) async throws(SecretStoreError) {
        let folder = folder
        try await items.run(name) { call throws(SecretStoreError) in
            try folder.whileNobodyWrites(name) { () throws(SecretStoreError) in try call.save(secret, as: name) }
        }
    }

    /// Saves a secret where it still is as expected, with no other process of this wallet in between.
    ///
    /// - Throws: ``SecretStoreError``: locked, unavailable, or what the service says.
    public func replace(
        _ name: SecretName, expected: Data?, with secret: Data
    ) async throws(SecretStoreError) -> Bool {
        let folder = folder
        return try await items.run(name) { call throws(SecretStoreError) in
            try folder.whileNobodyWrites(name) { () throws(SecretStoreError) in
                guard try call.load(name) == expected else { return false }
                try call.save(secret, as: name)
                return true
            }
        }
    }

    /// Removes a secret, if it is there.
    ///
    /// - Throws: ``SecretStoreError``: locked, unavailable, or what the service says.
    public func remove(_ name: SecretName) async throws(SecretStoreError) {
        let folder = folder
        try await items.run(name) { call throws(SecretStoreError) in
            try folder.whileNobodyWrites(name) { () throws(SecretStoreError) in try call.remove(name) }
        }
    }

    /// Removes all secrets of the profile, also those that a later version has kept.
    ///
    /// - Throws: ``SecretStoreError``: locked, unavailable, or what the service says.
    public func removeAll() async throws(SecretStoreError) {
        try await items.run(.tokens) { calls throws(SecretStoreError) in try calls.remove(nil) }
    }

    /// Runs a body while no other process of this wallet runs one.
    ///
    /// - Throws: ``SecretStoreError`` where the lock's file can't be made; `CancellationError` while it waits; what the
    ///   body throws.
    public func withExclusiveAccess<Result: Sendable>(
        _ body: @Sendable () async throws -> Result
    ) async throws -> Result {
        try await folder.withExclusiveAccess(body)
    }
}
