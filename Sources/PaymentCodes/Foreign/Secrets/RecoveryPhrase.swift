import Crypto
import FexValues

/// Words of the English list of BIP-39 in a row, as a wallet is restored from them.
///
/// Words may be in any case, numbered, and separated by anything that is no letter from A to Z. Words of the list may stand
/// before and behind a wallet's, as those of a heading do: `seed: legal winner …`.
struct RecoveryPhrase {
    /// How many words there are: a wallet's, else those of the longest row.
    let wordCount: Int
    /// Whether they are a wallet's: 12, 15, 18, 21 or 24 of them, whose last bits are the checksum of the others.
    ///
    /// Twelve words of a note are none. Of those that happen to be of the list alone, one in sixteen passes.
    let isChecksumValid: Bool
    /// Whether the text shows most of what somebody's money hangs on: a wallet's words with one too many, or one misspelt.
    let isNearlyOne: Bool

    /// The first row in a text that is a wallet's, else the longest.
    ///
    /// A character that nobody sees may separate words, or break one.
    init(in text: String) {
        let best = RecoveryPhrase.bestReading(of: text)
        // One or two that are misspelt break the row.
        let isMisspelt = best.knownCount >= 11 && (1...2).contains(best.wordCount - best.knownCount)
        wordCount = best.found ?? (isMisspelt ? best.knownCount : best.longest)
        isChecksumValid = best.found != nil
        let isPlain = best.wordCount == wordCount && RecoveryPhrase.lengths.contains(wordCount)
        isNearlyOne = isMisspelt || best.longest >= 11 && (best.mayHoldWallets || !isPlain)
    }

    /// The rows in a text as it stands, else with what nobody sees taken out of words.
    private static func bestReading(of text: String) -> Rows {
        let rows = Rows(text)
        let unbroken = InvisibleCharacters.unbroken(text)
        guard rows.found == nil, unbroken.utf8.count != text.utf8.count else { return rows }
        let others = [Rows(unbroken), Rows(InvisibleCharacters.unbroken(text, controls: .separate))]
        return others.first { $0.found != nil } ?? others.reduce(rows) { $1.knownCount > $0.knownCount ? $1 : $0 }
    }

    private static let lengths = [12, 15, 18, 21, 24]

    /// The rows of words of the list, as they are read.
    private struct Rows {
        private var row: [Int] = []
        /// What stands before each word of the row, white space and digits aside.
        private var separators: [UInt32] = []
        private(set) var longest = 0
        private(set) var wordCount = 0
        /// How many of the words are of the list.
        private(set) var knownCount = 0
        /// The length of one that is a wallet's.
        private(set) var found: Int?
        /// Whether the checksum of some words in a row fits, though nothing but that sets them apart from the others.
        private(set) var mayHoldWallets = false

        init(_ text: String) {
            var word = Word()
            var separator: UInt32 = 0
            for scalar in text.unicodeScalars where !word.append(scalar) {
                if !word.isEmpty {
                    add(word, behind: separator)
                    if found != nil { return }
                    (word, separator) = (Word(), 0)
                }
                let isPlain = scalar == " " || ("0"..."9").contains(scalar)
                separator = isPlain ? separator : separator &* 31 &+ scalar.value
            }
            add(word, behind: separator)
            end()
        }

        private mutating func add(_ word: Word, behind separator: UInt32) {
            guard !word.isEmpty else { return }
            wordCount += 1
            if let index = word.index {
                knownCount += 1
                row.append(index)
                separators.append(separator)
            } else {
                end()
            }
        }

        private mutating func end() {
            longest = max(longest, row.count)
            if found == nil { findWallets() }
            row.removeAll(keepingCapacity: true)
            separators.removeAll(keepingCapacity: true)
        }

        /// Looks for a wallet's words in the row: all of it, or a part.
        ///
        /// A row that has the length of a wallet's words and another checksum is one word misread, or two exchanged, rather
        /// than a wallet's words and others, unless something tells: parts of equal length that are a wallet's each, or what
        /// separates the words.
        private mutating func findWallets() {
            let isOfLength = RecoveryPhrase.lengths.contains(row.count)
            if isOfLength, RecoveryPhrase.isWallets(row[...]) {
                found = row.count
                return
            }
            for length in RecoveryPhrase.lengths where length < row.count {
                let starts = (0...row.count - length).filter { RecoveryPhrase.isWallets(row[$0..<$0 + length]) }
                guard !starts.isEmpty else { continue }
                mayHoldWallets = true
                let areAll = stride(from: 0, to: row.count, by: length).allSatisfy(starts.contains)
                if !isOfLength || areAll || starts.contains(where: { isSetApart($0..<$0 + length) }) { found = length }
            }
        }

        /// Whether other characters separate a part of the row from the rest than separate the words in it.
        private func isSetApart(_ part: Range<Int>) -> Bool {
            let within = separators[part].dropFirst()
            let ends = [part.lowerBound, part.upperBound].filter { $0 > 0 && $0 < row.count }
            return ends.contains { !within.contains(separators[$0]) }
        }
    }

    /// Eleven bits a word: the entropy, then a bit of its hash for each 32 of it.
    private static func isWallets(_ run: ArraySlice<Int>) -> Bool {
        var bytes: [UInt8] = []
        var pending: UInt32 = 0
        var bitCount: UInt32 = 0
        for index in run {
            pending = pending << 11 | UInt32(index)
            bitCount += 11
            while bitCount >= 8 {
                bitCount -= 8
                bytes.append(UInt8(truncatingIfNeeded: pending >> bitCount))
                pending &= 1 << bitCount - 1
            }
        }
        let checksumBits = run.count / 3
        let entropy = bytes.prefix(run.count * 4 / 3)
        let rest = bytes.count > entropy.count ? UInt32(bytes[entropy.count]) : pending << (8 - bitCount)
        guard let first = SHA256.hash(data: Array(entropy)).first(where: { _ in true }) else { return false }
        return rest >> UInt32(8 - checksumBits) == UInt32(first) >> UInt32(8 - checksumBits)
    }
}

/// A word as it is read, in lower case, its letters packed into one number: words of the list have eight at most.
private struct Word {
    private var packed: UInt64 = 0
    private var count = 0

    var isEmpty: Bool { count == 0 }

    /// Whether a character belongs to the word: a letter from A to Z. Others separate words: a broken byte between two of
    /// them may be read as any letter.
    mutating func append(_ scalar: Unicode.Scalar) -> Bool {
        guard scalar.isASCII, ASCII.isLetter(UInt8(truncatingIfNeeded: scalar.value)) else { return false }
        packed = packed << 8 | UInt64(ASCII.lowercased(UInt8(truncatingIfNeeded: scalar.value)))
        count += 1
        return true
    }

    /// The word's place in the list; `nil` where it isn't in it.
    var index: Int? {
        guard (3...8).contains(count) else { return nil }
        let key = packed << UInt64(8 * (8 - count))
        let words = RecoveryWords.packed
        var range = words.startIndex..<words.endIndex
        while !range.isEmpty {
            let middle = range.lowerBound + range.count / 2
            if words[middle] == key { return middle }
            range = words[middle] < key ? middle + 1..<range.upperBound : range.lowerBound..<middle
        }
        return nil
    }
}
