import Foundation
import Synchronization
import Testing
import WalletCore
import WalletPassphrase

@testable import WalletCommands

/// Secrets that are moved from files to a keyring and back, with the power cut at each step.
@Suite final class ProfileSecretsTests {
    private let directory = FileManager.default.temporaryDirectory.appending(path: "moves-\(UUID().uuidString)")
    private let keyring = SimulatedKeyring()
    private let secrets: [SecretName: Data] = [.tokens: Data("token".utf8), .deviceKey: Data([0, 255, 10])]

    deinit { try? FileManager.default.removeItem(at: directory) }

    /// The profile's secrets, as a process sees them whose power is cut at a step.
    private func opened(cutAt step: Int = .max) -> ProfileSecrets {
        let (power, directory, keyring) = (Power(step), directory, keyring)
        return ProfileSecrets(directory: directory) { keeping, id in
            let keeper: any SecretKeeper =
                keeping == .plain
                ? FileKeeper(vault: SecretVault(directory: directory.appending(path: "secrets")))
                : KeyringKeeper(keyring: keyring, id: id)
            return PoweredKeeper(keeper: keeper, power: power)
        }
    }

    private func check(_ found: ProfileSecrets, _ when: String) async throws {
        for name in SecretName.allCases {
            #expect(try await found.load(name) == secrets[name], "\(when): \(name.rawValue)")
        }
    }

    private var filesLeft: [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: directory.path + "/secrets")) ?? []
        return names.filter { !$0.hasPrefix(".") }.sorted()
    }

    @Test(arguments: [SecretKeeping.secretService, .plain])
    func `wherever a move is cut off no secret is lost, and nothing is left over in the end`(
        target: SecretKeeping
    ) async throws {
        let source: SecretKeeping = target == .plain ? .secretService : .plain
        _ = try await opened().move(to: source)
        for (name, secret) in secrets { try await opened().save(secret, as: name) }
        var cuts = 0
        for step in 1... {
            do {
                _ = try await opened(cutAt: step).move(to: target)
                break
            } catch is SecretStoreError { cuts += 1 }
            try await check(opened(), "cut at step \(step)")
            // The next command removes what was left over, or the next move does.
            if step.isMultiple(of: 2) {
                try await opened().finishMoving()
                let place = try SecretPlace(in: directory)
                #expect(place.unfinished == nil)
                #expect(place.kept == .plain ? keyring.count == 0 : filesLeft.isEmpty, "step \(step): \(filesLeft)")
            }
            _ = try await opened().move(to: source)
            try await check(opened(), "moved back after step \(step)")
        }
        #expect(cuts > 8)
        try await check(opened(), "moved")
        #expect(try SecretPlace(in: directory).kept == target)
        #expect(target == .plain ? keyring.count == 0 : filesLeft.isEmpty)
    }

    @Test func `a process that goes on follows when another moves the secrets`() async throws {
        let (old, other) = (opened(), opened())
        try await old.save(Data("1".utf8), as: .tokens)
        _ = try await other.move(to: .secretService)
        #expect(try await old.replace(.tokens, expected: Data("1".utf8), with: Data("2".utf8)))
        #expect(filesLeft.isEmpty)
        #expect(try await other.load(.tokens) == Data("2".utf8))
        _ = try await old.move(to: .plain)
        #expect(try await other.load(.tokens) == Data("2".utf8) && keyring.count == 0)
    }

    @Test func `what a killed writer has left of a secret goes with it`() async throws {
        try await opened().save(Data("1".utf8), as: .tokens)
        // Where files can't be without a name, a draft has one.
        let draft = directory.appending(path: "secrets/.tokens.part")
        try Data("token".utf8).write(to: draft)
        _ = try await opened().move(to: .secretService)
        #expect(!FileManager.default.fileExists(atPath: draft.path))
    }

    @Test func `what is locked is not moved, and nothing of it is copied`() async throws {
        try await opened().save(Data("1".utf8), as: .tokens)
        keyring.isLocked = true
        let error = await #expect(throws: SecretStoreError.self) { try await self.opened().move(to: .secretService) }
        #expect(error?.isLocked == true && keyring.count == 0)
        #expect(try await opened().load(.tokens) == Data("1".utf8))
        keyring.isLocked = false
        let vault = SecretVault(directory: directory.appending(path: "secrets"))
        try await vault.setPassphrase("p")
        let locked = await #expect(throws: SecretStoreError.self) { try await self.opened().move(to: .secretService) }
        #expect(locked?.isLocked == true && keyring.count == 0)
        try await vault.unlock("p", for: .seconds(60))
        #expect(try await opened().move(to: .secretService))
        #expect(try !vault.isProtected() && filesLeft.isEmpty)
        #expect(try await opened().load(.tokens) == Data("1".utf8))
    }

    @Test(arguments: [
        "", "{}", #"{"secrets":"elsewhere"}"#, #"{"secrets":"secret_service"}"#,
        #"{"secrets":"plain","unfinished":"x"}"#,
    ])
    func `where the place of the secrets can't be told nobody looks elsewhere`(text: String) async throws {
        try await opened().save(Data("1".utf8), as: .tokens)
        try Data(text.utf8).write(to: directory.appending(path: "secret-store.json"))
        await #expect(throws: SecretStoreError.self) { try await self.opened().load(.tokens) }
        await #expect(throws: SecretStoreError.self) { try await self.opened().save(Data(), as: .tokens) }
        #expect(throws: ConfigurationError.self) { try SecretPlace(in: self.directory) }
    }
}

