import FexValues
import PaymentCodes
import WalletCore

/// What the customer has to say yes to, or why there is nothing to pay.
enum Scan {
    case payable(CheckedCode)
    case sentence(String)
}

func read(_ text: String, with wallet: Wallet) async throws -> Scan {
    do {
        switch try ScannedCode(parsing: text) {
        case .merchant(let code):
            return .payable(try await wallet.intents.check(code))
        case .wallet:
            return .sentence("This is a customer's code. A till scans it.")
        case .foreign(let code):
            return .sentence("This is \(code.kind.name). It can't be paid with this wallet.")
        }
    } catch let error as CodeError {
        return .sentence(error.description)
    }
}

func pay(_ checked: CheckedCode, with wallet: Wallet) async throws -> DecisionResult {
    // The amount and the merchant of `checked.intent` were on the screen when the customer said yes.
    try await wallet.decisions.decide(.pay, on: checked.terms)
}
