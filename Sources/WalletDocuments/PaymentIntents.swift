package import FexValues
package import WalletCore

extension PaymentIntent {
    /// The intent as the platform gave it, with the amount as an exact string.
    package var outputDocument: JSON {
        guard var object = document.objectValue else { return document }
        object["amount"] = .string(amount.decimalString)
        // A picture of the code is of no use to a script, and longer than all the rest.
        object["qr_code_url"] = nil
        return .object(object)
    }
}
