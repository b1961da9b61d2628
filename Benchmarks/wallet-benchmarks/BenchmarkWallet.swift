import FexHTTP
import Foundation
import WalletCore

/// A wallet in a directory of its own, laid out as `wallet-cli` lays out a profile.
struct BenchmarkWallet {
    let directory: URL

    init(_ path: String) throws {
        directory = URL(filePath: path, directoryHint: .isDirectory)
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    }

    var database: URL { directory.appending(path: "wallet.sqlite") }

    /// Opens the wallet, and logs in where nobody is.
    func open(
        http: any HTTPTransport, at endpoints: PlatformEndpoints, events: (any EventTransport)? = nil,
        as customer: Customer
    ) async throws -> Wallet {
        let wallet = try await Wallet(
            WalletConfiguration(
                endpoints: endpoints, database: database,
                secrets: FileSecretStore(directory: directory.appending(path: "secrets")), http: http, events: events))
        if await !wallet.account.isLoggedIn {
            _ = try await wallet.account.logIn(
                username: customer.username, password: customer.password, deviceName: "benchmark")
        }
        return wallet
    }
}

/// Who logs in.
struct Customer {
    var username = "customer"
    var password = "benchmark"
}
