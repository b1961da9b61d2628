import FexValues

/// A text that a person gave, as a sentence quotes it: fit to be shown, and with a name for what nobody would see.
///
/// A text that is wrong by a character nobody sees looks right in quotation marks.
package struct Quotation: CustomStringConvertible {
    private let text: String
    private let limit: Int

    /// A quotation.
    ///
    /// - Parameters:
    ///   - text: What was given.
    ///   - limit: The most characters to quote.
    package init(_ text: String, limit: Int = 80) {
        self.text = text
        self.limit = limit
    }

    /// The text in quotation marks, and behind it the first character that nobody sees, by its name.
    package var description: String {
        if Quotation.holdsSecret(text) { return "what was given, which holds a secret and is not repeated here," }
        let quoted = "\"\(Quotation.fitToBeShown(text, limit: limit))\""
        return hidden.map { "\(quoted) (in it: \(InvisibleCharacters.name(of: $0)))" } ?? quoted
    }

    private var hidden: Unicode.Scalar? {
        let scalars = text.unicodeScalars
        if let end = [scalars.first, scalars.last].compactMap(\.self).first(where: { $0 == " " }) { return end }
        return scalars.first { $0 != " " && (InvisibleCharacters.contains($0) || !PlainText.isClean(String($0))) }
    }

    /// Whether a text holds what nobody else may see, and a terminal's log would keep: a private key, a wallet's words.
    /// Keys that were misread count too, and links with a key or a password in them.
    package static func holdsSecret(_ text: String) -> Bool {
        guard text.utf8.count >= 5 else { return false }
        if SecretText(heldBy: text) != nil || SecretText(misreadIn: text) != nil { return true }
        if RecoveryPhrase(in: text).isNearlyOne { return true }
        let code = InvisibleCharacters.trimmed(String(text.unicodeScalars.prefix(ScannedCode.maximumLength)))
        return [.secret, .cashu, .otpauth, .wifi].contains(ForeignCode(naming: code).kind)
    }

    /// A text as it may be repeated where it is no argument that could be named otherwise: what may be a secret is cut short.
    package static func withoutSecrets(_ text: String) -> String { SecretText.shown(text) }

    /// A text with `�` for each character that would steer a terminal, break the line or turn letters around.
    package static func fitToBeShown(_ text: String, limit: Int = 512) -> String {
        let cut = text.unicodeScalars.prefix(limit)
        let shown = String(String.UnicodeScalarView(cut.map { PlainText.isClean(String($0)) ? $0 : "\u{FFFD}" }))
        return cut.endIndex == text.unicodeScalars.endIndex ? shown : shown + "…"
    }
}
