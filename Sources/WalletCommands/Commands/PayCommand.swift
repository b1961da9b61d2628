import ArgumentParser
import Foundation
import WalletCore

/// `pay`: scan, show, ask, pay.
struct PayCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pay", abstract: "Pay a merchant's code or intent.",
        discussion: """
            Shows the amount and the merchant as the platform has them, asks, and pays. Paying the same again is safe.

            Examples:
              wallet-cli pay 'fex://pay?intent=pi_1&amount=29.99&currency=USD&merchant=m_1'
              zbarimg --raw -q --nodbus code.png | wallet-cli pay - --yes
            """)

    @OptionGroup var options: GlobalOptions
    @Argument(help: "A code's text, an intent's id, or - for standard input.") var code: String
    @Flag(help: "Don't ask.") var yes = false

    func run() async throws {
        let text = try CodeArgument.read(code)
        let session = try await options.openLoggedIn()
        try await session.decide(.pay, on: intent(named: text, in: session), isAgreed: yes)
    }

    private func intent(named text: String, in session: WalletSession) async throws -> PaymentIntent {
        // An id has no room for anything a code needs.
        if let id = IntentID(text.trimmingCharacters(in: .whitespacesAndNewlines)) {
            return try await session.current(id)
        }
        switch try ScannedCode(parsing: text) {
        case .merchant(let code):
            return try CheckedCode(code: code, intent: try await session.current(code.intent)).intent
        case .wallet:
            throw CommandFailure(.badData, "wallet_code", "this is a customer's wallet code: it is scanned by a till")
        case .foreign(let code):
            throw CommandFailure(.badData, "foreign_code", "this is no Fex code but \(code.name): \(code.summary)")
        }
    }
}
