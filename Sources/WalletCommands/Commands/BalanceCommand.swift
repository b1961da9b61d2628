import ArgumentParser
import FexValues
import WalletCore
import WalletDocuments

/// `balance`: what the wallet holds.
struct BalanceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "balance", abstract: "What the wallet holds, as last known, and how long ago that was.")

    @OptionGroup var options: GlobalOptions
    @Flag(help: "Ask the platform.") var refresh = false

    func run() async throws {
        let (account, age) = try await refresh ? refreshed() : known()
        try options.terminal.result(
            account.balanceDocument(age: age),
            text: "\(account.balance), as of \(age.ago) (\(account.asOf))")
    }

    private func known() async throws -> (Account, age: Duration) {
        let account = try await options.loadAccount()
        return (account, try await options.read { $1.ledger.age(of: account) })
    }

    private func refreshed() async throws -> (Account, age: Duration) {
        let wallet = try await options.openLoggedIn().wallet
        let account = try await wallet.sync.refreshAccount()
        return (account, wallet.ledger.age(of: account))
    }
}