/// What a keyring holds, whoever opens it.
private final class SimulatedKeyring: Sendable {
    private let state = Mutex((items: [String: Data](), isLocked: false))

    var count: Int { state.withLock { $0.items.count } }
    var isLocked: Bool {
        get { state.withLock { $0.isLocked } }
        set { state.withLock { $0.isLocked = newValue } }
    }

    subscript(item: String) -> Data? {
        get { state.withLock { $0.items[item] } }
        set { state.withLock { $0.items[item] = newValue } }
    }

    func removeAll() { state.withLock { $0.items = [:] } }
}

/// One profile's items in a simulated keyring.
private struct KeyringKeeper: SecretKeeper {
    let keyring: SimulatedKeyring
    let id: String

    func check() throws(SecretStoreError) {
        if keyring.isLocked { throw .locked(.tokens) }
    }

    func load(_ name: SecretName) throws(SecretStoreError) -> Data? { keyring[id + name.rawValue] }
    func save(_ secret: Data, as name: SecretName) throws(SecretStoreError) { keyring[id + name.rawValue] = secret }
    func remove(_ name: SecretName) throws(SecretStoreError) { keyring[id + name.rawValue] = nil }
    func removeAll() throws(SecretStoreError) { keyring.removeAll() }

    func replace(_ name: SecretName, expected: Data?, with secret: Data) throws(SecretStoreError) -> Bool {
        guard keyring[id + name.rawValue] == expected else { return false }
        keyring[id + name.rawValue] = secret
        return true
    }

    func withExclusiveAccess<Result: Sendable>(_ body: @Sendable () async throws -> Result) async throws -> Result {
        try await body()
    }
}

/// Power that is cut before a step, or, of every second step, after it was done and before anybody heard.
private final class Power: Sendable {
    private let left: Mutex<Int>
    private let isHeard: Bool

    init(_ step: Int) {
        left = Mutex(step == .max ? .max : (step + 1) / 2)
        isHeard = step.isMultiple(of: 2)
    }

    func step<Value>(_ body: () async throws(SecretStoreError) -> Value) async throws(SecretStoreError) -> Value {
        let left = left.withLock { left in
            if left < .max { left -= 1 }
            return left
        }
        guard left >= 0 else { throw SecretStoreError(.tokens, "no power") }
        if left == 0, isHeard { _ = try await body() }
        guard left > 0 else { throw SecretStoreError(.tokens, "no power") }
        return try await body()
    }
}

private struct PoweredKeeper: SecretKeeper {
    let keeper: any SecretKeeper
    let power: Power

    func check() async throws(SecretStoreError) {
        try await power.step { () throws(SecretStoreError) in try await keeper.check() }
    }

    func removeAll() async throws(SecretStoreError) {
        // In parts: of what is removed some may be gone.
        for name in SecretName.allCases { try await remove(name) }
        try await power.step { () throws(SecretStoreError) in try await keeper.removeAll() }
    }

    func load(_ name: SecretName) async throws(SecretStoreError) -> Data? {
        try await power.step { () throws(SecretStoreError) in try await keeper.load(name) }
    }

    func save(_ secret: Data, as name: SecretName) async throws(SecretStoreError) {
        try await power.step { () throws(SecretStoreError) in try await keeper.save(secret, as: name) }
    }

    func replace(_ name: SecretName, expected: Data?, with secret: Data) async throws(SecretStoreError) -> Bool {
        try await power.step { () throws(SecretStoreError) in
            try await keeper.replace(name, expected: expected, with: secret)
        }
    }

    func remove(_ name: SecretName) async throws(SecretStoreError) {
        try await power.step { () throws(SecretStoreError) in try await keeper.remove(name) }
    }

    func withExclusiveAccess<Result: Sendable>(_ body: @Sendable () async throws -> Result) async throws -> Result {
        try await keeper.withExclusiveAccess(body)
    }
}
