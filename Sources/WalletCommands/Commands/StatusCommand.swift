import ArgumentParser
import WalletCore

/// `status`: who, what, how fresh; from this device alone.
struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Who is logged in, and how fresh things are; asks nobody.")

    @OptionGroup var options: GlobalOptions

    func run() async throws {
        let session = try await options.open()
        let account = try await session.wallet.activity.loadAccount()
        let queued = try await session.wallet.decisions.loadOutbox().count
        let lastSync = try await session.wallet.activity.loadLastSync()
        let quarantined = try await session.wallet.sync.loadQuarantine().count
        let listening = ListeningNote(file: session.profile.listeningFile).read()
        let isLoggedIn = session.wallet.session.isLoggedIn
        options.terminal.result(
            [
                "profile": .string(session.profile.name), "logged_in": .bool(isLoggedIn),
                "wallet": .optional(account?.wallet.rawValue), "balance": .optional(account?.balance.decimalString),
                "currency": .optional(account?.balance.currency.code), "queued": .integer(queued),
                "last_sync": .optional(lastSync?.description), "listening": .string(listening.rawValue),
                "quarantined": .integer(quarantined),
            ],
            text: """
                Profile    \(session.profile.name)
                Session    \(isLoggedIn ? "logged in" : "nobody is logged in")
                Wallet     \(account?.wallet.rawValue ?? "-")
                Balance    \(account.map { "\($0.balance), as of \($0.asOf)" } ?? "-")
                Queued     \(queued)
                Last sync  \(lastSync?.description ?? "never")
                Listening  \(listening.sentence)
                Unread     \(quarantined.counted("row").map { "\($0) can't be read: `sync` names them" } ?? "-")
                """)
    }
}
