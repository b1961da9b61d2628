import ArgumentParser
import FexSandbox
import FexValues

/// `fex-sandbox pos refund`
struct RefundCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "refund", abstract: "Pay an intent back in full.",
        discussion: "The money moves a little later: `pos status` shows refund_status completed then.")

    @Argument(help: "The intent's id.")
    var intent: IntentID

    @OptionGroup var options: TillOptions

    func run() async throws {
        let intent = intent
        try await options.run(money: .moved) { till in try await till.refundIntent(intent) }
    }
}
