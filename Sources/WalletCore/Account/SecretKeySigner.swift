import Crypto
import FexValues
public import Foundation
import Synchronization

/// A signer whose key lies among the secrets, and is as safe as these are.
public final class SecretKeySigner: DeviceSigner {
    private struct Read {
        var secret: Redacted<Data>
        var key: Redacted<P256.Signing.PrivateKey>
        var point: Data
    }

    private let secrets: any SecretStore
    /// To derive a key's public half takes longer than to sign.
    private let last = Mutex<Read?>(nil)

    /// A signer over secrets; no key is made yet.
    public init(_ secrets: any SecretStore) { self.secrets = secrets }

    /// The public half of the key that is kept; `nil` if there is none, or what is kept is no key.
    ///
    /// - Throws: ``SecretStoreError``.
    public func loadPublicKey() async throws -> Data? { try await load()?.point }

    /// Makes a new key, and keeps it; durable when this returns.
    ///
    /// - Throws: ``SecretStoreError`` where it can't be kept; then the one before is still there.
    public func makeKey() async throws -> Data {
        let key = P256.Signing.PrivateKey()
        try await secrets.save(key.rawRepresentation, as: .deviceKey)
        return key.publicKey.rawRepresentation
    }

    /// Signs with the key that is kept.
    ///
    /// - Throws: ``DeviceSignerError`` where there is none; ``SecretStoreError``.
    public func sign(_ message: Data) async throws -> Data {
        guard let key = try await load()?.key.value else {
            throw DeviceSignerError(.failed, detail: "there is no key")
        }
        return try key.signature(for: message).rawRepresentation
    }

    private func load() async throws(SecretStoreError) -> Read? {
        guard let secret = try await secrets.load(.deviceKey) else { return nil }
        if let last = last.withLock({ $0 }), last.secret.value == secret { return last }
        guard let key = try? P256.Signing.PrivateKey(rawRepresentation: secret) else { return nil }
        let read = Read(secret: Redacted(secret), key: Redacted(key), point: key.publicKey.rawRepresentation)
        last.withLock { $0 = read }
        return read
    }
}
