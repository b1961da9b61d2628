import Crypto

/// The words that a wallet is restored from (BIP-39), in English.
struct RecoveryPhrase {
    /// How many words: 12, 15, 18, 21 or 24.
    let wordCount: Int

    /// The phrase in a text: a run of so many words of the list, whose last bits are the checksum of the others.
    ///
    /// Words may be in any case, numbered, and separated by anything that is no letter. Twelve words of a note are no
    /// phrase: one in sixteen of those that are made of words of the list has a checksum that fits.
    init?(in text: String) {
        var run: [Int] = []
        var word = Word()
        for scalar in text.unicodeScalars {
            guard !word.append(scalar), !word.isEmpty else { continue }
            if let index = word.index { run.append(index) } else if RecoveryPhrase.endRun(&run) { break }
            word = Word()
            // Nobody has read it to the end: a list this long is a list.
            if run.count > 32 { return nil }
        }
        if let index = word.index { run.append(index) }
        guard RecoveryPhrase.isWhole(run) else { return nil }
        wordCount = run.count
    }

    /// Begins anew after a word that isn't in the list, unless what precedes it is a phrase.
    private static func endRun(_ run: inout [Int]) -> Bool {
        if isWhole(run) { return true }
        run.removeAll(keepingCapacity: true)
        return false
    }

    /// Eleven bits a word: the entropy, then a bit of its hash for each 32 of it.
    private static func isWhole(_ run: [Int]) -> Bool {
        guard [12, 15, 18, 21, 24].contains(run.count) else { return false }
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

    /// Whether a character belongs to the word: a letter, or anything beyond ASCII that is seen.
    mutating func append(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII {
            let byte = UInt8(truncatingIfNeeded: scalar.value)
            guard ASCII.isLetter(byte) else { return false }
            packed = packed << 8 | UInt64(ASCII.lowercased(byte))
            count += 1
            return true
        }
        guard !InvisibleCharacters.contains(scalar) else { return false }
        count = .max / 2
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
