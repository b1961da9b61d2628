package import FexValues

/// Why arguments can't be understood.
package struct UsageError: WalletError, Hashable {
    /// How a text is given that looks like an option.
    static let dashAdvice = "A text that begins with a dash stands behind --, last of all."

    /// A sentence for people, fit to be shown.
    package let message: String
    /// Whose help tells more: the words that lead to it.
    package let command: String

    init(_ message: String, command: String) {
        self.message = message
        self.command = command
    }

    package var code: String { "usage" }
    package var retry: RetryAdvice { .never }
    package var money: MoneyEffect { .notMoved }
    package var description: String { message }

    /// Where there is more to read.
    package var advice: String { "See `\(command) --help`." }
}
