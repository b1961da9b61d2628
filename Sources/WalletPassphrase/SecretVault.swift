import Crypto
import DurableFiles
public import FexValues
public import Foundation
public import WalletCore

/// Secrets in a directory, sealed under a passphrase once there is one.
///
/// The passphrase opens a key that lies beside the secrets (scrypt, AES-GCM); with that key they are sealed one by one. While
/// it is unlocked, the kernel's keyring holds that key, for the processes of this user. A passphrase protects a copied disk
/// and a backup: not what a program of the same user does while the vault is unlocked.
public struct SecretVault: Sendable {
    private let directory: URL
    private let plain: FileSecretStore
    private let keyring: KernelKeyring
    private let cost: VaultFile.Cost

    /// The vault of a directory; nothing is made yet.
    public init(directory: URL) { self.init(directory: directory, cost: .usual) }

    init(directory: URL, cost: VaultFile.Cost) {
        self.directory = directory
        plain = FileSecretStore(directory: directory)
        let place = Data(directory.resolvingSymlinksInPath().path.utf8)
        keyring = KernelKeyring(name: "fex-wallet:\(Data(SHA256.hash(data: place)).base64URL)")
        self.cost = cost
    }

    private var file: String { directory.appending(path: "vault").path }

    /// Whether a passphrase was set.
    ///
    /// - Throws: ``VaultError`` where that can't be told.
    public func isProtected() throws(VaultError) -> Bool {
        do { return try FileAccess.size(file) != nil } catch {
            throw VaultError(.unreadable, detail: error.description)
        }
    }

    /// The store of the secrets: plain while there is no passphrase; else one that opens what the passphrase has sealed, and
    /// refuses everything while the vault is locked.
    ///
    /// - Throws: ``VaultError`` where it can't be told whether there is a passphrase.
    public func store() throws(VaultError) -> any SecretStore {
        guard try isProtected() else { return plain }
        return SealedSecretStore(plain) { [keyring] in keyring.load().map { SymmetricKey(data: $0) } }
    }

    /// Whether the secrets can be read at the moment.
    public func isUnlocked() throws(VaultError) -> Bool { try !isProtected() || keyring.load() != nil }

    /// Unlocks the secrets for a time, also for this user's other processes.
    ///
    /// - Parameter duration: From a second to a week.
    /// - Throws: ``VaultError``: no passphrase was set, it is another, or the kernel keeps no keys.
    public func unlock(_ passphrase: String, for duration: Duration) async throws {
        let key = try open(passphrase)
        try keep(key, for: duration)
        // What another program left plain, or a process that was killed while the passphrase was set.
        try await SealedSecretStore(plain) { key }.sealAll()
    }

    /// Locks the secrets, for all processes.
    public func lock() { keyring.forget() }

    /// Sets a passphrase, and seals what was plain; locked when this returns. Durable, and whole if it is cut off at any step:
    /// a secret is plain or sealed, and readable either way once the vault is unlocked.
    ///
    /// - Parameter old: The passphrase there is, if one was set.
    /// - Throws: ``VaultError``; ``SecretStoreError``.
    public func setPassphrase(_ passphrase: String, old: String? = nil) async throws {
        guard !passphrase.isEmpty else { throw VaultError(.noPassphrase, detail: "an empty one protects nothing") }
        let key: SymmetricKey
        if try isProtected() {
            guard let old else { throw VaultError(.wrongPassphrase, detail: "one was set already") }
            key = try open(old)
        } else {
            key = SymmetricKey(size: .bits256)
        }
        try write(try VaultFile(sealing: key, under: passphrase, cost: cost).data)
        lock()
        try await SealedSecretStore(plain) { key }.sealAll()
    }

    /// Removes the passphrase: the secrets are plain from then on.
    ///
    /// - Throws: ``VaultError``; ``SecretStoreError``.
    public func removePassphrase(_ passphrase: String) async throws {
        let key = try open(passphrase)
        try await SealedSecretStore(plain) { key }.openAll()
        lock()
        guard unsafe unlink(file) == 0 else { throw VaultError(.unreadable, detail: FileFailure.last.description) }
    }

    /// Removes the passphrase without opening anything, for secrets that are kept elsewhere or removed; what it had sealed stays
    /// sealed for good.
    ///
    /// - Throws: ``VaultError`` where its file can't be removed.
    public func discard() throws(VaultError) {
        lock()
        guard unsafe unlink(file) == 0 || errno == ENOENT || errno == ENOTDIR else {
            throw VaultError(.unreadable, detail: FileFailure.last.description)
        }
    }

    private func open(_ passphrase: String) throws -> SymmetricKey {
        guard try isProtected() else { throw VaultError(.noPassphrase, detail: "none was set") }
        let contents: Data?
        do { contents = try FileAccess.contents(file) } catch {
            throw VaultError(.unreadable, detail: error.description)
        }
        guard let contents, let vault = VaultFile(contents) else {
            throw VaultError(.unreadable, detail: "\(file) is no vault")
        }
        guard let key = try vault.key(passphrase) else {
            throw VaultError(.wrongPassphrase, detail: "it opens nothing")
        }
        return key
    }

    private func keep(_ key: SymmetricKey, for duration: Duration) throws(VaultError) {
        do { try keyring.keep(unsafe key.withUnsafeBytes { unsafe Data($0) }, for: duration) } catch {
            throw VaultError(.noKeyring, detail: error.description)
        }
    }

    private func write(_ contents: Data) throws(VaultError) {
        do {
            try FileManager.default.createDirectory(
                at: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            let draft = FileDraft(of: file)
            try draft.begin()
            try draft.write(contents)
            try draft.publish()
        } catch {
            throw VaultError(.unreadable, detail: "\(file) can't be written: \(error)")
        }
    }
}

/// Why secrets could not be locked or unlocked.
public struct VaultError: WalletError, Hashable, Sendable {
    /// What went wrong; the raw value is a name in snake case.
    public struct Reason: RawRepresentable, Hashable, Sendable {
        /// The reason's name.
        public let rawValue: String

        /// A reason by its name.
        public init(rawValue: String) { self.rawValue = rawValue }

        /// There is no passphrase, or an empty one was to be set.
        public static let noPassphrase = Reason(rawValue: "no_passphrase")
        /// The passphrase is another.
        public static let wrongPassphrase = Reason(rawValue: "wrong_passphrase")
        /// The kernel does not keep the key.
        public static let noKeyring = Reason(rawValue: "no_keyring")
        /// The vault's file can't be read or written, or is none.
        public static let unreadable = Reason(rawValue: "vault_unreadable")
    }

    /// Which of the reasons it is.
    public var reason: Reason
    /// What more there is to say; never anything of a secret.
    public var detail: String

    init(_ reason: Reason, detail: String) {
        self.reason = reason
        self.detail = detail
    }

    /// The reason's name: `wrong_passphrase`.
    public var code: String { reason.rawValue }
    /// Later, where the system may mend it; else never as it was.
    public var retry: RetryAdvice { reason == .noKeyring || reason == .unreadable ? .later : .never }
    /// None has.
    public var money: MoneyEffect { .notMoved }
    /// Why, in English, on one line.
    public var description: String {
        let detail = PlainText.clean(detail, limit: 1024)
        return switch reason {
        case .noPassphrase: "there is no passphrase: \(detail)"
        case .wrongPassphrase: "the passphrase is another: \(detail)"
        case .noKeyring: "the system keeps no key for a time: \(detail)"
        default: "the secrets' passphrase can't be looked at: \(detail)"
        }
    }
}
