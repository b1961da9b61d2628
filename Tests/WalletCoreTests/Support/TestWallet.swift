import FexHTTP
import FexValues
import Foundation
import Logging
import Synchronization
import Testing
import WalletCore
import WalletTesting

/// A wallet on a real database file, beside a model of the platform. Reopening it is what a restart is.
final class TestWallet: Sendable {
    let clock = DrivenClock(Timestamp("2026-01-01T12:00:00Z")!)
    let secrets = InMemorySecretStore()
    let platform: ModelPlatform
    let fate = Fates()
    let directory: URL

    init() throws {
        platform = ModelPlatform(clock: clock, fate: { [fate] in fate.next(for: $0) })
        platform.change { $0.rules.dpop = .init() }
        directory = FileManager.default.temporaryDirectory.appending(path: "wallet-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: directory) }

    var configuration: WalletConfiguration {
        var configuration = WalletConfiguration(
            endpoints: PlatformEndpoints(
                api: HTTPAddress("https://platform.test")!, auth: HTTPAddress("https://platform.test/auth")!),
            database: directory.appending(path: "wallet.sqlite"), secrets: secrets, http: platform)
        configuration.clock = clock
        return configuration
    }

    /// Opens the wallet as a new process would.
    func open() async throws -> Wallet { try await Wallet(configuration) }

    /// Opens the wallet with its customer logged in.
    func openLoggedIn() async throws -> Wallet {
        let wallet = try await open()
        _ = try await wallet.account.logIn(username: "alice", password: "right", deviceName: "test")
        return wallet
    }
}

/// What happens to the next calls of a kind; the rest are served.
final class Fates: Sendable {
    private let planned = Mutex<[(part: String, fates: [ModelPlatform.Fate])]>([])

    /// Plans what happens, in turn, to calls whose path ends so.
    func plan(_ part: String, _ fates: ModelPlatform.Fate...) {
        planned.withLock { $0.append((part, fates)) }
    }

    /// How much of what was planned has yet to happen.
    var left: Int { planned.withLock { $0.reduce(0) { $0 + $1.fates.count } } }

    /// Forgets all plans.
    func clear() { planned.withLock { $0 = [] } }

    func next(for call: ModelPlatform.Call) -> ModelPlatform.Fate {
        planned.withLock { planned in
            guard let index = planned.firstIndex(where: { call.path.hasSuffix($0.part) && !$0.fates.isEmpty }) else {
                return .served
            }
            return planned[index].fates.removeFirst()
        }
    }
}
