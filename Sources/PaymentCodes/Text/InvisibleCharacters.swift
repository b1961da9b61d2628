import FexValues

/// Characters that nobody sees, which copying and printing leave around a code: white space, byte order marks, zero-width
/// characters, direction marks, soft hyphens.
package enum InvisibleCharacters {
    /// A text without such characters at its ends.
    package static func trimmed(_ text: String) -> String {
        let bytes = text.utf8
        guard let first = bytes.first, let last = bytes.last else { return text }
        if isVisibleASCII(first), isVisibleASCII(last) { return text }
        let scalars = text.unicodeScalars
        guard let start = scalars.firstIndex(where: { !contains($0) }),
            let end = scalars.lastIndex(where: { !contains($0) })
        else { return "" }
        return String(scalars[start...end])
    }

    /// Whether a character is such a one that isn't white space of ASCII's, or one of control.
    static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
        isControl(scalar) || !scalar.isASCII && contains(scalar)
    }

    /// A text without any such character.
    package static func removed(from text: String) -> String {
        if text.utf8.allSatisfy(isVisibleASCII) { return text }
        // By bytes: a string is put together from scalars ten times slower.
        var rest: [UInt8] = []
        rest.reserveCapacity(text.utf8.count)
        for scalar in text.unicodeScalars where !contains(scalar) {
            if let bytes = UTF8.encode(scalar) { rest.append(contentsOf: bytes) }
        }
        return String(decoding: rest, as: UTF8.self)
    }

    /// A text without the characters that leave nothing to see, not even a gap: one of them within a prefix or a word hides
    /// it from whoever compares bytes, and from nobody who looks.
    ///
    /// Joiners and variation selectors stay where they shape a letter or an emoji.
    ///
    /// - Parameter controls: Whether a character of control breaks a word as those do, or separates two.
    static func unbroken(_ text: String, controls: Controls = .breakWords) -> String {
        if text.utf8.allSatisfy({ isVisibleASCII($0) || ASCII.isSpace($0) }) { return text }
        var rest: [UInt8] = []
        rest.reserveCapacity(text.utf8.count)
        var isAfterASCII = true
        for scalar in text.unicodeScalars {
            if controls == .separate, isControl(scalar) { rest.append(0x20) }
            let isBreak = isControl(scalar) || contains(scalar) && !scalar.properties.isWhitespace
            if isBreak, isAfterASCII || !isShaping(scalar) { continue }
            isAfterASCII = scalar.isASCII
            if let bytes = UTF8.encode(scalar) { rest.append(contentsOf: bytes) }
        }
        return String(decoding: rest, as: UTF8.self)
    }

    /// What a character of control in a text may do.
    enum Controls {
        case breakWords
        case separate
    }

    private static func isShaping(_ scalar: Unicode.Scalar) -> Bool {
        scalar == "\u{200C}" || scalar == "\u{200D}" || ("\u{FE00}"..."\u{FE0F}").contains(scalar)
    }

    /// Whether a character is one of control that is no white space.
    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09...0x0D, 0x85: false
        case 0x00..<0x20, 0x7F..<0xA0: true
        default: false
        }
    }

    /// Whether nobody sees a character: Unicode's white space, what it lets programs ignore, marks of format.
    package static func contains(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII { return scalar.value == 0x20 || (0x09...0x0D).contains(scalar.value) }
        return !isLetterOfBlocks(scalar) && isInvisible(scalar)
    }

    /// Whether a character is of a block that has visible ones alone: Latin, Greek, Cyrillic, kana, Han, Hangul syllables.
    /// Unicode's properties take a hundred times longer to be looked up.
    private static func isLetterOfBlocks(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0xC0...0x2FF, 0x370...0x52F, 0x3041...0x3096, 0x30A1...0x30FE, 0x3400...0x4DBF, 0x4E00...0x9FFF,
            0xAC00...0xD7A3:
            true
        default: false
        }
    }

    /// The same by Unicode's properties.
    static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
        let properties = scalar.properties
        // The empty pattern of Braille is a symbol without a shape.
        return properties.isWhitespace || properties.isDefaultIgnorableCodePoint
            || properties.generalCategory == .format || scalar == "\u{2800}"
    }

    static func isVisibleASCII(_ byte: UInt8) -> Bool { (0x21...0x7E).contains(byte) }
}

// MARK: - Naming

extension InvisibleCharacters {
    /// Where a text has the first character that is no visible one of ASCII, for a message: `there is a space (U+0020) after
    /// "USD"`; `nil` where it has none.
    ///
    /// A quotation alone would say that what looks right is wrong.
    package static func firstOddity(in text: some StringProtocol) -> String? {
        guard let index = text.unicodeScalars.firstIndex(where: { !(0x21...0x7E).contains($0.value) }) else {
            return nil
        }
        let name = name(of: text.unicodeScalars[index])
        // A part of a secret is no better than the whole.
        let whole = String(text)
        guard SecretText.shown(whole) == whole else { return "there is \(name) in it" }
        let before = String(text[..<index].unicodeScalars.suffix(24).map(Character.init))
        let place = Wording.quoted(SecretText.shown(before)).map { "after \($0)" } ?? "at its beginning"
        return "there is \(name) \(place)"
    }

    /// The name of a character: `a space (U+0020)`; with its shape where it has one: `U+00E9 ("é")`.
    package static func name(of scalar: Unicode.Scalar) -> String {
        let digits = String(scalar.value, radix: 16, uppercase: true)
        let number = "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
        if let name = names[scalar.value] { return "\(name) (\(number))" }
        let shape = String(Character(scalar))
        guard !contains(scalar), PlainText.isClean(shape), let quoted = Wording.quoted(shape) else { return number }
        return "\(number) (\(quoted))"
    }

    /// Those that are met most.
    private static let names: [UInt32: String] = [
        0x09: "a tab", 0x0A: "a line feed", 0x0D: "a carriage return", 0x20: "a space", 0xA0: "a no-break space",
        0xAD: "a soft hyphen", 0x200B: "a zero-width space", 0x200C: "a zero-width non-joiner",
        0x200D: "a zero-width joiner", 0x200E: "a left-to-right mark", 0x200F: "a right-to-left mark",
        0x2060: "a word joiner", 0x3000: "an ideographic space", 0xFEFF: "a byte order mark",
    ]
}
