import Foundation
import Synchronization
public import WalletCore

/// What every ``SecretStore`` owes. Each check throws ``ContractViolation`` where the store falls short.
public struct SecretStoreContract: Sendable {
    private let makeStore: @Sendable () -> any SecretStore

    /// The suite for a kind of store.
    ///
    /// - Parameter makeStore: Opens the same secrets each time, as another process would.
    public init(_ makeStore: @escaping @Sendable () -> any SecretStore) { self.makeStore = makeStore }

    /// A secret saved through one handle is there for another, byte for byte, until it is removed.
    public func keepsWhatIsSaved() throws {
        let secret = Data((0...255).map { UInt8($0) })
        for name in SecretName.allCases {
            try require(try makeStore().load(name) == nil, "a new store holds \(name)")
            try makeStore().save(Data("old".utf8), as: name)
            try makeStore().save(secret, as: name)
            try require(try makeStore().load(name) == secret, "\(name) came back changed")
        }
        try makeStore().remove(.tokens)
        try makeStore().remove(.tokens)
        try require(try makeStore().load(.tokens) == nil, "a removed secret is still there")
        try require(try makeStore().load(.deviceKey) == secret, "removing one secret removed another")
    }

    /// Bodies with exclusive access never overlap, whichever handle they came through.
    public func excludesOthers() async throws {
        let occupancy = Occupancy()
        let makeStore = makeStore
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<20 {
                group.addTask {
                    try await makeStore().withExclusiveAccess {
                        occupancy.enter()
                        await Task.yield()
                        occupancy.leave()
                    }
                }
            }
            try await group.waitForAll()
        }
        try require(occupancy.highest == 1, "\(occupancy.highest) bodies had exclusive access at once")
    }
}

/// Counts who is inside at once.
private final class Occupancy: Sendable {
    private let state = Mutex((inside: 0, highest: 0))

    var highest: Int { state.withLock { $0.highest } }

    func enter() {
        state.withLock { state in
            state.inside += 1
            state.highest = max(state.highest, state.inside)
        }
    }

    func leave() { state.withLock { $0.inside -= 1 } }
}
