import FexHTTP
import FexValues
import Foundation
import Logging
import Testing
import WalletCore
import WalletTesting

/// A wallet on a real database file, beside a model of the platform. Reopening it is what a restart is.
final class TestWallet: Sendable {
    let clock = DrivenClock(Timestamp("2026-01-01T12:00:00Z")!)
    let secrets = InMemorySecretStore()
    let platform: ModelPlatform
    let fate = PlannedFates()
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
    ///
    /// - Parameter http: What stands between it and the platform, if anything does.
    func open(on http: (any HTTPTransport)? = nil) async throws -> Wallet {
        var configuration = configuration
        if let http { configuration.http = http }
        return try await Wallet(configuration)
    }

    /// Opens the wallet with its customer logged in.
    func openLoggedIn(on http: (any HTTPTransport)? = nil) async throws -> Wallet {
        let wallet = try await open(on: http)
        _ = try await wallet.account.logIn(username: "alice", password: "right", deviceName: "test")
        return wallet
    }
}
