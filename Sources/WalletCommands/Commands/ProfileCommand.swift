import ArgumentParser
import FexValues
import Foundation
import WalletCore

/// `profile`: deployments and customers, one database each.
struct ProfileCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "profile", abstract: "Deployments and customers, one database each.",
        discussion:
            "Example: wallet-cli profile add shop --api https://api.example.com --auth https://auth.example.com",
        subcommands: [ProfileAddCommand.self, List.self, Remove.self, Use.self])

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "list", abstract: "List all profiles.")

        @OptionGroup var options: GlobalOptions

        func run() async throws {
            let home = try options.openHome()
            let (names, current) = (try home.names, try home.currentName)
            let documents = names.map { JSON.string($0) }
            try options.terminal.result(
                ["profiles": .array(documents), "current": .string(current)],
                text: names.map { $0 == current ? "* \($0)" : "  \($0)" }.joined(separator: "\n"))
        }
    }

    struct Remove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "remove", abstract: "Remove a profile, its history and its secrets.",
            discussion: "Refused while a decision's outcome is open.")

        @OptionGroup var options: GlobalOptions
        @Argument(help: "The profile's name.") var name: String

        func run() async throws {
            // Nothing is sent anywhere: its addresses need not be safe.
            let profile = try options.openHome().load(name, making: false, isToBeReached: false)
            let open = try await WalletReader.read(database: profile.database, secrets: profile.secrets) { reader in
                try await reader.loadOutbox().count
            }
            guard open == 0 else { throw ConfigurationError.queuedDecisions(profile: name, count: open) }
            // First: without the profile nobody knows what is in the keyring.
            try await profile.secrets.removeAll()
            try options.openHome().remove(name)
            try options.terminal.result(["removed": .string(name)], text: "Profile \(name) is removed.")
        }
    }

    struct Use: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "use", abstract: "Use a profile where none is named.")

        @OptionGroup var options: GlobalOptions
        @Argument(help: "The profile's name.") var name: String

        func run() async throws {
            let home = try options.openHome()
            try home.use(name)
            options.warn(of: try home.load(name, making: false, isToBeReached: false))
            try options.terminal.result(["current": .string(name)], text: "Using profile \(name).")
        }
    }
}
