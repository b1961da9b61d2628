import ArgumentParser
import WalletCore

/// `balance`: what the wallet holds.
struct BalanceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "balance", abstract: "What the wallet holds, as last known.")

    @OptionGroup var options: GlobalOptions
    @Flag(help: "Ask the platform.") var refresh = false

    func run() async throws {
        let session = try await refresh ? options.openLoggedIn() : options.open()
        if refresh { try await session.wallet.sync.refreshAccount() }
        guard let account = try await session.wallet.activity.loadAccount() else { throw SessionError.notLoggedIn }
        options.terminal.result(
            [
                "balance": .string(account.balance.decimalString), "currency": .string(account.balance.currency.code),
                "as_of": .string(account.asOf.description),
            ],
            text: "\(account.balance), as of \(account.asOf)")
    }
}
