/// Reading by bytes, where letters beyond ASCII must not be taken for letters of ASCII.
///
/// `Character` joins a colon with an accent that follows it, and compares by canonical equivalence: a KELVIN SIGN equals
/// a K. A code's syntax knows neither.
///
/// All of it is inlinable: the loops of other modules call it for each byte, where a call takes longer than what it does.
@usableFromInline
package enum ASCII {
    /// A text without white space at its ends: space, tab, and line ends.
    @inlinable
    package static func trimmed(_ text: String) -> String {
        let bytes = text.utf8
        guard let start = bytes.firstIndex(where: { !isSpace($0) }), let end = bytes.lastIndex(where: { !isSpace($0) })
        else { return "" }
        return String(Substring(bytes[start...end]))
    }

    /// A text with `A–Z` as `a–z`, and all else as it was.
    @inlinable
    package static func lowercased(_ text: some StringProtocol) -> String {
        String(decoding: text.utf8.map(lowercased), as: UTF8.self)
    }

    /// What follows a prefix, upper and lower case being one; `nil` if the text begins otherwise.
    @inlinable
    package static func rest(of text: String, after prefix: StaticString) -> Substring? {
        var index = text.utf8.startIndex
        for byte in "\(prefix)".utf8 {
            guard index < text.utf8.endIndex, lowercased(text.utf8[index]) == lowercased(byte) else { return nil }
            index = text.utf8.index(after: index)
        }
        return text[index...]
    }

    /// Where the first of some characters of ASCII's in a row ends in a text; `nil` if they aren't in it.
    @inlinable
    package static func end(ofFirst needle: StaticString, in text: String) -> String.Index? {
        let needle = "\(needle)".utf8
        guard let first = needle.first else { return text.startIndex }
        var rest = text.utf8[...]
        while let start = rest.firstIndex(of: first) {
            rest = rest[start...]
            if rest.starts(with: needle) { return rest.index(start, offsetBy: needle.count) }
            rest = rest.dropFirst()
        }
        return nil
    }

    /// Whether there is something, and it is digits alone.
    @inlinable
    package static func isDigits(_ text: some StringProtocol) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy(isDigit)
    }

    @inlinable
    package static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    /// The bytes that a text stands for, where a mark and two hexadecimal digits are a byte; any other mark is itself.
    @inlinable
    package static func decoded(_ text: some StringProtocol, escapedBy mark: UInt8) -> [UInt8] {
        let bytes = Array(text.utf8)
        var decoded: [UInt8] = []
        decoded.reserveCapacity(bytes.count)
        var index = 0
        while index < bytes.count {
            if bytes[index] == mark, index + 2 < bytes.count, let high = hexValue(bytes[index + 1]),
                let low = hexValue(bytes[index + 2])
            {
                decoded.append(high << 4 | low)
                index += 3
            } else {
                decoded.append(bytes[index])
                index += 1
            }
        }
        return decoded
    }

    @inlinable
    package static func isHexDigit(_ byte: UInt8) -> Bool { hexValue(byte) != nil }

    @inlinable
    package static func hexValue(_ byte: UInt8) -> UInt8? {
        switch lowercased(byte) {
        case let digit where isDigit(digit): digit - UInt8(ascii: "0")
        case let letter where (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(letter): letter - UInt8(ascii: "a") + 10
        default: nil
        }
    }

    @inlinable
    package static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(lowercased(byte))
    }

    @inlinable
    package static func lowercased(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
    }

    @inlinable
    package static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
}

extension Substring.UTF8View {
    /// Takes a character off the beginning.
    ///
    /// - Returns: Whether it stood there.
    @inlinable
    package mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard first == UInt8(ascii: character) else { return false }
        removeFirst()
        return true
    }

    /// Takes all digits off the beginning.
    @inlinable
    package mutating func takeDigits() -> Substring.UTF8View {
        let digits = prefix { ASCII.isDigit($0) }
        self = self[digits.endIndex...]
        return digits
    }
}
