import FexValues

/// A character set with one byte a character, ASCII below 0x80.
///
/// Codes are made with these where their standard is older than UTF-8, or their maker's system is.
enum SingleByteCharset: Hashable, CaseIterable {
    /// ISO 8859-1.
    case latin1
    /// ISO 8859-2.
    case latin2
    /// ISO 8859-4.
    case latin4
    /// ISO 8859-5.
    case cyrillic
    /// ISO 8859-7.
    case greek
    /// ISO 8859-10.
    case latin6
    /// ISO 8859-15.
    case latin9
    case windows1250
    case windows1251
    case windows1252
    case koi8r

    /// The set by a name that the Internet Assigned Numbers Authority lists for it, in any case; `nil` for other sets.
    init?(name: some StringProtocol) {
        switch ASCII.lowercased(name) {
        case "iso-8859-1", "iso8859-1", "latin1": self = .latin1
        case "iso-8859-2", "iso8859-2", "latin2": self = .latin2
        case "iso-8859-4", "iso8859-4", "latin4": self = .latin4
        case "iso-8859-5", "iso8859-5", "cyrillic": self = .cyrillic
        case "iso-8859-7", "iso8859-7", "greek": self = .greek
        case "iso-8859-10", "iso8859-10", "latin6": self = .latin6
        case "iso-8859-15", "iso8859-15", "latin-9", "latin9": self = .latin9
        case "windows-1250", "cp1250": self = .windows1250
        case "windows-1251", "cp1251": self = .windows1251
        case "windows-1252", "cp1252": self = .windows1252
        case "koi8-r", "koi8r": self = .koi8r
        default: return nil
        }
    }

    /// The text that some bytes are. U+FFFD stands for a byte that has no character.
    func decoded(_ bytes: some Sequence<UInt8>) -> String {
        let (set, table) = self.table(for: bytes)
        var text = String.UnicodeScalarView()
        for byte in bytes {
            let isListed = byte >= set
            text.append(isListed ? table[Int(byte - set)] : Unicode.Scalar(byte))
        }
        return String(text)
    }

    /// The characters from a first byte on.
    ///
    /// Windows puts letters and quotation marks where ISO 8859-1 and -2 have control characters that no code holds, and
    /// its texts are often said to be of those sets: a byte of 0x80 to 0x9F tells them.
    private func table(for bytes: some Sequence<UInt8>) -> (first: UInt8, characters: [Unicode.Scalar]) {
        let isOfWindows = bytes.contains { (0x80...0x9F).contains($0) }
        switch self {
        case .latin1: return isOfWindows ? (0x80, Self.characters[.windows1252] ?? []) : (0xFF, ["ÿ"])
        case .latin2 where isOfWindows: return (0x80, Self.characters[.windows1250] ?? [])
        default:
            let characters = Self.characters[self] ?? []
            return (UInt8(truncatingIfNeeded: 0x100 - characters.count), characters)
        }
    }

    private static let characters: [SingleByteCharset: [Unicode.Scalar]] =
        partsOfISO8859.merging(others) { part, _ in part }.mapValues { Array($0.unicodeScalars) }
}
