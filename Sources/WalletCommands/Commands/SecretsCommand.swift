import ArgumentParser
import FexValues
import WalletCore
import WalletPassphrase

/// `secrets`: where they are kept, and moving them.
struct SecretsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "secrets", abstract: "Where your login and this device's key are kept, and moving them.",
        subcommands: [Show.self, Move.self], defaultSubcommand: Show.self)

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show", abstract: "Say how the secrets are kept, and whether they can be opened.")

        @OptionGroup var options: GlobalOptions

        func run() async throws {
            let profile = try options.loadProfile()
            let way = try SecretsWay(of: profile)
            var problem: SecretStoreError?
            do { try await profile.secrets.check() } catch { problem = error }
            try options.terminal.result(
                [
                    "secrets": .string(way.rawValue), "opens": .bool(problem == nil),
                    "problem": problem.map { Terminal.document(of: $0) } ?? .null,
                ],
                text: "\(way.sentence)\(problem.map { "; at the moment \($0)" } ?? "")")
        }
    }

    struct Move: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "move", abstract: "Move the secrets to the desktop's keyring, or back into files.",
            discussion: """
                They are written anew, read back, and only then removed where they were. A passphrase over the files ends with \
                them: the keyring has its own.

                  wallet-cli secrets move secret_service
                  wallet-cli secrets move plain
                """)

        @OptionGroup var options: GlobalOptions
        @Argument(help: "plain or secret_service.") var keeping: SecretKeeping

        func run() async throws {
            let profile = try options.loadProfile()
            if keeping == .plain, try SecretsWay(of: profile) == .passphrase {
                throw CommandFailure(
                    .usage, "under_passphrase",
                    "the secrets are in files already, under a passphrase: `passphrase remove` takes it away")
            }
            let isMoved = try await profile.secrets.move(to: keeping)
            let way = try SecretsWay(of: profile)
            try options.terminal.result(
                ["secrets": .string(way.rawValue), "moved": .bool(isMoved)],
                text: isMoved ? "Moved: \(way.sentence)." : "They are there: \(way.sentence).")
        }
    }
}

/// How secrets are kept, by the contract's names.
enum SecretsWay: String {
    case plain
    case passphrase
    case secretService = "secret_service"

    init(of profile: Profile) throws {
        switch try SecretPlace(in: profile.directory).kept {
        case .secretService: self = .secretService
        case .plain: self = try profile.vault.isProtected() ? .passphrase : .plain
        }
    }

    var sentence: String {
        switch self {
        case .plain: "plain files, which only your user can read"
        case .passphrase: "under a passphrase"
        case .secretService: "in your desktop's keyring (Secret Service)"
        }
    }
}
