import Crypto
import Foundation
import WalletCore

/// Secrets in files, each sealed under a vault's key (AES-GCM, bound to its name).
struct SealedSecretStore: SecretStore {
    private let files: FileSecretStore
    /// The vault's key; `nil` while it is locked. Asked each time: another process may have locked it.
    private let key: @Sendable () -> SymmetricKey?

    /// What a sealed file begins with, so that it is never taken for a plain one.
    private static let mark = Data("fex-sealed 1\n".utf8)

    init(_ files: FileSecretStore, key: @escaping @Sendable () -> SymmetricKey?) {
        self.files = files
        self.key = key
    }

    func load(_ name: SecretName) throws(SecretStoreError) -> Data? {
        let key = try unlockedKey(for: name)
        return try files.load(name).map { bytes throws(SecretStoreError) in try open(bytes, name, key) }
    }

    func save(_ secret: Data, as name: SecretName) throws(SecretStoreError) {
        try files.save(try seal(secret, name, unlockedKey(for: name)), as: name)
    }

    func replace(_ name: SecretName, expected: Data?, with secret: Data) throws(SecretStoreError) -> Bool {
        let key = try unlockedKey(for: name)
        // What was sealed twice is not the same to the byte: what is there now is opened, and stands for what was expected.
        let found = try files.load(name)
        let plain = try found.map { bytes throws(SecretStoreError) in try open(bytes, name, key) }
        guard plain == expected else { return false }
        return try files.replace(name, expected: found, with: try seal(secret, name, key))
    }

    func remove(_ name: SecretName) throws(SecretStoreError) {
        // To forget takes no passphrase: who logs out has to be able to.
        try files.remove(name)
    }

    func withExclusiveAccess<Result: Sendable>(_ body: @Sendable () async throws -> Result) async throws -> Result {
        try await files.withExclusiveAccess(body)
    }

    /// Seals what is plain.
    func sealAll() async throws {
        for name in SecretName.allCases {
            let key = try unlockedKey(for: name)
            while let found = try files.load(name), !found.starts(with: Self.mark) {
                if try files.replace(name, expected: found, with: try seal(found, name, key)) { break }
            }
        }
    }

    /// Makes plain what is sealed.
    func openAll() async throws {
        for name in SecretName.allCases {
            let key = try unlockedKey(for: name)
            while let found = try files.load(name), found.starts(with: Self.mark) {
                if try files.replace(name, expected: found, with: try open(found, name, key)) { break }
            }
        }
    }

    private func unlockedKey(for name: SecretName) throws(SecretStoreError) -> SymmetricKey {
        guard let key = key() else { throw .locked(name) }
        return key
    }

    private func seal(_ secret: Data, _ name: SecretName, _ key: SymmetricKey) throws(SecretStoreError) -> Data {
        guard let box = try? AES.GCM.seal(secret, using: key, authenticating: Data(name.rawValue.utf8)),
            let sealed = box.combined
        else { throw SecretStoreError(name, "it can't be sealed") }
        return Self.mark + sealed
    }

    /// What a file holds; one that is plain yet is taken as it is.
    private func open(_ bytes: Data, _ name: SecretName, _ key: SymmetricKey) throws(SecretStoreError) -> Data {
        guard bytes.starts(with: Self.mark) else { return bytes }
        guard let box = try? AES.GCM.SealedBox(combined: bytes.dropFirst(Self.mark.count)),
            let secret = try? AES.GCM.open(box, using: key, authenticating: Data(name.rawValue.utf8))
        else { throw SecretStoreError(name, "it was sealed by another passphrase, or is damaged") }
        return secret
    }
}
