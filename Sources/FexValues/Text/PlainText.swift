/// Text from outside made fit to be shown: one line, bounded, nothing in it that steers a terminal or reorders letters.
///
/// Merchants, tills and whoever prints a code choose these texts. Whatever shows one goes through here first.
public enum PlainText {
    /// A text as it may be shown on one line.
    ///
    /// Control characters (C0, C1, escape sequences), line and paragraph separators, bidirectional overrides and
    /// isolates, zero-width characters, tags, and private-use and unassigned characters become `�`; runs of white space
    /// become one space.
    ///
    /// - Parameters:
    ///   - text: Anything.
    ///   - limit: The most columns of a terminal to keep, of which some characters take two; what is cut is marked with `…`.
    public static func clean(_ text: String, limit: Int = 512) -> String {
        cleanSimple(text, limit: limit) ?? cleanScalars(text, limit: limit)
    }

    /// As ``clean(_:limit:)``, scalar by scalar; `nil` where a scalar may be a part of a character, or is not shown as it
    /// is. Few texts have such scalars, and to find out where a character of Unicode's ends takes a hundred times as long.
    private static func cleanSimple(_ text: String, limit: Int) -> String? {
        var count = 0
        var isAfterSpace = true
        var hasSpareSpace = false
        for scalar in text.unicodeScalars {
            guard isSimple(scalar) else { return nil }
            hasSpareSpace = hasSpareSpace || isAfterSpace && scalar == " "
            isAfterSpace = scalar == " "
            count += simpleColumns(of: scalar)
        }
        return count <= limit && !hasSpareSpace && (count == 0 || !isAfterSpace)
            ? text : withoutSpareSpaces(text.unicodeScalars, limit: limit)
    }

    private static func withoutSpareSpaces(_ scalars: String.UnicodeScalarView, limit: Int) -> String {
        var result = String.UnicodeScalarView()
        var pendingSpace = false
        var left = limit
        for scalar in scalars {
            if scalar == " " {
                guard left > 0 else { return String(result) + "…" }
                pendingSpace = !result.isEmpty
                continue
            }
            let columns = simpleColumns(of: scalar)
            guard left >= columns else { return String(result) + "…" }
            if pendingSpace {
                result.append(" ")
                left -= 1
                pendingSpace = false
            }
            result.append(scalar)
            left -= columns
        }
        return String(result)
    }

    /// How many columns a character takes that is simple: those of Chinese and kana two.
    static func simpleColumns(of scalar: Unicode.Scalar) -> Int { scalar.value < 0x3041 ? 1 : 2 }

    /// Whether a scalar is a space of ASCII's, or a character by itself that is shown as it is, unless one follows that joins
    /// it: letters and signs of Latin, Greek, Cyrillic and Chinese, kana, and quotation marks.
    static func isSimple(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x20...0x7E, 0xA1...0xAC, 0xAE...0x24F, 0x391...0x3A1, 0x3A3...0x3CE, 0x400...0x481, 0x48A...0x52F,
            0x2013...0x2014, 0x2018...0x201E, 0x2026, 0x20AC, 0x2116, 0x3041...0x3096, 0x30A1...0x30FA, 0x4E00...0x9FEF:
            true
        default: false
        }
    }

    private static func cleanScalars(_ text: String, limit: Int) -> String {
        var result = ""
        var pendingSpace = false
        // One character of a text may be thousands of scalars: bound those too.
        var scalarsLeft = limit * 8
        var columnsLeft = limit
        for character in text {
            guard columnsLeft > 0, scalarsLeft > 0 else { return result + "…" }
            if character.unicodeScalars.allSatisfy({ $0.properties.isWhitespace && !isSeparator($0) }) {
                pendingSpace = !result.isEmpty
                continue
            }
            if pendingSpace {
                result.append(" ")
                columnsLeft -= 1
                pendingSpace = false
            }
            let columns = character.unicodeScalars.first.map { TerminalText.columns(of: $0) } ?? 1
            guard columnsLeft >= columns else { return result + "…" }
            for scalar in character.unicodeScalars.prefix(8) {
                result.unicodeScalars.append(isShowable(scalar) ? scalar : "\u{FFFD}")
                scalarsLeft -= 1
            }
            columnsLeft -= max(1, columns)
        }
        return result
    }

    /// A text in quotation marks, as it stands in a sentence, fit to be shown; a quotation mark in it becomes an apostrophe.
    ///
    /// - Parameters:
    ///   - text: Anything.
    ///   - limit: The most characters to keep; what is cut is marked with `…`.
    public static func quoted(_ text: String, limit: Int = 200) -> String {
        "\"\(withoutQuotationMarks(clean(text, limit: limit)))\""
    }

    /// A text with apostrophes in the place of what looks like the end of a quotation.
    static func withoutQuotationMarks(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isQuotationMark) else { return text }
        return String(String.UnicodeScalarView(text.unicodeScalars.map { isQuotationMark($0) ? "'" : $0 }))
    }

    private static func isQuotationMark(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "\"", "\u{201C}", "\u{201D}", "\u{201F}", "\u{2033}", "\u{2BA}", "\u{2DD}", "\u{2EE}", "\u{FF02}": true
        default: false
        }
    }

    /// Whether a text is already fit to be shown as it is, apart from white space.
    public static func isClean(_ text: String) -> Bool {
        text.unicodeScalars.allSatisfy { isShowable($0) }
    }

    /// Whether there is anything to see in a text: a letter, digit, mark of punctuation or symbol that has a shape.
    ///
    /// White space, joiners, fillers that count as letters, and what ``clean(_:limit:)`` replaces are nothing to see.
    public static func isVisible(_ text: String) -> Bool {
        text.unicodeScalars.contains { scalar in
            switch scalar.properties.generalCategory {
            case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber,
                .letterNumber, .otherNumber, .connectorPunctuation, .dashPunctuation, .openPunctuation,
                .closePunctuation, .initialPunctuation, .finalPunctuation, .otherPunctuation, .mathSymbol,
                .currencySymbol, .modifierSymbol, .otherSymbol:
                // Blank though they are letters or symbols: the fillers of Hangul, the empty pattern of Braille.
                !scalar.properties.isDefaultIgnorableCodePoint && scalar != "\u{2800}" && scalar != "\u{FFFD}"
            default: false
            }
        }
    }

    private static func isSeparator(_ scalar: Unicode.Scalar) -> Bool {
        scalar == "\u{2028}" || scalar == "\u{2029}"
    }

    static func isShowable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned:
            false
        case .format:
            // Joiners shape letters of living scripts, and make emoji of several parts.
            scalar == "\u{200C}" || scalar == "\u{200D}"
        default:
            true
        }
    }
}
