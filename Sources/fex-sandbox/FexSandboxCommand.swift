import ArgumentParser
import Foundation
import WalletCore

@main
struct FexSandboxMain {
    static func main() async {
        CrashReports.turnOff()
        do { await FexSandboxCommand.main(try ProgramArguments.read()) } catch {
            FexSandboxCommand.exit(withError: Failure.report(error, Failure.usage))
        }
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
        subcommands: [ServeCommand.self, PointOfSaleCommand.self, ShopCommand.self])
}
