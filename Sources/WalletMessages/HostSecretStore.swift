import FexValues
import Foundation
import Synchronization
import WalletCore

/// The host's keystore, which is this process's alone: what needs exclusion is excluded here.
final class HostSecretStore: SecretStore {
    private static let patience = Duration.seconds(60)

    private let host: HostQuestions
    /// Who compares and writes, and who renews tokens: two locks, as a renewal writes.
    private let writing = AsyncLock()
    private let renewing = AsyncLock()

    init(_ host: HostQuestions) { self.host = host }

    func load(_ name: SecretName) async throws(SecretStoreError) -> Data? {
        let result = try await ask("secret.load", ["name": .string(name.rawValue)], name)
        if result == .null || result["secret"] == .null { return nil }
        guard let data = result["secret"]?.stringValue.flatMap({ Data(base64Encoded: $0) }) else {
            throw SecretStoreError(name, "the host's answer holds no secret in base64")
        }
        return data
    }

    func save(_ secret: Data, as name: SecretName) async throws(SecretStoreError) {
        let params: JSON = ["name": .string(name.rawValue), "secret": .string(secret.base64EncodedString())]
        try await exclusively(name) { () async throws(SecretStoreError) in
            _ = try await self.ask("secret.save", params, name)
        }
    }

    func replace(_ name: SecretName, expected: Data?, with secret: Data) async throws(SecretStoreError) -> Bool {
        let params: JSON = ["name": .string(name.rawValue), "secret": .string(secret.base64EncodedString())]
        return try await exclusively(name) { () async throws(SecretStoreError) -> Bool in
            guard try await self.load(name) == expected else { return false }
            _ = try await self.ask("secret.save", params, name)
            return true
        }
    }

    func remove(_ name: SecretName) async throws(SecretStoreError) {
        try await exclusively(name) { () async throws(SecretStoreError) in
            _ = try await self.ask("secret.remove", ["name": .string(name.rawValue)], name)
        }
    }

    func withExclusiveAccess<Result: Sendable>(
        _ body: @Sendable () async throws -> Result
    ) async throws -> Result {
        try await renewing.lock()
        defer { renewing.unlock() }
        return try await body()
    }

    private func exclusively<Value>(
        _ name: SecretName, _ body: () async throws(SecretStoreError) -> Value
    ) async throws(SecretStoreError) -> Value {
        do { try await writing.lock() } catch { throw .unavailable(name, "the call was cancelled") }
        defer { writing.unlock() }
        return try await body()
    }

    private func ask(_ question: String, _ params: JSON, _ name: SecretName) async throws(SecretStoreError) -> JSON {
        let answer: HostAnswer?
        do { answer = try await host.ask(question, params, patience: Self.patience) } catch {
            throw .unavailable(name, "the call was cancelled")
        }
        switch answer {
        case .result(let result)?: return result
        case .error("locked", _, _)?: throw .locked(name)
        case .error("secret_store_unavailable", let message, _)?: throw .unavailable(name, message)
        case .error(_, let message, _)?: throw SecretStoreError(name, message)
        case nil: throw .unavailable(name, "the host did not answer")
        }
    }
}

/// One at a time, in the order in which they asked.
private final class AsyncLock: Sendable {
    private struct State {
        var isTaken = false
        var waiters: [(id: Int, continuation: CheckedContinuation<Bool, Never>)] = []
        var cancelled: Set<Int> = []
        var lastID = 0
    }

    private let state = Mutex(State())

    /// - Throws: `CancellationError` while another has it.
    func lock() async throws {
        let id = state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
        let isMine = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let now: Bool? = state.withLock { state in
                    if state.cancelled.remove(id) != nil { return false }
                    guard state.isTaken else {
                        state.isTaken = true
                        return true
                    }
                    state.waiters.append((id, continuation))
                    return nil
                }
                if let now { continuation.resume(returning: now) }
            }
        } onCancel: {
            let waiter = state.withLock { state in
                guard let index = state.waiters.firstIndex(where: { $0.id == id }) else {
                    state.cancelled.insert(id)
                    return CheckedContinuation<Bool, Never>?.none
                }
                return state.waiters.remove(at: index).continuation
            }
            waiter?.resume(returning: false)
        }
        state.withLock { _ = $0.cancelled.remove(id) }
        guard isMine else { throw CancellationError() }
    }

    func unlock() {
        let next = state.withLock { state in
            guard !state.waiters.isEmpty else {
                state.isTaken = false
                return CheckedContinuation<Bool, Never>?.none
            }
            return state.waiters.removeFirst().continuation
        }
        next?.resume(returning: true)
    }
}
