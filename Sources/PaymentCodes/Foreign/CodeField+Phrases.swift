import FexValues

extension CodeField {
    /// What a value is, which tells how much of it may be a key: codes are scanned in pieces, and keys are pasted into them.
    enum Content {
        /// What people write: a name, a purpose.
        case words
        /// Where somebody is reached, which may have a long word in it, but none that looks like a key of a coin's.
        case address
        /// A reference, or an address on the web, which may look like a key.
        case reference

        /// The value without words that are too long for it.
        func shown(_ value: String) -> String {
            guard value.utf8.count >= 20 else { return value }
            switch self {
            case .words:
                guard Content.mayHoldSecret(value) else { return value }
                return SecretText(heldBy: value) == nil ? SecretText.shown(value) : "…"
            case .address: return SecretText.words(of: value).contains(where: isMixed) ? "…" : value
            case .reference: return value
            }
        }

        /// Whether a word is as long as the shortest key, or there are as many words as a wallet is restored from.
        static func mayHoldSecret(_ value: String) -> Bool {
            var run = 0
            var longest = 0
            var words = 0
            var isInWord = false
            for byte in value.utf8 {
                // What nobody sees may stand within a key, and is of other bytes.
                run = byte > 0x20 && byte != 0x7F ? run + 1 : 0
                longest = max(longest, run)
                let isLetter = ASCII.isLetter(byte)
                words += isLetter && !isInWord ? 1 : 0
                isInWord = isLetter
            }
            return longest >= 20 || words >= 12
        }

        private func isMixed(_ word: Substring.UTF8View) -> Bool {
            word.count >= 20 && word.contains(where: ASCII.isDigit)
                && word.contains { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) }
                && word.contains { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) }
        }
    }

    /// A field that stands in one place; `nil` where it isn't there.
    init(_ value: String?) { self = value.map { CodeField([$0] as [String?]) } ?? .absent }

    /// A phrase about the value: `account "DE89…"`; `nil` where the field isn't set.
    ///
    /// - Parameters:
    ///   - word: What stands before the value.
    ///   - plural: What there are several of, if the field has several values.
    ///   - limit: The most characters to show of the value.
    ///   - content: What the value is.
    func phrase(_ word: String, plural: String, limit: Int = 70, of content: Content = .words) -> String? {
        switch self {
        case .absent: nil
        case .value(let value): Wording.quoted(content.shown(value), limit: limit).map { "\(word) \($0)" }
        case .several: "with several \(plural)"
        case .unreadable: "\(word) an unreadable text"
        }
    }

    /// The value in quotation marks, as a payee is told.
    func quoted(plural: String, limit: Int = 70, of content: Content = .words) -> String? {
        switch self {
        case .absent: nil
        case .value(let value): Wording.quoted(content.shown(value), limit: limit)
        case .several: "several \(plural)"
        case .unreadable: "an unreadable name"
        }
    }

    /// A value without what nobody sees around it, characters of control among that.
    static func trimmed(_ value: String) -> String {
        let bytes = value.utf8
        guard let first = bytes.first, let last = bytes.last else { return value }
        if InvisibleCharacters.isVisibleASCII(first), InvisibleCharacters.isVisibleASCII(last) { return value }
        let scalars = value.unicodeScalars
        func isVisible(_ scalar: Unicode.Scalar) -> Bool {
            scalar.value > 0x20 && !InvisibleCharacters.contains(scalar)
        }
        guard let start = scalars.firstIndex(where: isVisible), let end = scalars.lastIndex(where: isVisible)
        else { return "" }
        return String(scalars[start...end])
    }
}
