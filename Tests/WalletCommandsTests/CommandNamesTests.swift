import ArgumentParser
import Testing

@testable import WalletCommands

/// What a command is called.
@Suite struct CommandNamesTests {
    @Test func `each command says its name, since to find it by the type's takes a tenth of a start`() {
        #expect(unnamed(below: RootCommand.self).isEmpty)
    }

    private func unnamed(below command: any ParsableCommand.Type) -> [String] {
        let own = command.configuration.commandName == nil ? ["\(command)"] : []
        return own + command.configuration.subcommands.flatMap(unnamed)
    }
}
