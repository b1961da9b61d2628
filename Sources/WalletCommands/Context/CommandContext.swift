import ArgumentParser
import FexValues
import Foundation
import Logging
import Synchronization
import TerminalProgram
import WalletCore
import WalletCurl
import WalletNATS

/// What a command works with: the profile it was asked for, and the wallet that lives there.
struct CommandContext {
    let profile: Profile
    let wallet: Wallet
    let terminal: Terminal
}

extension GlobalOptions {
    /// The home these options name.
    ///
    /// - Throws: ``NotUTF8`` where its path is not text: its like would be another directory.
    func openHome() throws(NotUTF8) -> Home {
        var named = home
        if named == nil { named = try ProgramArguments.variable("FEX_WALLET_HOME") }
        if named == nil { named = try ProgramArguments.variable("XDG_DATA_HOME") }
        if let named { try ProgramArguments.check(path: named) } else { _ = try ProgramArguments.variable("HOME") }
        return Home(option: home)
    }

    /// The profile these options name.
    func loadProfile() throws -> Profile {
        let profile = try openHome().load(profile)
        warn(of: profile)
        return profile
    }

    /// Says of a profile that is named insecure that it is; once in a process, also with `--quiet`.
    func warn(of profile: Profile) {
        guard let warning = profile.warning, !Self.hasWarned.exchange(true, ordering: .relaxed) else { return }
        terminal.show(warning)
    }

    private static let hasWarned = Atomic(false)

    /// Lets a body read what this device remembers of the profile that these options name. Asks nobody, writes nothing, and
    /// waits for nobody who does.
    ///
    /// - Parameter body: Run once more where the database was found damaged, and has been mended.
    func read<Value>(_ body: (Profile, WalletReader) async throws -> Value) async throws -> Value {
        let profile = try openHome().load(profile, making: false)
        warn(of: profile)
        return try await WalletReader.read(database: profile.database, secrets: profile.secrets) { reader in
            if let recovery = reader.recovery { terminal.show(recovery.description) }
            return try await body(profile, reader)
        }
    }

    /// Opens the wallet of the profile these options name. Asks nobody.
    func open() async throws -> CommandContext {
        let profile = try loadProfile()
        let secrets = profile.secrets
        // Copies that a killed process has left wait until they can be removed: until then nobody looks at them.
        try? await secrets.finishMoving()
        var configuration = WalletConfiguration(
            endpoints: try PlatformEndpoints(api: profile.api, auth: profile.auth),
            database: profile.database, secrets: secrets,
            http: CurlTransport(trust: try profile.tlsTrust()))
        configuration.log = log
        configuration.allowsInsecureWays = profile.trust.isInsecure
        if let nats = profile.nats {
            let server = nats.absoluteString
            configuration.eventServer = server
            configuration.events = NATSEventTransport(
                url: server, name: "wallet-cli",
                authorities: profile.trust.authorities == nil ? nil : profile.authoritiesFile.path,
                credentials: { [own = profile.eventCredentials] in
                    if let own { return own }
                    return await EventCredentials(in: secrets, for: server)
                })
        }
        let wallet = try await Wallet(configuration)
        if let recovery = wallet.recovery { terminal.show(recovery.description) }
        return CommandContext(profile: profile, wallet: wallet, terminal: terminal)
    }

    /// Opens the wallet of somebody who is logged in.
    func openLoggedIn() async throws -> CommandContext {
        let context = try await open()
        do { try await context.wallet.account.check() } catch SessionError.notLoggedIn { throw Self.notLoggedIn }
        // A mended database may have lost whose it is.
        if try await context.wallet.ledger.loadAccount() == nil { try await context.wallet.account.restore() }
        return context
    }

    /// Whose wallet it is, as this device knows; one that does not know, as after its database was mended, asks the platform.
    ///
    /// - Throws: ``CommandFailure`` where nobody is logged in and nothing is known.
    func loadAccount() async throws -> Account {
        let known = try await read { _, reader in
            let account = try await reader.ledger.loadAccount()
            if account == nil { try await Self.checkSession(reader) }
            return account
        }
        if let known { return known }
        guard let account = try await openLoggedIn().wallet.ledger.loadAccount() else { throw Self.notLoggedIn }
        return account
    }

    /// - Throws: ``CommandFailure`` where nobody is logged in; ``SessionError``, ``SecretStoreError``.
    static func checkSession(_ reader: WalletReader) async throws {
        do { try await reader.checkSession() } catch SessionError.notLoggedIn { throw notLoggedIn }
    }

    /// Why nothing can be done without somebody who is logged in.
    static var notLoggedIn: CommandFailure {
        CommandFailure(.noPermission, "not_logged_in", "nobody is logged in: `wallet-cli login`")
    }

    private var log: Logger {
        guard verbose else { return Logger(label: "fex.wallet", factory: { _ in SwiftLogNoOpLogHandler() }) }
        var log = Logger(label: "fex.wallet", factory: { StreamLogHandler.standardError(label: $0) })
        // For whoever looks for a fault: how much is reported, as `fex-sandbox --log-level` has it.
        let asked = ProcessInfo.processInfo.environment["FEX_LOG_LEVEL"]
        log.logLevel = asked.flatMap { Logger.Level(rawValue: $0) } ?? .debug
        return log
    }
}
