import ArgumentParser
import FexValues
import WalletCore

/// `status`: who, what, how fresh; from this device alone.
struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Who is logged in, and how fresh things are; asks nobody.")

    @OptionGroup var options: GlobalOptions

    func run() async throws {
        let (profile, account, queued, lastSync, quarantined) = try await options.read { profile, reader in
            (
                profile, try await reader.ledger.loadAccount(), try await reader.loadOutbox().count,
                try await reader.ledger.loadLastSync(), try await reader.loadQuarantine().count
            )
        }
        let listening = ListeningNote(file: profile.listeningFile).read()
        let way = try SecretsWay(of: profile)
        let session = await session(profile)
        try options.terminal.result(
            [
                "profile": .string(profile.name), "logged_in": .bool(session == .loggedIn),
                "session": .string(session.rawValue), "wallet": .optional(account?.wallet.rawValue),
                "balance": .optional(account?.balance.decimalString),
                "currency": .optional(account?.balance.currency.code), "queued": .integer(queued),
                "last_sync": .optional(lastSync?.description), "listening": .string(listening.rawValue),
                "quarantined": .integer(quarantined), "secrets": .string(way.rawValue),
            ],
            text: """
                Profile    \(profile.name)
                Session    \(session.sentence)
                Wallet     \(account?.wallet.rawValue ?? "-")
                Balance    \(account.map { "\($0.balance), as of \($0.asOf)" } ?? "-")
                Queued     \(queued)
                Last sync  \(lastSync?.description ?? "never")
                Listening  \(listening.sentence)
                Secrets    \(way.sentence)
                Unread     \(quarantined.counted("row").map { "\($0) can't be read: `sync` names them" } ?? "-")
                """)
    }

    /// Whether somebody is logged in. Where that can't be read the rest is told all the same.
    private func session(_ profile: Profile) async -> SessionState {
        do {
            try await WalletReader.checkSession(in: profile.secrets)
            return .loggedIn
        } catch {
            let state = SessionState(error) ?? .unreadable
            if state == .unreadable { options.terminal.note("whether somebody is logged in can't be told: \(error)") }
            return state
        }
    }
}

extension SessionState {
    fileprivate var sentence: String {
        switch self {
        case .loggedIn: "logged in"
        case .ended: "over: log in again"
        case .unreadable: "can't be told: the secrets can't be read"
        default: "nobody is logged in"
        }
    }
}
