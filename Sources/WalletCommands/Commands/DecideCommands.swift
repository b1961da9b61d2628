import ArgumentParser
import FexValues
import WalletCore

/// `approve`: yes to a till's request.
struct ApproveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "approve", abstract: "Say yes to a till's request: it is paid.",
        discussion: "Example: wallet-cli approve pi_1\n\nIn scripts: wallet-cli approve --yes -- \"$INTENT\"")

    @OptionGroup var options: GlobalOptions
    @Argument(help: "The intent's id, as `approvals` lists it.") var intent: String
    @Flag(help: "Don't ask.") var yes = false

    func run() async throws {
        let id = try IntentID(argument: intent)
        let context = try await options.openLoggedIn()
        try await context.decide(.approve, on: context.current(id), consent: yes ? .preauthorised : nil)
    }
}

/// `decline`: no to a till's request.
struct DeclineCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "decline", abstract: "Say no to a till's request; it never comes back.",
        discussion:
            "Example: wallet-cli decline pi_1 --reason 'not mine'\n\nIn scripts: wallet-cli decline -- \"$INTENT\"")

    @OptionGroup var options: GlobalOptions
    @Argument(help: "The intent's id, as `approvals` lists it.") var intent: String
    // Whatever follows is the reason, also where it looks like an option.
    @Option(parsing: .unconditional, help: ArgumentHelp("What to tell the merchant.", valueName: "text"))
    var reason: String?
    @Flag(help: .hidden) var yes = false

    func run() async throws {
        let id = try IntentID(argument: intent)
        let context = try await options.openLoggedIn()
        // A no moves no money: saying it is agreement enough.
        try await context.decide(.decline, on: context.current(id), reason: reason, consent: .asked)
    }
}
