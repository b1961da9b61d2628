/// Why a text is not an amount, or a sum can't be had.
///
/// The same text or sum will fail again, and no money has moved.
public struct MoneyError: WalletError, Hashable, Sendable {
    /// What is wrong; the raw value is a name in snake case.
    public struct Reason: RawRepresentable, Hashable, Sendable {
        /// The reason's name.
        public let rawValue: String

        /// A reason by its name: further ones than those below may be added.
        public init(rawValue: String) { self.rawValue = rawValue }

        /// ISO 4217 lists no currency with the code in ``MoneyError/text``.
        public static let unknownCurrency = Reason(rawValue: "unknown_currency")
        /// The text isn't a decimal number such as `35.50`.
        public static let notANumber = Reason(rawValue: "not_a_number")
        /// The number is below zero; an amount never is.
        public static let negative = Reason(rawValue: "negative")
        /// The number has digits below the currency's minor unit: `0.001` USD.
        public static let tooPrecise = Reason(rawValue: "too_precise")
        /// The number is beyond what 64 bits of minor units hold.
        public static let tooLarge = Reason(rawValue: "too_large")
        /// The two amounts are of different currencies.
        public static let currencyMismatch = Reason(rawValue: "currency_mismatch")
        /// The sum or difference is beyond what 64 bits of minor units hold, or below zero.
        public static let overflow = Reason(rawValue: "overflow")
    }

    private enum Problem: Hashable {
        case unknownCurrency(String)
        case notANumber(String)
        case negative(String)
        case tooPrecise(String, Currency)
        case tooLarge(String, Currency)
        case currencyMismatch(Currency, Currency)
        case overflow
    }

    private let problem: Problem

    private init(_ problem: Problem) { self.problem = problem }

    /// ISO 4217 lists no currency with this code.
    public static func unknownCurrency(_ code: String) -> MoneyError { MoneyError(.unknownCurrency(code)) }
    /// The text isn't a decimal number.
    public static func notANumber(_ text: String) -> MoneyError { MoneyError(.notANumber(text)) }
    /// The number is below zero.
    public static func negative(_ text: String) -> MoneyError { MoneyError(.negative(text)) }
    /// The number has digits below the currency's minor unit.
    public static func tooPrecise(_ text: String, _ currency: Currency) -> MoneyError {
        MoneyError(.tooPrecise(text, currency))
    }
    /// The number is beyond what 64 bits of minor units hold.
    public static func tooLarge(_ text: String, _ currency: Currency) -> MoneyError {
        MoneyError(.tooLarge(text, currency))
    }
    /// The two amounts are of different currencies.
    public static func currencyMismatch(_ left: Currency, _ right: Currency) -> MoneyError {
        MoneyError(.currencyMismatch(left, right))
    }
    /// The sum or difference is beyond what 64 bits of minor units hold, or below zero.
    public static let overflow = MoneyError(.overflow)

    /// Which of the errors it is, whatever text or amounts it is about.
    public var reason: Reason {
        switch problem {
        case .unknownCurrency: .unknownCurrency
        case .notANumber: .notANumber
        case .negative: .negative
        case .tooPrecise: .tooPrecise
        case .tooLarge: .tooLarge
        case .currencyMismatch: .currencyMismatch
        case .overflow: .overflow
        }
    }

    /// The text that is no amount or no currency, as it came from outside: what is shown is ``description``, where it has
    /// been made safe. `nil` where two amounts don't go together.
    public var text: String? {
        switch problem {
        case .unknownCurrency(let text), .notANumber(let text), .negative(let text): text
        case .tooPrecise(let text, _), .tooLarge(let text, _): text
        case .currencyMismatch, .overflow: nil
        }
    }

    /// `unusable_amount`; ``reason`` says more.
    public var code: String { "unusable_amount" }
    /// Never: the same text or sum fails again.
    public var retry: RetryAdvice { .never }
    /// None has: an amount was read or reckoned with.
    public var money: MoneyEffect { .notMoved }

    /// Which text is no amount and why, or which amounts don't go together; on one line.
    public var description: String {
        switch problem {
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
