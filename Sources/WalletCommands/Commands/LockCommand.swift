import ArgumentParser
import FexValues
import WalletCore
import WalletPassphrase

/// `lock`: nothing reads the secrets before they are unlocked again.
struct LockCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lock", abstract: "Lock the secrets, where a passphrase was set.")

    @OptionGroup var options: GlobalOptions

    func run() async throws {
        let vault = try options.loadProtectedVault()
        vault.lock()
        try options.terminal.result(["locked": true], text: "Locked.")
    }
}

/// `unlock`: lets this user's programs read the secrets for a time.
struct UnlockCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "unlock", abstract: "Unlock the secrets for a time.",
        discussion: """
            The key to them is kept by the kernel, for the programs of your user, and is gone when the time is up, after \
            `lock`, and when the machine is switched off.
            """)

    @OptionGroup var options: GlobalOptions
    @OptionGroup var passphrase: PassphraseOptions
    @Option(name: .customLong("for"), help: ArgumentHelp("For how many minutes.", valueName: "minutes"))
    var minutes = 15

    func run() async throws {
        guard (1...7 * 24 * 60).contains(minutes) else {
            throw CommandFailure(.usage, "bad_time", "--for takes minutes from 1 to 10080, which is a week")
        }
        let vault = try options.loadProtectedVault()
        try await vault.unlock(try passphrase.read("Passphrase: "), for: .seconds(minutes * 60))
        try options.terminal.result(
            ["locked": false, "minutes": .integer(minutes)],
            text: "Unlocked for \(minutes.counted("minute") ?? "a moment").")
    }
}

/// `passphrase`: sets one over the secrets, or removes it.
struct PassphraseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "passphrase", abstract: "Set a passphrase over the secrets, or remove it.",
        discussion: """
            With a passphrase neither a copy of the files nor a backup pays or logs in. Who forgets it logs in again, as \
            another device: decisions that wait are kept.
            """,
        subcommands: [Set.self, Remove.self])

    static var noPassphrase: CommandFailure {
        CommandFailure(
            .usage, "no_passphrase", "no passphrase was set, so the secrets are not locked: `passphrase set` sets one")
    }

    struct Set: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "set", abstract: "Set a passphrase, or change it; the secrets are locked afterwards.",
            discussion:
                "With --passphrase-fd the first line is the passphrase there is, if there is one; then the new one.")

        @OptionGroup var options: GlobalOptions
        @OptionGroup var passphrase: PassphraseOptions

        func run() async throws {
            let vault = try options.loadVault()
            let old = try vault.isProtected() ? passphrase.read("Passphrase: ") : nil
            try await vault.setPassphrase(try passphrase.readNew(), old: old)
            try options.terminal.result(
                ["secrets": "passphrase", "locked": true], text: "Set. `wallet-cli unlock` unlocks the secrets.")
        }
    }

    struct Remove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "remove",
            abstract: "Remove the passphrase: the secrets are plain files again, which only your user can read.")

        @OptionGroup var options: GlobalOptions
        @OptionGroup var passphrase: PassphraseOptions

        func run() async throws {
            let vault = try options.loadProtectedVault()
            try await vault.removePassphrase(try passphrase.read("Passphrase: "))
            try options.terminal.result(["secrets": "plain"], text: "Removed: the secrets are plain files.")
        }
    }
}

extension GlobalOptions {
    /// What is over the secrets' files.
    ///
    /// - Throws: ``CommandFailure`` where they are in no files.
    fileprivate func loadVault() throws -> SecretVault {
        let profile = try loadProfile()
        guard try SecretPlace(in: profile.directory).kept == .plain else {
            throw CommandFailure(
                .usage, "no_passphrase",
                "the secrets are in your desktop's keyring, which locks and unlocks them: `secrets move plain` takes them out"
            )
        }
        return profile.vault
    }

    /// The same, where a passphrase was set.
    fileprivate func loadProtectedVault() throws -> SecretVault {
        let vault = try loadVault()
        guard try vault.isProtected() else { throw PassphraseCommand.noPassphrase }
        return vault
    }
}
