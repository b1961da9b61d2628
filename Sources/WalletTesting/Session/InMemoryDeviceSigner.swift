import Crypto
public import Foundation
import Synchronization
public import WalletCore

/// A signer whose key is forgotten with the process, and in which a test can be the person who is asked.
public final class InMemoryDeviceSigner: DeviceSigner {
    private struct State {
        var key: P256.Signing.PrivateKey?
        var signatures = 0
        var answer: DeviceSignerError?
    }

    private let state = Mutex(State())

    /// A signer without a key.
    public init() {}

    /// How often it has signed.
    public var signatureCount: Int { state.withLock { $0.signatures } }

    /// From now on signing fails so; `nil` lets it succeed.
    public func fail(with error: DeviceSignerError?) { state.withLock { $0.answer = error } }

    /// Loses the key, as a phone does whose fingers were changed.
    public func loseKey() { state.withLock { $0.key = nil } }

    /// The public half of the key, if there is one.
    public func loadPublicKey() async throws -> Data? { state.withLock { $0.key?.publicKey.rawRepresentation } }

    /// Makes a new key.
    public func makeKey() async throws -> Data {
        state.withLock { state in
            let key = P256.Signing.PrivateKey()
            state.key = key
            return key.publicKey.rawRepresentation
        }
    }

    /// Signs, unless it was told to fail or has no key.
    public func sign(_ message: Data) async throws -> Data {
        try state.withLock { state in
            if let answer = state.answer { throw answer }
            guard let key = state.key else { throw DeviceSignerError(.failed, detail: "there is no key") }
            state.signatures += 1
            return try key.signature(for: message).rawRepresentation
        }
    }
}
