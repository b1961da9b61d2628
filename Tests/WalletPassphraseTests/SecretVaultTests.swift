import FexValues
import Foundation
import Testing
import WalletCore
import WalletTesting

@testable import WalletPassphrase

/// Secrets under a passphrase, on a real disk and in the kernel's real keyring.
@Suite final class SecretVaultTests {
    private let directory = FileManager.default.temporaryDirectory.appending(path: "vault-\(UUID().uuidString)")
    private let vault: SecretVault

    /// Not what a vault costs, which would take long.
    private static let cheap = VaultFile.Cost(rounds: 1 << 10, blockSize: 8, parallelism: 1)

    init() { vault = SecretVault(directory: directory, cost: Self.cheap) }

    deinit {
        vault.lock()
        try? FileManager.default.removeItem(at: directory)
    }

    private func bytes(of name: SecretName) throws -> Data {
        try Data(contentsOf: directory.appending(path: name.rawValue))
    }

    @Test func `without a passphrase secrets are plain, and with one they are not on the disk`() async throws {
        try await vault.store().save(Data("token".utf8), as: .tokens)
        #expect(try bytes(of: .tokens) == Data("token".utf8))
        #expect(try !vault.isProtected() && vault.isUnlocked())
        try await vault.setPassphrase("correct horse")
        #expect(try vault.isProtected() && !vault.isUnlocked())
        for file in try FileManager.default.contentsOfDirectory(at: directory, includingPropertiesForKeys: nil) {
            #expect(try Data(contentsOf: file).range(of: Data("token".utf8)) == nil, "\(file.lastPathComponent)")
            #expect(try Data(contentsOf: file).range(of: Data("correct horse".utf8)) == nil)
        }
    }

