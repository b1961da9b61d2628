import Foundation
import Synchronization
public import WalletCore

/// What every ``/WalletCore/SecretStore`` owes. Each check throws ``ContractViolation`` where the store falls short.
public struct SecretStoreContract: Sendable {
    private let makeStore: @Sendable () -> any SecretStore

    /// The suite for a kind of store.
    ///
    /// - Parameter makeStore: Opens the same secrets each time, as another process would.
    public init(_ makeStore: @escaping @Sendable () -> any SecretStore) { self.makeStore = makeStore }

    /// A secret saved through one handle is there for another, byte for byte, until it is removed.
    public func keepsWhatIsSaved() async throws {
        let secret = Data((0...255).map { UInt8($0) })
        for name in SecretName.allCases {
            try await require(makeStore().load(name) == nil, "a new store holds \(name)")
            try await makeStore().save(Data("old".utf8), as: name)
            try await makeStore().save(secret, as: name)
            try await require(makeStore().load(name) == secret, "\(name) came back changed")
        }
        try await makeStore().remove(.tokens)
        try await makeStore().remove(.tokens)
        try await require(makeStore().load(.tokens) == nil, "a removed secret is still there")
        try await require(makeStore().load(.deviceKey) == secret, "removing one secret removed another")
    }

    /// A secret is replaced only where it is as expected, and else stays as it is.
    public func replacesWhatIsExpected() async throws {
        let (old, new) = (Data("old".utf8), Data("new".utf8))
        try await require(
            makeStore().replace(.tokens, expected: nil, with: old), "none was expected, and there was none")
        try await require(!makeStore().replace(.tokens, expected: nil, with: new), "one was there, and none expected")
        try await require(!makeStore().replace(.tokens, expected: new, with: new), "another was expected")
        try await require(makeStore().load(.tokens) == old, "what was not expected was replaced")
        try await require(makeStore().replace(.tokens, expected: old, with: new), "it was as expected")
        try await require(makeStore().load(.tokens) == new, "what was replaced is not there")
        try await makeStore().remove(.tokens)
        try await require(!makeStore().replace(.tokens, expected: new, with: old), "it was removed")
    }

    /// Of those who replace a secret at once each sees the last: none is lost. Nobody waits for exclusive access.
    public func replacesOneAtATime() async throws {
        let makeStore = makeStore
        try await makeStore().save(Data("0".utf8), as: .tokens)
        try await makeStore().withExclusiveAccess {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        for _ in 0..<10 { try await Self.increment(in: makeStore()) }
                    }
                }
                try await group.waitForAll()
            }
        }
        let count = try await makeStore().load(.tokens).map { String(decoding: $0, as: UTF8.self) }
        try require(count == "80", "of 80 replacements \(count ?? "none") count")
        try await makeStore().remove(.tokens)
    }

    private static func increment(in store: any SecretStore) async throws {
        while true {
            let found = try await store.load(.tokens)
            let count = found.flatMap { Int(String(decoding: $0, as: UTF8.self)) } ?? 0
            if try await store.replace(.tokens, expected: found, with: Data("\(count + 1)".utf8)) { return }
        }
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
