import Crypto
import FexValues

/// Words of the English list of BIP-39 in a row, as a wallet is restored from them.
///
/// Words may be in any case, numbered, and separated by anything that is no letter from A to Z.
struct RecoveryPhrase {
    /// How many words there are in a row.
    let wordCount: Int
    /// Whether they are a wallet's: 12, 15, 18, 21 or 24 of them, whose last bits are the checksum of the others.
    ///
    /// Twelve words of a note are none. Of those that happen to be of the list alone, one in sixteen passes.
    let isChecksumValid: Bool
    /// Whether the text has no other words.
    let isWholeText: Bool

    /// The first row in a text that is a wallet's, else the longest.
    init(in text: String) {
        var rows = Rows()
        var word = Word()
        for scalar in text.unicodeScalars where !word.append(scalar) {
            rows.add(word)
            word = Word()
            if rows.found != nil { break }
        }
        rows.add(word)
        rows.end()
        wordCount = rows.found ?? rows.longest
        isChecksumValid = rows.found != nil
        isWholeText = rows.wordCount == wordCount
    }

    /// Whether the text shows most of what somebody's money hangs on: a wallet's words with one too many, or one misspelt.
    var isNearlyOne: Bool { wordCount >= 11 && !(isWholeText && RecoveryPhrase.lengths.contains(wordCount)) }

    private static let lengths = [12, 15, 18, 21, 24]

    /// The rows of words of the list, as they are read.
    private struct Rows {
        private var row: [Int] = []
        private(set) var longest = 0
        private(set) var wordCount = 0
        /// The length of one that is a wallet's.
        private(set) var found: Int?

        mutating func add(_ word: Word) {
            guard !word.isEmpty else { return }
            wordCount += 1
            if let index = word.index { row.append(index) } else { end() }
        }

        mutating func end() {
            longest = max(longest, row.count)
            if found == nil, RecoveryPhrase.isWallets(row) { found = row.count }
            row.removeAll(keepingCapacity: true)
        }
    }

    /// Eleven bits a word: the entropy, then a bit of its hash for each 32 of it.
    private static func isWallets(_ run: [Int]) -> Bool {
        guard lengths.contains(run.count) else { return false }
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
