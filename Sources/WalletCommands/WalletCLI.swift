import ArgumentParser
import NATSClient
import TerminalProgram
import WalletCore
import WalletCurl

/// The terminal client.
public enum WalletCLI {
    /// Runs the client with the arguments of this process.
    ///
    /// - Returns: The process's exit code.
    public static func run() async -> Int32 {
        CrashReports.turnOff()
        do { return await run(arguments: try ProgramArguments.read()) } catch {
            let isJSON = CommandLine.arguments.contains("--json")
            Terminal(isJSON: isJSON, isQuiet: false).failure(error)
            return ExitStatus(error).rawValue
        }
    }

    /// Runs the client with a process's arguments, without the program's name.
    ///
    /// - Returns: The process's exit code.
    public static func run(arguments: [String]) async -> Int32 {
        let options = arguments.prefix { $0 != "--" }
        let terminal = Terminal(isJSON: options.contains("--json"), isQuiet: options.contains("--quiet"))
        do {
            switch try GlobalOptions.reader.read(GlobalOptions.reordered(arguments)) {
            case .text(let text): try terminal.write(text)
            case .version: try terminal.result(version.document, text: version.text)
            case .command(let command):
                if let list = try await GlobalOptions.reader.run(command) { try terminal.write(list) }
            }
            return ExitStatus.done.rawValue
        } catch is ReaderHasGone {
            return ExitStatus.done.rawValue
        } catch let error as ReportedFailure {
            if terminal.isJSON { terminal.failure(error.failure) }
            return error.failure.status.rawValue
        } catch {
            terminal.failure(error)
            if let error = error as? UsageError, !terminal.isJSON { terminal.show(error.advice) }
            return ExitStatus(error).rawValue
        }
    }

    private static var version: ProgramVersion {
        ProgramVersion(
            of: "wallet-cli",
            libraries: [
                ("SQLite", StorageLibrary.version), ("libcurl", CurlTransport.libraryVersion),
                ("libnats", NATSLibrary.version),
            ])
    }
}

/// What `wallet-cli` is without a command: the list of them.
struct RootCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "wallet-cli",
        abstract: "A customer's wallet for the Fex payment platform.",
        discussion: """
            Scan a merchant's code and pay it, or let a till scan yours and approve what appears.

              wallet-cli profile add default --api URL --auth URL --nats URL
              wallet-cli login
              wallet-cli pay 'fex://pay?intent=…'

            Behind -- nothing is taken for an option: wallet-cli pay --yes -- "$CODE"
            """,
        version: ProgramVersion.number,
        subcommands: [
            ProfileCommand.self, LoginCommand.self, LogoutCommand.self, DevicesCommand.self, LockCommand.self,
            UnlockCommand.self, PassphraseCommand.self, SecretsCommand.self,
            StatusCommand.self,
            ScanCommand.self,
            PayCommand.self, CodeCommand.self, ApprovalsCommand.self, ApproveCommand.self, DeclineCommand.self,
            OutboxCommand.self, SyncCommand.self, HistoryCommand.self, ShowCommand.self, BalanceCommand.self,
            LimitsCommand.self, ProofCommand.self, RPCCommand.self, DoctorCommand.self,
        ])
}
