import ArgumentParser
import Foundation
import WalletCore

/// `make`: a wallet with a generated history, made by a sync.
struct MakeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "make", abstract: "Make a wallet with a generated history, by syncing with a platform in memory.")

    @Option(help: "How many transactions there are.") var rows: Int
    @Argument(help: "The directory of the wallet.") var directory: String

    func run() async throws {
        let transport = GeneratedTransport(platform: GeneratedPlatform(history: GeneratedHistory(count: rows)))
        let wallet = try await BenchmarkWallet(directory).open(
            http: transport, at: GeneratedTransport.endpoints, as: Customer())
        try await wallet.sync.once()
    }
}
