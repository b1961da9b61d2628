import ArgumentParser
import WalletCore

/// `balance`: what the wallet holds.
struct BalanceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "balance", abstract: "What the wallet holds, as last known, and how long ago that was.")

    @OptionGroup var options: GlobalOptions
    @Flag(help: "Ask the platform.") var refresh = false

    func run() async throws {
        let session = try await refresh ? options.openLoggedIn() : options.open()
        if refresh { try await session.wallet.sync.refreshAccount() }
        guard let account = try await session.wallet.activity.loadAccount() else { throw SessionError.notLoggedIn }
        let age = session.wallet.activity.age(of: account)
        options.terminal.result(
            [
                "balance": .string(account.balance.decimalString), "currency": .string(account.balance.currency.code),
                "as_of": .string(account.asOf.description), "age_seconds": .integer(Int(age.components.seconds)),
            ],
            text: "\(account.balance), as of \(age.ago) (\(account.asOf))")
    }
}
