import ArgumentParser
import FexSandbox
import FexValues

/// `fex-sandbox pos cancel`
struct CancelCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "cancel", abstract: "Withdraw an intent.")

    @Argument(help: "The intent's id.")
    var intent: IntentID

    @OptionGroup var options: TillOptions

    func run() async throws {
        let intent = intent
        try await options.run { till in try await till.cancelIntent(intent) }
    }
}
