import ArgumentParser
import Foundation
import WalletCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

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
        // A pipe whose reader has gone is no reason to die in the middle of a payment.
        signal(SIGPIPE, SIG_IGN)
        let terminal = Terminal(isJSON: arguments.contains("--json"), isQuiet: arguments.contains("--quiet"))
        var command: any ParsableCommand
        do {
            command = try RootCommand.parseAsRoot(GlobalOptions.reordered(arguments))
        } catch {
            return end(parsing: error, terminal)
        }
        do {
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
            return ExitStatus.done.rawValue
        } catch let error as ReportedFailure {
            if terminal.isJSON { terminal.failure(error.failure) }
            return error.failure.status.rawValue
        } catch let error as any WalletError {
            terminal.failure(error)
            return ExitStatus(error).rawValue
        } catch let error as CodeError {
            terminal.failure(error)
            return ExitStatus(error).rawValue
        } catch {
            return end(parsing: error, terminal)
        }
    }

    /// Ends after a request for help, wrong usage, or a fault of ours.
    private static func end(parsing error: any Error, _ terminal: Terminal) -> Int32 {
        let code = RootCommand.exitCode(for: error)
        let text = RootCommand.fullMessage(for: error)
        if code == .success {
            print(text)
            return ExitStatus.done.rawValue
        }
        guard code == .validationFailure else {
            terminal.failure(error)
            return ExitStatus(error).rawValue
        }
        if terminal.isJSON {
            terminal.failure(CommandFailure(.usage, "usage", PlainText.clean(RootCommand.message(for: error))))
        } else {
            terminal.show(text)
        }
        return ExitStatus.usage.rawValue
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
            """,
        subcommands: [
            ProfileCommand.self, LoginCommand.self, LogoutCommand.self, StatusCommand.self, ScanCommand.self,
            PayCommand.self, CodeCommand.self, ApprovalsCommand.self, ApproveCommand.self, DeclineCommand.self,
            OutboxCommand.self, SyncCommand.self, HistoryCommand.self, ShowCommand.self, BalanceCommand.self,
        ])
}
