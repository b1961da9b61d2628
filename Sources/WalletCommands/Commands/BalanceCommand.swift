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
        let found = try await refresh ? refreshed() : options.read { try await known($1.ledger) }
        guard let (account, age) = found else { throw SessionError.notLoggedIn }
        try options.terminal.result(
            account.balanceDocument(age: age),
            text: "\(account.balance), as of \(age.ago) (\(account.asOf))")
    }

    private func known(_ ledger: Ledger) async throws -> (Account, age: Duration)? {
        try await ledger.loadAccount().map { ($0, ledger.age(of: $0)) }
    }

    private func refreshed() async throws -> (Account, age: Duration)? {
        let wallet = try await options.openLoggedIn().wallet
        try await wallet.sync.refreshAccount()
        return try await known(wallet.ledger)
    }
}
