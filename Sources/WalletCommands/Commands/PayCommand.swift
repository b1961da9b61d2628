import ArgumentParser
import FexValues
import PaymentCodes
import WalletCore

/// `pay`: scan, show, ask, pay.
struct PayCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pay", abstract: "Pay a merchant's code or intent.",
        discussion: """
            Shows the amount and the merchant as the platform has them, asks, and pays. Paying the same again is safe.

            Examples:
              wallet-cli pay 'fex://pay?intent=pi_1&amount=29.99&currency=USD&merchant=m_1'
              zbarimg --raw -q --nodbus -Sbinary code.png | wallet-cli pay - --yes
              wallet-cli pay --yes -- "$CODE"

            Behind -- nothing is taken for an option, whatever it begins with: scripts write it so.
            """)

    @OptionGroup var options: GlobalOptions
    @Argument(help: "A code's text, an intent's id, or - for standard input.") var code: String
    @Flag(help: "Don't ask.") var yes = false

    func run() async throws {
        let text = try CodeArgument.read(code)
        // What can't be paid is said without asking anybody, whoever is logged in.
        let meant = try MeantPayment(text)
        let context = try await options.openLoggedIn()
        try await context.decide(.pay, on: intent(meant, in: context), consent: yes ? .preauthorised : nil)
    }

    private func intent(_ meant: MeantPayment, in context: CommandContext) async throws -> PaymentIntent {
        switch meant {
        case .intent(let id): try await context.current(id)
        case .code(let code): try CheckedCode(code: code, intent: try await context.current(code.intent)).intent
        }
    }
}

/// What a person means to pay.
private enum MeantPayment {
    case intent(IntentID)
    case code(MerchantCode)

    /// - Throws: ``CodeError``, ``CommandFailure`` where the text is another code, which is named: keys and addresses of
    ///   other systems have the characters of ids, and must not get into an address of the platform.
    init(_ text: String) throws {
        if let id = IntentID(typed: text) {
            self = .intent(try IntentID(argument: id.rawValue))
            return
        }
        switch try ScannedCode(parsing: text) {
        case .merchant(let code): self = .code(code)
        case .wallet:
            throw CommandFailure(.badData, "wallet_code", "this is a customer's wallet code: it is scanned by a till")
        case .foreign(let code):
            throw CommandFailure(.badData, "foreign_code", "this is no Fex code but \(code.name): \(code.summary)")
        }
    }
}
