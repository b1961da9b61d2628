import FexValues

/// Why a text is no code that could be used.
///
/// Nothing was sent and no money moved; the same text will fail again.
public struct CodeError: Error, Hashable, Sendable {
    /// What is wrong.
    public enum Code: Hashable, Sendable {
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
    public enum Field: String, Hashable, Sendable {
        /// What stands before the parameters: `fex://pay`.
        case address
        /// The parameters as a whole.
        case parameters
        /// The payment intent's id: `intent`, or `payment_intent_id`.
        case intent
        /// The amount.
        case amount
        /// The currency of the amount.
        case currency
        /// The merchant's id: `merchant`, or `merchant_id`.
        case merchant
        /// The merchant's name.
        case merchantName = "merchant name"
    }

    /// What is wrong.
    public let code: Code

    /// An error.
    public init(_ code: Code) { self.code = code }

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
        let why = shown == value ? why : "\"\(PlainText.clean(shown, limit: 40))\" can't be one"
        return unreadable(field, "it is not understood: \(InvisibleCharacters.firstOddity(in: value) ?? why)")
    }

    /// A part whose value can be read, and must not be what it is.
    static func notAllowed(_ field: Field, _ why: String) -> CodeError {
        unreadable(field, "it is not allowed: \(why)")
    }
}

extension CodeError: CustomStringConvertible {
    /// A clause for people that names what is wrong, fit to be shown on one line.
    public var description: String {
        switch code {
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
