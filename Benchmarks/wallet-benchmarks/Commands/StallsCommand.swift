import ArgumentParser
import FexValues
import Foundation
import WalletCore
import WalletCurl

/// `stalls`: for how long the main actor stands still while the wallet is called on it.
struct StallsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stalls",
        abstract: "Open a wallet, log in and sync on the main actor, and tell its longest stalls as JSON.",
        discussion: "Before the last step it prints a line, and waits for one: then another process holds the database."
    )

    @Option(help: "The platform's address.") var api: String
    @Option(help: "The identity provider's address.") var auth: String
    @Argument(help: "The directory of the wallet.") var directory: String

    @MainActor
    func run() async throws {
        guard let api = URL(string: api), let auth = URL(string: auth) else {
            throw ValidationError("--api and --auth take addresses")
        }
        let endpoints = try PlatformEndpoints(api: api, auth: auth)
        func configuration(_ place: BenchmarkWallet) -> WalletConfiguration {
            WalletConfiguration(
                endpoints: endpoints, database: place.database,
                secrets: FileSecretStore(directory: place.directory.appending(path: "secrets")), http: CurlTransport())
        }
        let (own, other) = (try BenchmarkWallet(directory), try BenchmarkWallet("\(directory)/held"))

        let idle = await longestStall { try? await Task.sleep(for: .seconds(1)) }
        var wallet: Wallet?
        let opening = try await longestStall { wallet = try await Wallet(configuration(own)) }
        guard let wallet else { return }
        let loggingIn = try await longestStall {
            _ = try await wallet.account.logIn(
                username: Customer().username, password: Customer().password, deviceName: "benchmark")
        }
        let syncing = try await longestStall { _ = try await wallet.sync.once() }
        print("hold")
        fflush(nil)
        _ = readLine()
        let held = try await longestStall { _ = try await Wallet(configuration(other)) }
        let document: JSON = [
            "idle_ns": .integer(idle), "opening_ns": .integer(opening), "logging_in_ns": .integer(loggingIn),
            "syncing_ns": .integer(syncing), "held_ns": .integer(held),
        ]
        print(document.text)
    }

    /// The longest time for which the main actor did not go on while a body ran on it, in nanoseconds.
    @MainActor
    private func longestStall(_ body: @MainActor () async throws -> Void) async rethrows -> Int {
        let stalls = Stalls()
        let ticking = Task { @MainActor in
            while !Task.isCancelled {
                stalls.tick()
                try? await Task.sleep(for: .milliseconds(1))
            }
        }
        defer { ticking.cancel() }
        try await body()
        // A stall that lasts to the end counts.
        stalls.tick()
        return stalls.longest
    }
}

/// The longest time between two ticks.
@MainActor private final class Stalls {
    private var last = ContinuousClock.now
    private(set) var longest = 0

    func tick() {
        let now = ContinuousClock.now
        let gap = (now - last).components
        longest = max(longest, Int(gap.seconds) * 1_000_000_000 + Int(gap.attoseconds / 1_000_000_000))
        last = now
    }
}
