import FexValues

extension SecretText {
    /// A text that is no known code as it may be shown. It may be a secret that was misread, cut off or written beside others:
    /// long words that people don't write are cut short, and what follows the name of a secret is left out.
    ///
    /// What it holds is looked for as if the characters that hide a prefix or a part of a word weren't there.
    static func shown(_ text: String) -> String {
        let phrase = RecoveryPhrase(in: text)
        if phrase.isChecksumValid || phrase.isNearlyOne {
            return "\(phrase.wordCount) words of the list that wallets are restored from"
        }
        let unbroken = InvisibleCharacters.unbroken(text)
        if SecretText(heldBy: unbroken) != nil { return "…" }
        let shortened = shortened(unbroken)
        return shortened == unbroken ? text : shortened
    }

    private static func shortened(_ text: String) -> String {
        var shown = text
        if let end = endOfFirstName(in: text), end < text.endIndex { shown = text[..<end] + "…" }
        var result = ""
        var end = shown.startIndex
        for word in words(of: shown) where isKeyLike(word) {
            result += shown[end..<word.startIndex] + Substring(word.prefix(8)) + "…"
            end = word.endIndex
        }
        return end == shown.startIndex ? shown : result + shown[end...]
    }

    /// What stands before secrets, in lower case.
    private static let names: [StaticString] = [
        "secret=", ";p:", "wifi:p:", "otpauth:", "private key", "nsec1", "ncryptsec1", "age-secret-key-1", "xprv",
        "yprv", "zprv", "tprv",
        "cashua", "cashub", "eyj",
    ]

    private static func endOfFirstName(in text: String) -> String.Index? {
        let lower = ASCII.lowercased(text)
        let offsets = names.lazy.compactMap { name in
            ASCII.end(ofFirst: name, in: lower).map { lower.utf8.distance(from: lower.startIndex, to: $0) }
        }
        return offsets.min().map { text.utf8.index(text.startIndex, offsetBy: $0) }
    }

    /// Whether a word is longer than people's, and of letters and digits, or of letters in both cases; an account's number
    /// is that too, and is known.
    private static func isKeyLike(_ word: Substring.UTF8View) -> Bool {
        guard word.count >= 20 else { return false }
        if word.count >= 40 { return true }
        let hasLetter = word.contains(where: ASCII.isLetter)
        let isMixed =
            word.contains(where: ASCII.isDigit)
            || word.dropFirst().contains { (0x41...0x5A).contains($0) }
                && word.contains { (0x61...0x7A).contains($0) }
        return hasLetter && isMixed && !WalletCode.isUUID(String(Substring(word)))
            && !CheckDigits.isValidIBAN(String(Substring(word)))
    }
}
