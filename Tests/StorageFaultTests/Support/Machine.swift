import FexHTTP
import FexValues
import Foundation
import Synchronization
import WalletCore
import WalletTesting

/// A device with a wallet on a disk that can fail, and the platform as it is beyond the device.
final class Machine: Sendable {
    let disk: FaultyDisk
    let platform: ModelPlatform
    let clock: DrivenClock
    private let secrets: MachineSecrets
    private let network: Network

    /// What the customer is asked for, and says to it.
    let wishes: [IntentID: DecisionKind]

    init() throws {
        let disk = try FaultyDisk()
        let clock = DrivenClock(Timestamp("2026-01-01T12:00:00Z")!)
        let network = Network(disk: disk)
        let platform = ModelPlatform(clock: clock, fate: { network.fate(of: $0) })
        self.disk = disk
        self.clock = clock
        self.network = network
        self.platform = platform
        secrets = MachineSecrets(disk: disk)
        func intent(_ id: String, asked isAsked: Bool = true) -> IntentID {
            platform.addIntent(id, target: isAsked ? ModelPlatform.wallet : nil, lifetime: .seconds(3600))
        }
        wishes = [
            intent("pi_paid", asked: false): .pay, intent("pi_lost"): .approve, intent("pi_no"): .decline,
            intent("pi_later", asked: false): .pay,
        ]
    }

    /// Opens the wallet as a new process would.
    func open() async throws -> Wallet {
        var configuration = WalletConfiguration(
            endpoints: PlatformEndpoints(
                api: HTTPAddress("https://platform.test")!, auth: HTTPAddress("https://platform.test/auth")!),
            database: disk.directory.appending(path: "wallet.sqlite"), secrets: secrets, http: platform)
        configuration.clock = clock
        return try await Wallet(configuration)
    }

    /// Starts again with a disk that is well, and a network that works.
    func restart() async throws {
        try await disk.mend()
        network.mend()
        // Longer than any lease: the process that had one looks like this one.
        clock.advance(by: .seconds(61))
    }

    /// How often the platform debited an intent.
    func debits(of intent: IntentID) -> Int { platform.debits.count { $0 == intent.rawValue } }

    /// Lets the customer say what they wish about an intent, as often as it takes to be said.
    func decide(_ intent: IntentID, in wallet: Wallet) async throws -> DecisionResult {
        let terms = try await wallet.intents.fetch(intent).terms
        return try await wallet.decisions.decide(wishes[intent]!, on: terms)
    }
}

/// The way to the platform: none without power; and of two intents the first call goes wrong.
private final class Network: Sendable {
    private let disk: FaultyDisk
    private let isFirst = Mutex(["/pi_lost/approve": true, "/pi_later/pay": true])

    init(disk: FaultyDisk) { self.disk = disk }

    func mend() { isFirst.withLock { $0 = [:] } }

    func fate(of call: ModelPlatform.Call) -> ModelPlatform.Fate {
        guard !disk.isOff else { return .unreachable }
        let known = isFirst.withLock { isFirst in
            let name = isFirst.keys.first { call.path.hasSuffix($0) && isFirst[$0] == true }
            if let name { isFirst[name] = false }
            return name
        }
        switch known {
        case "/pi_lost/approve"?: return .lostAfter
        case "/pi_later/pay"?: return .unreachable
        default: return .served
        }
    }
}

/// Secrets that stay what they are while the machine has no power.
private final class MachineSecrets: SecretStore {
    private let disk: FaultyDisk
    private let kept = InMemorySecretStore()

    init(disk: FaultyDisk) { self.disk = disk }

    func load(_ name: SecretName) throws(SecretStoreError) -> Data? { try kept.load(name) }

    func save(_ secret: Data, as name: SecretName) throws(SecretStoreError) {
        if !disk.isOff { try kept.save(secret, as: name) }
    }

    func replace(_ name: SecretName, expected: Data?, with secret: Data) throws(SecretStoreError) -> Bool {
        guard !disk.isOff else { return true }
        return try kept.replace(name, expected: expected, with: secret)
    }

    func remove(_ name: SecretName) throws(SecretStoreError) {
        if !disk.isOff { try kept.remove(name) }
    }

    func withExclusiveAccess<Result: Sendable>(
        _ body: @Sendable () async throws -> Result
    ) async throws -> Result {
        try await kept.withExclusiveAccess(body)
    }
}
