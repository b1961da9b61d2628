public import FexValues

extension IntentID {
    /// The intent's id that a person typed or pasted where an id is expected; `nil` if the text can't be one, or is a code.
    ///
    /// Private keys, seed words and addresses of other systems have the characters that ids have. They never become an id
    /// here, so none of them gets into an address of the platform.
    ///
    /// - Parameter text: Whatever was given; what nobody sees at its ends is no part of it.
    public init?(typed text: String) {
        guard let id = IntentID(InvisibleCharacters.trimmed(text)), id.otherSystem == nil else { return nil }
        self = id
    }

    /// What keeps a text from being an id, fit to be shown: the first character that no id has, by its name.
    public static func problem(with text: String) -> String {
        let text = InvisibleCharacters.trimmed(text)
        let expected = "1 to 128 letters, digits and . _ ~ - are expected"
        // Links carry secrets: their content is shown nowhere.
        if let uri = URIParts(text) {
            let kind = Wording.quoted(SecretText.shown(uri.scheme), limit: 30) ?? ""
            return "a link of the kind \(kind) is not an id: \(expected)"
        }
        if IntentID(text) != nil, let code = ForeignCode(inPlaceOfID: text) {
            return "this is not an id but \(code.name): \(code.summary)"
        }
        guard let oddity = InvisibleCharacters.firstOddity(in: text) else {
            return "\"\(PlainText.clean(SecretText.shown(text), limit: 80))\" is not an id: \(expected)"
        }
        return "this is not an id, since \(oddity): \(expected)"
    }

    /// The code of another system that an id turns out to be: a private key, an address, an invoice.
    package var otherSystem: ForeignCode? { ForeignCode(inPlaceOfID: rawValue) }
}

extension ForeignCode {
    /// The code of another system that stands where an id is expected, or what may be a key; `nil` where it can be an id.
    init?(inPlaceOfID id: String) {
        // No bare code is shorter, and platforms like UUIDs.
        let mayBeCode = id.utf8.count >= ForeignCode.shortestBareCode && !WalletCode.isUUID(id)
        if mayBeCode, case let code = ForeignCode(naming: id), code.kind != .text {
            self = code
            return
        }
        guard let secret = SecretText(misreadIn: id) else { return nil }
        self = secret.foreignCode
    }
}