    @Test func `what is locked is an error, and no reason to look elsewhere`() async throws {
        try await vault.store().save(Data("token".utf8), as: .tokens)
        try await vault.setPassphrase("p")
        let store = try vault.store()
        await #expect(throws: SecretStoreError.locked(.tokens)) { try await store.load(.tokens) }
        await #expect(throws: SecretStoreError.locked(.device)) { try await store.save(Data(), as: .device) }
        await #expect(throws: SecretStoreError.locked(.tokens)) {
            try await store.replace(.tokens, expected: nil, with: Data())
        }
        #expect(SecretStoreError.locked(.tokens).code == "locked")
        try await store.remove(.tokens)
        try await vault.unlock("p", for: .seconds(60))
        #expect(try await store.load(.tokens) == nil, "who logs out needs no passphrase")
    }

    @Test func `unlocked it is for every process of the user, until it is locked again`() async throws {
        try await vault.setPassphrase("p")
        try await vault.unlock("p", for: .seconds(60))
        let (store, other) = (try vault.store(), SecretVault(directory: directory, cost: Self.cheap))
        try await store.save(Data("token".utf8), as: .tokens)
        #expect(try await other.store().load(.tokens) == Data("token".utf8))
        other.lock()
        await #expect(throws: SecretStoreError.locked(.tokens)) { try await store.load(.tokens) }
    }

    @Test func `no other passphrase opens it, and one typed in another way does`() async throws {
        try await vault.setPassphrase("Caf\u{E9}")
        for other in ["", "Cafe", "caf\u{E9}", "Caf\u{E9} "] {
            let error = await #expect(throws: VaultError.self) { try await vault.unlock(other, for: .seconds(1)) }
            #expect(error?.reason == .wrongPassphrase)
        }
        try await vault.unlock("Cafe\u{301}", for: .seconds(60))
        #expect(try vault.isUnlocked())
    }

    @Test func `a passphrase is changed without the secrets being sealed anew, and only by who knows it`()
        async throws
    {
        try await vault.setPassphrase("old")
        try await vault.unlock("old", for: .seconds(60))
        try await vault.store().save(Data("token".utf8), as: .tokens)
        let sealed = try bytes(of: .tokens)
        await #expect(throws: VaultError.self) { try await vault.setPassphrase("new") }
        await #expect(throws: VaultError.self) { try await vault.setPassphrase("new", old: "other") }
        try await vault.setPassphrase("new", old: "old")
        #expect(try bytes(of: .tokens) == sealed)
        await #expect(throws: VaultError.self) { try await vault.unlock("old", for: .seconds(60)) }
        try await vault.unlock("new", for: .seconds(60))
        #expect(try await vault.store().load(.tokens) == Data("token".utf8))
    }

    @Test func `a passphrase that is removed leaves what was sealed plain`() async throws {
        try await vault.store().save(Data("token".utf8), as: .tokens)
        try await vault.setPassphrase("p")
        await #expect(throws: VaultError.self) { try await vault.removePassphrase("q") }
        try await vault.removePassphrase("p")
        #expect(try !vault.isProtected())
        #expect(try bytes(of: .tokens) == Data("token".utf8))
    }

    @Test func `a process that was killed while the passphrase was set leaves what the next unlocking seals`()
        async throws
    {
        try await vault.setPassphrase("p")
        // The vault is there, and a secret is plain yet.
        try FileSecretStore(directory: directory).save(Data("token".utf8), as: .tokens)
        try await vault.unlock("p", for: .seconds(60))
        #expect(try await vault.store().load(.tokens) == Data("token".utf8))
        #expect(try bytes(of: .tokens).range(of: Data("token".utf8)) == nil)
    }

    @Test func `a sealed secret under another name, cut or changed, is none`() async throws {
        try await vault.setPassphrase("p")
        try await vault.unlock("p", for: .seconds(60))
        let store = try vault.store()
        try await store.save(Data("token".utf8), as: .tokens)
        let sealed = try bytes(of: .tokens)
        try FileSecretStore(directory: directory).save(sealed, as: .deviceKey)
        await #expect(throws: SecretStoreError.self) { try await store.load(.deviceKey) }
        for place in stride(from: 13, to: sealed.count, by: 5) {
            var changed = sealed
            changed[place] ^= 1
            try FileSecretStore(directory: directory).save(changed, as: .tokens)
            await #expect(throws: SecretStoreError.self) { try await store.load(.tokens) }
            try FileSecretStore(directory: directory).save(sealed.prefix(place), as: .tokens)
            await #expect(throws: SecretStoreError.self) { try await store.load(.tokens) }
        }
    }

    @Test(arguments: [
        ("n", JSON.integer(1 << 30)), ("n", 1000), ("r", 1024), ("p", 100), ("n", -1), ("kdf", "none"), ("version", 2),
        ("salt", "AA"), ("key", 7),
    ])
    func `a vault's file that was changed opens nothing, and takes no memory`(name: String, value: JSON) async throws {
        try await vault.setPassphrase("p")
        let file = directory.appending(path: "vault")
        var document = try #require(JSON(parsing: Data(contentsOf: file)).objectValue)
        document[name] = value
        try JSON.object(document).data.write(to: file)
        let error = await #expect(throws: VaultError.self) { try await vault.unlock("p", for: .seconds(1)) }
        #expect(error?.reason == .unreadable)
    }

    @Test func `a cheaper vault in the place of one is noticed`() async throws {
        try await vault.setPassphrase("p")
        let file = directory.appending(path: "vault")
        var document = try #require(JSON(parsing: Data(contentsOf: file)).objectValue)
        document["r"] = 4
        try JSON.object(document).data.write(to: file)
        let error = await #expect(throws: VaultError.self) { try await vault.unlock("p", for: .seconds(1)) }
        #expect(error?.reason == .wrongPassphrase)
    }

    @Test func `the files are their owner's alone`() async throws {
        try await vault.setPassphrase("p")
        let attributes = try FileManager.default.attributesOfItem(atPath: directory.appending(path: "vault").path)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
    }

    @Test func `the sealed store keeps the contract of every store`() async throws {
        try await vault.setPassphrase("p")
        try await vault.unlock("p", for: .seconds(600))
        let store = try vault.store()
        let contract = SecretStoreContract { store }
        try await contract.replacesWhatIsExpected()
        try await contract.replacesOneAtATime()
        try await contract.keepsWhatIsSaved()
        try await contract.excludesOthers()
    }
}
