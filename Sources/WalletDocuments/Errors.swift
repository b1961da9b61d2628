package import FexValues

extension WalletError {
    /// The error as programs read it: its code, its message, what to do, and what may have become of the money.
    package var outputDocument: JSON {
        [
            "code": .string(code), "message": .string(description), "retry": .string(retry.rawValue),
            "money": .string(money.rawValue),
        ]
    }
}
