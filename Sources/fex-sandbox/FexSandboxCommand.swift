import ArgumentParser
import TerminalProgram

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
