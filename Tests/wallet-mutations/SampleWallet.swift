import FexHTTP
import FexValues
import Foundation
import GRDB
import WalletCore
import WalletTesting

/// A wallet with a past: payments, requests, decisions that wait for a network, and a log that is not yet in the file.
struct SampleWallet {
    let clock = DrivenClock(Timestamp("2026-01-01T12:00:00Z")!)
    let platform: ModelPlatform
    let folder: URL
    let secretsFolder: URL
    /// The file with all that is in the log.
    let whole: Data
    /// The file without what is in the log, and the log.
    let (main, log): (Data, Data)
    /// The decisions there are, by intent.
    let intents: [IntentID]
    /// Their keys.
    let keys: [IntentID: IdempotencyKey]
    /// The root pages of all indexes of the whole file.
    let indexes: [Int]
    /// What no error may say.
    let canaries: [String]

    private static let root =
        FileManager.default.isWritableFile(atPath: "/dev/shm")
        ? URL(filePath: "/dev/shm") : FileManager.default.temporaryDirectory

    init() async throws {
        let root = Self.root.appending(path: "wallet-mutations-\(UUID().uuidString)")
        folder = root.appending(path: "changed")
        secretsFolder = root.appending(path: "secrets")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let file = root.appending(path: "sample.sqlite")
        let isAway = Switch()
        let platform = ModelPlatform(clock: clock) { call in
            isAway.isOn && call.line.hasPrefix("POST") ? .unreachable : .served
        }
        self.platform = platform
        let wallet = try await Wallet(
            Self.configuration(file, clock, platform, FileSecretStore(directory: secretsFolder)))
        _ = try await wallet.account.logIn(username: "alice", password: "right", deviceName: "test")
        var intents: [IntentID] = []
        func decide(_ name: String, _ kind: DecisionKind) async throws {
            let target = kind == .pay ? nil : ModelPlatform.wallet
            let id = platform.addIntent(name, target: target, lifetime: .seconds(1 << 24))
            let intent = try await wallet.intents.fetch(id)
            if target != nil { try await wallet.approvals.catchUp() }
            _ = try await wallet.decisions.decide(kind, on: intent.terms)
            intents.append(id)
        }
        for number in 1...12 { try await decide("pi_paid\(number)", .pay) }
        try await decide("pi_approved", .approve)
        try await decide("pi_declined", .decline)
        for number in 1...3 {
            platform.addIntent("pi_open\(number)", target: ModelPlatform.wallet, lifetime: .seconds(1 << 24))
        }
        try await wallet.sync.once()
        try await wallet.approvals.mute(MerchantID("mer_muted")!)
        let main = try Data(contentsOf: file)
        isAway.turn(on: true)
        for kind in [DecisionKind.pay, .approve, .decline] {
            for number in 1...2 { try await decide("pi_\(kind.rawValue)\(number)", kind) }
        }
        isAway.turn(on: false)
        let log = try Data(contentsOf: URL(filePath: file.path + "-wal"))
        let copy = root.appending(path: "copy.sqlite")
        (self.main, self.log) = (main, log)
        whole = try await Self.joined(main, log, at: copy)
        self.intents = intents
        var keys: [IntentID: IdempotencyKey] = [:]
        for intent in intents { keys[intent] = try await wallet.decisions.load(on: intent)?.idempotencyKey }
        self.keys = keys
        let queue = try DatabaseQueue(path: copy.path)
        indexes = try await queue.read { db in
            try Int.fetchAll(db, sql: "SELECT rootpage FROM sqlite_master WHERE type = 'index' ORDER BY name")
        }
        let secrets = try await queue.read { db in
            try String.fetchAll(db, sql: "SELECT idempotency_key FROM decision UNION SELECT scan_token FROM account")
        }
        canaries = secrets.filter { $0.count > 6 } + ["Café Zoë", "Two coffees", "\"amount\"", "35.50", "row: ["]
    }

    func remove() { try? FileManager.default.removeItem(at: folder.deletingLastPathComponent()) }

    func configuration(in folder: URL) -> WalletConfiguration {
        Self.configuration(
            folder.appending(path: "wallet.sqlite"), clock, platform, FileSecretStore(directory: secretsFolder))
    }

    private static func configuration(
        _ database: URL, _ clock: DrivenClock, _ platform: ModelPlatform, _ secrets: FileSecretStore
    ) -> WalletConfiguration {
        var configuration = WalletConfiguration(
            endpoints: PlatformEndpoints(
                api: HTTPAddress("https://platform.test")!, auth: HTTPAddress("https://platform.test/auth")!),
            database: database, secrets: secrets, http: platform)
        configuration.clock = clock
        return configuration
    }

    private static func joined(_ main: Data, _ log: Data, at file: URL) async throws -> Data {
        try main.write(to: file)
        try log.write(to: URL(filePath: file.path + "-wal"))
        try await DatabasePool(path: file.path).writeWithoutTransaction { _ = try $0.checkpoint(.truncate) }
        return try Data(contentsOf: file)
    }
}
