import Foundation

/// The words by which a text is found, and those that somebody looks for: the same rules for both.
///
/// Case and accents do not count, `Café` is `cafe`, full-width letters are ordinary ones, and everything but letters and
/// digits parts words. In scripts that write no spaces each character is a word. The first 64 words of a text count, and of
/// each its first 40 characters.
struct SearchWords {
    /// Which rules these are. Words that were found by others are found anew.
    static let version = 1

    private static let mostWords = 64
    private static let mostCharacters = 40

    /// The words, in the order of the text.
    private(set) var all: [String] = []
    private var word: [UInt8] = []
    private var length = 0

    init(_ text: String) {
        let isASCII = text.utf8.allSatisfy { $0 < 0x80 }
        if isASCII {
            for byte in text.utf8 {
                switch byte {
                case 0x61...0x7A, 0x30...0x39: append(byte)
                case 0x41...0x5A: append(byte | 0x20)
                default: end()
                }
                if all.count == SearchWords.mostWords { return }
            }
        } else {
            for scalar in text.decomposedStringWithCompatibilityMapping.unicodeScalars {
                take(scalar)
                if all.count == SearchWords.mostWords { return }
            }
        }
        end()
    }

    private mutating func append(_ byte: UInt8) {
        guard length < SearchWords.mostCharacters else { return }
        word.append(byte)
        length += 1
    }

    private mutating func end() {
        guard !word.isEmpty else { return }
        all.append(String(decoding: word, as: UTF8.self))
        word.removeAll(keepingCapacity: true)
        length = 0
    }

    private mutating func take(_ scalar: Unicode.Scalar) {
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format: return
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .spacingMark,
            .decimalNumber, .letterNumber, .otherNumber, .privateUse:
            if SearchWords.isWordOfItsOwn(scalar) { end() }
            let text = SearchWords.plain[scalar] ?? scalar.properties.lowercaseMapping
            guard length < SearchWords.mostCharacters else { return }
            word.append(
                contentsOf: text.unicodeScalars.filter { $0.properties.generalCategory != .nonspacingMark }
                    .reduce(into: "") { $0.unicodeScalars.append($1) }.utf8)
            length += 1
            if SearchWords.isWordOfItsOwn(scalar) { end() }
        default: end()
        }
    }

    /// Letters that no decomposition takes apart, as people without them on their keyboard write them.
    private static let plain: [Unicode.Scalar: String] = [
        "ß": "ss", "ẞ": "ss", "æ": "ae", "Æ": "ae", "œ": "oe", "Œ": "oe", "ø": "o", "Ø": "o", "ł": "l", "Ł": "l",
        "đ": "d", "Đ": "d", "ð": "d", "Ð": "d", "þ": "th", "Þ": "th", "ı": "i", "ς": "σ",
    ]

    /// Whether a character is of a script that writes no spaces between words.
    private static func isWordOfItsOwn(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x0E00...0x0EFF, 0x1000...0x109F, 0x1780...0x17FF, 0x3040...0x30FF, 0x3400...0x4DBF, 0x4E00...0x9FFF,
            0xF900...0xFAFF, 0x20000...0x3FFFF:
            true
        default: false
        }
    }
}
