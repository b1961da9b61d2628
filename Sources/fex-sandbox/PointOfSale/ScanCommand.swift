import ArgumentParser
import FexSandbox

/// `fex-sandbox pos scan`
struct ScanCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scan", abstract: "Ask the wallet whose code was scanned for money.")

    @Argument(help: "What the customer's code says.")
    var token: String

    @OptionGroup var order: OrderOptions
    @OptionGroup var options: TillOptions

    func run() async throws {
        let (body, token) = (order.body, token)
        // The platform takes such a request from a counter only.
        try await options.run(defaultCounter: "0") { till in try await till.scan(token, order: body) }
    }
}
