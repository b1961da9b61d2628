public import Foundation
import Synchronization
public import WalletCore

/// Secrets that are forgotten with the process.
public final class InMemorySecretStore: SecretStore {
    private let secrets = Mutex<[SecretName: Data]>([:])
    private let turn = Turn()

    /// A store without secrets.
    public init() {}

    /// The secret as last saved, also by another process.
    public func load(_ name: SecretName) throws(SecretStoreError) -> Data? { secrets.withLock { $0[name] } }

    /// Keeps a secret for as long as this store lives.
    public func save(_ secret: Data, as name: SecretName) throws(SecretStoreError) {
        secrets.withLock { $0[name] = secret }
    }

    /// Saves a secret where it still is as expected.
    public func replace(_ name: SecretName, expected: Data?, with secret: Data) throws(SecretStoreError) -> Bool {
        secrets.withLock { secrets in
            guard secrets[name] == expected else { return false }
            secrets[name] = secret
            return true
        }
    }

    /// Removes a secret, if it is there.
    public func remove(_ name: SecretName) throws(SecretStoreError) {
        secrets.withLock { $0[name] = nil }
    }

    /// Runs a body while no other runs one.
    public func withExclusiveAccess<Result: Sendable>(
        _ body: @Sendable () async throws -> Result
    ) async throws -> Result {
        await turn.take()
        do {
            let result = try await body()
            await turn.giveBack()
            return result
        } catch {
            await turn.giveBack()
            throw error
        }
    }
}

/// One at a time, in the order of asking.
private actor Turn {
    private var isTaken = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    func take() async {
        guard isTaken else {
            isTaken = true
            return
        }
        await withCheckedContinuation { waiting.append($0) }
    }

    func giveBack() {
        if waiting.isEmpty { isTaken = false } else { waiting.removeFirst().resume() }
    }
}
