public import FexValues

/// Why a text is no code that could be used.
///
/// Nothing was sent and no money moved; the same text will fail again.
public struct CodeError: WalletError, Hashable, Sendable {
    package enum Reason: Hashable, Sendable {
        /// There is nothing, or nothing that could be seen.
        case empty
        /// There are more characters than ``ScannedCode/maximumLength``.
        case tooLong
        /// It is a Fex code, but a part of it can't be used.
        ///
        /// The problem is a few words, with what it quotes from the code made safe to show.
        case unreadable(Field, problem: String)
        /// What was given as an intent's id is a code of another system, such as a private key: it was sent nowhere.
        case otherSystem(ForeignCode)
    }

    /// A part of a Fex code; the raw value is its name for people.
    public struct Field: RawRepresentable, Hashable, Sendable {
        /// The part's name, in English.
        public let rawValue: String

        /// A part by its name: codes may get further ones than those below.
        public init(rawValue: String) { self.rawValue = rawValue }

        /// What stands before the parameters: `fex://pay`.
        public static let address = Field(rawValue: "address")
        /// The parameters as a whole.
        public static let parameters = Field(rawValue: "parameters")
        /// The payment intent's id: `intent`, or `payment_intent_id`.
        public static let intent = Field(rawValue: "intent")
        /// The amount's digits: `amount`.
        public static let amount = Field(rawValue: "amount")
        /// The currency of the amount: `currency`.
        public static let currency = Field(rawValue: "currency")
        /// The merchant's id: `merchant`, or `merchant_id`.
        public static let merchant = Field(rawValue: "merchant")
        /// The merchant's name: `merchant_name`, which only the JSON form has.
        public static let merchantName = Field(rawValue: "merchant name")
    }

    package let reason: Reason

    package init(_ reason: Reason) { self.reason = reason }

    /// There is nothing in the text, or nothing that could be seen.
    public static let empty = CodeError(.empty)
    /// The text has more characters than ``ScannedCode/maximumLength``.
    public static let tooLong = CodeError(.tooLong)

    /// The part of a Fex code that can't be used; `nil` where it is no matter of one part.
    public var field: Field? {
        if case .unreadable(let field, _) = reason { field } else { nil }
    }

    /// The code of another system, such as a private key, that was given as an intent's id and sent nowhere; `nil` where it
    /// is something else.
    public var otherSystem: ForeignCode? {
        if case .otherSystem(let code) = reason { code } else { nil }
    }

    /// `unusable_code`.
    public var code: String { "unusable_code" }
    /// Never: the same text fails again.
    public var retry: RetryAdvice { .never }
    /// None has: nothing was sent.
    public var money: MoneyEffect { .notMoved }

    /// An error about one part of a Fex code.
    static func unreadable(_ field: Field, _ problem: String) -> CodeError {
        CodeError(.unreadable(field, problem: problem))
    }

    /// A part that must be there, and isn't, or has no value.
    static func missing(_ field: Field, _ why: String = "") -> CodeError { unreadable(field, "it is missing\(why)") }

    /// A part that is there more than once.
    static func repeated(_ field: Field, _ times: Int) -> CodeError { unreadable(field, "it is there \(times) times") }

    /// A part whose value can't be read. A character that nobody sees is named, since the value would look right.
    static func notUnderstood(_ field: Field, _ value: String, _ why: String) -> CodeError {
        let shown = SecretText.shown(value)
        // What may be a key is quoted by nobody.
        let why = shown == value ? why : "\(Wording.quoted(shown, limit: 80) ?? "it") can't be one"
        return unreadable(field, "it is not understood: \(InvisibleCharacters.firstOddity(in: value) ?? why)")
    }

    /// A part whose value can be read, and must not be what it is.
    static func notAllowed(_ field: Field, _ why: String) -> CodeError {
        unreadable(field, "it is not allowed: \(why)")
    }
}

extension CodeError {
    /// A clause for people that names what is wrong, fit to be shown on one line.
    public var description: String {
        switch reason {
        case .empty:
            "there is nothing in the code"
        case .tooLong:
            "the text is longer than any QR code: more than \(ScannedCode.maximumLength) characters"
        case .unreadable(let field, let problem):
            "this Fex payment code can't be used: \(field.rawValue): \(problem)"
        case .otherSystem(let code):
            "this is no payment intent's id but \(code.name): \(code.summary)"
        }
    }
}
