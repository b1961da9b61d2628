import ArgumentParser
import FexSandbox

/// `fex-sandbox pos intent`
struct IntentCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "intent", abstract: "Make an intent and show its QR code.")

    @OptionGroup var order: OrderOptions
    @OptionGroup var options: TillOptions

    func run() async throws {
        let body = order.body
        try await options.run(isNew: true) { till in try await till.createIntent(body) }
    }
}
