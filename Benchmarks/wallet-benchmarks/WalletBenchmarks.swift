import ArgumentParser

/// Measures the wallet beside the bare tools it is built on.
@main
struct WalletBenchmarks: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "wallet-benchmarks",
        abstract: "Measure the wallet beside the bare tools it is built on. Scripts/bench runs all of it.",
        subcommands: [
            CodesCommand.self, DecidingCommand.self, MakeCommand.self, PagesCommand.self, QueriesCommand.self,
            ReceivingCommand.self, StallsCommand.self, SyncCommand.self,
        ])
}
