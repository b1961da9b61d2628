import ArgumentParser

/// Measures the wallet beside the bare tools it is built on.
@main
struct WalletBenchmarks: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "wallet-benchmarks",
        abstract: "Measure the wallet beside the bare tools it is built on. Scripts/bench runs all of it.",
        subcommands: [MakeCommand.self, PagesCommand.self, QueriesCommand.self, SyncCommand.self])
}
