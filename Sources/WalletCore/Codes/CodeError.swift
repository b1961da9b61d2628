/// Why a text is no code that could be used.
///
/// Nothing was sent and no money moved; the same text will fail again.
public struct CodeError: Error, Hashable, Sendable {
    /// What is wrong.
    public enum Code: Hashable, Sendable {
        /// There is nothing but white space.
        case empty
        /// There are more characters than ``ScannedCode/maximumLength``.
        case tooLong
        /// It is a Fex code, but a part of it can't be used.
        ///
        /// The problem is a few words, with what it quotes from the code made safe to show.
        case unreadable(Field, problem: String)
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
        }
    }
}
