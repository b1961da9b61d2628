import ArgumentParser
import Dispatch
import FexSandbox
import Foundation
import NATSClient
import TerminalProgram
import WalletCurl

@main
struct FexSandboxMain {
    /// Not `async`: the runtime of tasks opens files, and would get the descriptors of closed standard streams.
    static func main() {
        // Its state holds the customers' secrets, and its database the platform's key.
        ProcessPrivacy.begin()
        StandardStreams.prepare()
        CrashReports.turnOff()
        Task { ProgramEnd.end(await run().rawValue) }
        dispatchMain()
    }

    private static func run() async -> ExitCode {
        let arguments: [String]
        do { arguments = try ProgramArguments.read() } catch { return Failure.report(error, Failure.usage) }
        do {
            switch try reader.read(arguments) {
            case .text(let text): try StandardOutput.write(text)
            case .version: try StandardOutput.write(version.text)
            case .command(let command):
                if let list = try await reader.run(command) { try StandardOutput.write(list) }
            }
            return .success
        } catch let code as ExitCode {
            return code
        } catch let error as UsageError {
            Failure.say(error.message)
            return Failure.report(error.advice, Failure.usage)
        } catch let error as Unwritten {
            error.report(asJSON: arguments.prefix { $0 != "--" }.contains("--json"))
            return Failure.unwritten
        } catch {
            return Failure.report(error, .failure)
        }
    }

    private static let reader = ArgumentReader(
        FexSandboxCommand.self,
        acting: [
            IntentCommand.self, ScanCommand.self, StatusCommand.self, CancelCommand.self, RefundCommand.self,
        ])

    private static var version: ProgramVersion {
        ProgramVersion(
            of: "fex-sandbox",
            libraries: [
                ("SQLite", Sandbox.storageVersion), ("libcurl", CurlTransport.libraryVersion),
                ("libnats", NATSLibrary.version),
            ])
    }
}

/// `fex-sandbox`: the platform as published, on this machine, and a till to go with it.
struct FexSandboxCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fex-sandbox",
        abstract: "The Fex payment platform as published, on this machine, for tests and demonstrations.",
        discussion: """
            Examples:
              fex-sandbox serve --ready-file ready.json
              fex-sandbox pos intent --ready ready.json --amount 29.99 --description "Flat white"
            """,
        version: ProgramVersion.number,
        subcommands: [ServeCommand.self, PointOfSaleCommand.self, ShopCommand.self])
}
