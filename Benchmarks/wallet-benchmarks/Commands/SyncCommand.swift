import ArgumentParser
import CBareSQLite
import FexValues
import Foundation
import WalletCore
import WalletCurl

/// `sync`: a new wallet's first sync with a server, timed.
struct SyncCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sync", abstract: "Log a new wallet in, sync it once, and tell time and memory as JSON.")

    @Option(help: "The platform's address.") var api: String
    @Option(help: "The identity provider's address.") var auth: String
    @Option(help: "Who logs in.") var username = Customer().username
    @Option(help: "Their password.") var password = Customer().password
    @Argument(help: "The directory of the wallet.") var directory: String

    func run() async throws {
        guard let api = URL(string: api), let auth = URL(string: auth) else {
            throw ValidationError("--api and --auth take addresses")
        }
        let wallet = try await BenchmarkWallet(directory).open(
            http: CurlTransport(), at: PlatformEndpoints(api: api, auth: auth),
            as: Customer(username: username, password: password))
        let before = PeakMemory.load()
        let start = bare_now()
        let report = try await wallet.sync.once()
        let nanoseconds = bare_now() - start
        let document: JSON = [
            "transactions": .integer(report.transactions), "nanoseconds": .integer(nanoseconds),
            "peak_kib": .integer(PeakMemory.load() ?? 0), "peak_kib_before": .integer(before ?? 0),
        ]
        print(document.text)
    }
}
