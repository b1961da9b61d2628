package import WalletCore

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
        let quoted = "\"\(Quotation.fitToBeShown(text, limit: limit))\""
        return hidden.map { "\(quoted) (in it: \(Quotation.name(of: $0)))" } ?? quoted
    }

    private var hidden: Unicode.Scalar? {
        let scalars = text.unicodeScalars
        if let end = [scalars.first, scalars.last].compactMap(\.self).first(where: { $0 == " " }) { return end }
        return scalars.first { $0 != " " && Quotation.isInvisible($0) }
    }

    /// A text with `�` for each character that would steer a terminal, break the line or turn letters around.
    package static func fitToBeShown(_ text: String, limit: Int = 512) -> String {
        let cut = text.unicodeScalars.prefix(limit)
        let shown = String(String.UnicodeScalarView(cut.map { PlainText.isClean(String($0)) ? $0 : "\u{FFFD}" }))
        return cut.endIndex == text.unicodeScalars.endIndex ? shown : shown + "…"
    }

    /// A character by its number and its name: `U+00A0 (NO-BREAK SPACE)`.
    package static func name(of scalar: Unicode.Scalar) -> String {
        let digits = String(scalar.value, radix: 16, uppercase: true)
        let number = "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
        if scalar == " " { return "space (\(number))" }
        return (scalar.properties.name ?? scalar.properties.nameAlias).map { "\(number) (\($0))" } ?? number
    }

    /// A text without the characters at its ends that nobody sees.
    package static func trimmed(_ text: String) -> String {
        let scalars = text.unicodeScalars
        guard let start = scalars.firstIndex(where: { !isInvisible($0) }),
            let end = scalars.lastIndex(where: { !isInvisible($0) })
        else { return "" }
        return String(scalars[start...end])
    }

    /// Whether a character leaves nothing on the screen: white space, control characters, marks of direction, joiners.
    package static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
        let properties = scalar.properties
        return properties.isWhitespace || properties.isDefaultIgnorableCodePoint
            || [.control, .format].contains(properties.generalCategory)
    }
}
