import Foundation
import GRDB

/// What somebody looks for, as the text index is asked for it: every word is the beginning of a word that has to be there.
struct SearchTerms {
    /// The most words of the ledger that a beginning is taken to stand for, one by one.
    private static let expansionLimit = 64

    /// The question in the language of FTS5; `nil` if nothing can be found.
    let match: String?

    /// Whether the beginnings of a word that has this many characters are looked up among the words there are.
    ///
    /// The index knows beginnings of two and three characters by itself; numbers are many, but each has few rows.
    static func isExpanded(_ word: String) -> Bool {
        guard let first = word.utf8.first, !(0x30...0x39).contains(first) else { return false }
        return word.unicodeScalars.dropFirst(3).first != nil
    }

    /// Whether a word begins no longer one: in scripts without spaces each character is a word.
    private static func isWhole(_ word: String) -> Bool {
        word.unicodeScalars.dropFirst().isEmpty && word.utf8.count > 1
    }

    init(_ text: String, _ db: Database) throws {
        var conditions: [String] = []
        // A word that is a prefix of another in the same search adds nothing.
        let words = Set(SearchWords(text).all).sorted()
        for (index, word) in words.enumerated() {
            if index + 1 < words.count, words[index + 1].hasPrefix(word) { continue }
            guard SearchTerms.isExpanded(word) else {
                conditions.append(SearchTerms.isWhole(word) ? "\"\(word)\"" : "\"\(word)\" *")
                continue
            }
            let sql =
                "SELECT word FROM ledger_word WHERE word >= ? AND word < ? LIMIT \(SearchTerms.expansionLimit + 1)"
            let found = try db.rows(sql, [word, word + "\u{10FFFF}"]) { try $0.text(0, "ledger_word.word") }
            guard !found.isEmpty else {
                match = nil
                return
            }
            let isMany = found.count > SearchTerms.expansionLimit
            conditions.append(isMany ? "\"\(word)\" *" : "(\(found.map { "\"\($0)\"" }.joined(separator: " OR ")))")
        }
        match = conditions.isEmpty ? nil : conditions.joined(separator: " AND ")
    }
}

/// The words by which a text is found, and those that somebody looks for: the same rules for both.
///
/// Case and accents do not count, `Café` is `cafe`, full-width letters are ordinary ones, and everything but letters and
/// digits parts words. In scripts that write no spaces each character is a word. The first 64 words of a text count, and of
/// each its first 40 characters.
struct SearchWords {
    /// Which rules these are. Words that were found by others are found anew.
    static let version = 1

    private static let wordLimit = 64
    private static let characterLimit = 40

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
                if all.count == SearchWords.wordLimit { return }
            }
        } else {
            for scalar in text.decomposedStringWithCompatibilityMapping.unicodeScalars {
                take(scalar)
                if all.count == SearchWords.wordLimit { return }
            }
        }
        end()
    }

    private mutating func append(_ byte: UInt8) {
        guard length < SearchWords.characterLimit else { return }
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
            guard length < SearchWords.characterLimit else { return }
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
