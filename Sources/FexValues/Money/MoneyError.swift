/// Why a text is not an amount, or a sum can't be had.
///
/// The texts in the cases come from outside: show ``description``, which has been made safe for a terminal.
public enum MoneyError: Error, Hashable, Sendable {
    /// ISO 4217 lists no currency with this code.
    case unknownCurrency(String)
    /// The text isn't a decimal number such as `35.50`.
    case notANumber(String)
    /// The number is below zero; an amount never is.
    case negative(String)
    /// The number has digits below the currency's minor unit: `0.001` USD.
    case tooPrecise(String, Currency)
    /// The number is beyond what 64 bits of minor units hold.
    case tooLarge(String, Currency)
    /// The two amounts are of different currencies.
    case currencyMismatch(Currency, Currency)
    /// The sum or difference is beyond what 64 bits of minor units hold, or below zero.
    case overflow
}

extension MoneyError: CustomStringConvertible {
    /// A sentence or a name for people, fit to be shown.
    public var description: String {
        switch self {
        case .unknownCurrency(let code):
            "\(quoted(code)) is not a currency of ISO 4217"
        case .notANumber(let text):
            "\(quoted(text)) is not an amount: digits are expected, with at most one decimal point, as in 35.50"
        case .negative(let text):
            "\(quoted(text)) is below zero: an amount never is"
        case .tooPrecise(let text, let currency):
            "\(quoted(text)) has more decimals than \(currency) allows (\(currency.minorUnitDigits))"
        case .tooLarge(let text, let currency):
            "\(quoted(text)) \(currency) is larger than any amount that can be held"
        case .currencyMismatch(let left, let right):
            "\(left) and \(right) are different currencies"
        case .overflow:
            "the result is larger than any amount that can be held, or below zero"
        }
    }

    /// At most 40 characters of a text from outside, without anything that could steer a terminal.
    private func quoted(_ text: String) -> String {
        "\"\(PlainText.clean(text, limit: 40))\""
    }
}
