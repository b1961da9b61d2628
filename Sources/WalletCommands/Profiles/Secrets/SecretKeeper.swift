import Foundation
import WalletCore
import WalletPassphrase
import WalletSecretService

/// A store of secrets that all can be taken from.
protocol SecretKeeper: SecretStore {
    /// Makes sure that secrets can be kept and read at the moment.
    func check() async throws(SecretStoreError)
    /// Removes all secrets, and whatever was over them.
    func removeAll() async throws(SecretStoreError)
}

extension SecretServiceStore: SecretKeeper {}

/// Secrets in files, under a passphrase where there is one; whether there is one is asked at each call.
struct FileKeeper: SecretKeeper {
    let vault: SecretVault

    private func store(for name: SecretName) throws(SecretStoreError) -> any SecretStore {
        do { return try vault.store() } catch { throw SecretStoreError(name, error.description) }
    }

    func load(_ name: SecretName) async throws(SecretStoreError) -> Data? { try await store(for: name).load(name) }

    func save(_ secret: Data, as name: SecretName) async throws(SecretStoreError) {
        try await store(for: name).save(secret, as: name)
    }

    func replace(_ name: SecretName, expected: Data?, with secret: Data) async throws(SecretStoreError) -> Bool {
        try await store(for: name).replace(name, expected: expected, with: secret)
    }

    func remove(_ name: SecretName) async throws(SecretStoreError) { try await store(for: name).remove(name) }

    func withExclusiveAccess<Result: Sendable>(_ body: @Sendable () async throws -> Result) async throws -> Result {
        try await vault.store().withExclusiveAccess(body)
    }

    func check() async throws(SecretStoreError) {
        let isUnlocked: Bool
        do { isUnlocked = try vault.isUnlocked() } catch { throw SecretStoreError(.tokens, error.description) }
        guard isUnlocked else { throw .locked(.tokens) }
    }

    func removeAll() async throws(SecretStoreError) {
        for name in SecretName.allCases { try await remove(name) }
        do { try vault.discard() } catch { throw SecretStoreError(.tokens, error.description) }
    }
}
