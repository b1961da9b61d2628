import ArgumentParser
import FexSandbox
import FexValues

/// `fex-sandbox pos status`
struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "status", abstract: "Show how an intent stands.")

    @Argument(help: "The intent's id.")
    var intent: IntentID

    @OptionGroup var options: TillOptions

    func run() async throws {
        let intent = intent
        try await options.run { till in try await till.fetchIntent(intent) }
    }
}
