import FexValues
import PaymentCodes
import WalletCore

extension IntentID {
    /// An intent's id as it was typed; what nobody sees at its ends is no part of it.
    ///
    /// - Throws: ``CommandFailure`` that names a code of another kind, whose content may be a secret, or what keeps the text
    ///   from being an id.
    init(argument: String) throws {
        if ["null", "undefined"].contains(InvisibleCharacters.trimmed(argument)) {
            throw CommandFailure(
                .badData, "not_an_id",
                "\"\(InvisibleCharacters.trimmed(argument))\" is what programs write where there is no id")
        }
        if let id = IntentID(typed: argument) {
            self = id
            return
        }
        switch try ScannedCode(parsing: argument) {
        case .merchant:
            throw CommandFailure(.badData, "not_an_id", "this is a merchant's code, which `pay` takes, and no id")
        case .foreign(let code) where code.kind != .text:
            throw CommandFailure(.badData, "foreign_code", "this is no id but \(code.name): \(code.summary)")
        case .foreign, .wallet:
            throw CommandFailure(.badData, "not_an_id", IntentID.problem(with: argument))
        }
    }
}
