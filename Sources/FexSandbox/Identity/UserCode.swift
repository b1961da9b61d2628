/// The code that a person reads on one device and types on another (RFC 8628, section 6.1): eight consonants, so that
/// no word comes of it, and none that look like digits.
struct UserCode: Hashable, Sendable {
    /// The eight letters.
    let letters: String

    private static let alphabet = Array("BCDFGHJKLMNPQRSTVWXZ")

    /// A new code.
    init(from entropy: Entropy) {
        letters = String(
            (0..<8).map { _ in UserCode.alphabet[Int(entropy.number(in: 0...Int64(UserCode.alphabet.count - 1)))] })
    }

    /// A code as a person typed it: case, dashes and spaces don't matter. `nil` if it is none.
    init?(typed text: String) {
        let typed = text.uppercased().filter { $0 != "-" && $0 != " " }
        guard typed.count == 8, typed.allSatisfy(UserCode.alphabet.contains) else { return nil }
        letters = typed
    }

    /// A code that was kept.
    init(letters: String) { self.letters = letters }

    /// The code as it is shown: `WDJB-MJHT`.
    var shown: String { "\(letters.prefix(4))-\(letters.suffix(4))" }
}
