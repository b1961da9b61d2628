import FexValues

/// A character set with one byte a character, ASCII below 0x80.
///
/// Codes are made with these where their standard is older than UTF-8, or their maker's system is.
enum SingleByteCharset: Hashable, CaseIterable {
    /// ISO 8859-1.
    case latin1
    /// ISO 8859-2.
    case latin2
    /// ISO 8859-3.
    case latin3
    /// ISO 8859-4.
    case latin4
    /// ISO 8859-5.
    case cyrillic
    /// ISO 8859-7.
    case greek
    /// ISO 8859-9, for Turkish.
    case latin5
    /// ISO 8859-10.
    case latin6
    /// ISO 8859-13, for the Baltic languages.
    case latin7
    /// ISO 8859-14, for Celtic ones.
    case latin8
    /// ISO 8859-15.
    case latin9
    /// ISO 8859-16, for Romanian.
    case latin10
    case windows1250
    case windows1251
    case windows1252
    case windows1254
    case windows1256
    case koi8r
    case koi8u

    /// The set by a name that the Internet Assigned Numbers Authority lists for it, or that programs write, in any case; `nil`
    /// for other sets.
    init?(name: some StringProtocol) {
        let key = SingleByteCharset.key(of: name)
        guard let set = SingleByteCharset.names.first(where: { $0.value.contains(key) })?.key else { return nil }
        self = set
    }

    /// A name without what its writers differ in: the case, what joins its parts, `x-` and `cs` before it, and the year of
    /// the standard behind it.
    private static func key(of name: some StringProtocol) -> String {
        let words = ASCII.lowercased(name).utf8.prefix { $0 != UInt8(ascii: ":") }
        let plain = words.filter { ASCII.isLetter($0) || ASCII.isDigit($0) }
        let key = String(decoding: plain, as: UTF8.self)
        for prefix in ["x", "cs"] where key.hasPrefix(prefix) { return String(key.dropFirst(prefix.count)) }
        return key
    }

    private static let names: [SingleByteCharset: [String]] = [
        .latin1: ["iso88591", "isolatin1", "latin1", "l1"], .latin2: ["iso88592", "isolatin2", "latin2", "l2"],
        .latin3: ["iso88593", "isolatin3", "latin3", "l3"], .latin4: ["iso88594", "isolatin4", "latin4", "l4"],
        .cyrillic: ["iso88595", "isolatincyrillic", "cyrillic"], .greek: ["iso88597", "isolatingreek", "greek"],
        .latin5: ["iso88599", "isolatin5", "latin5", "l5"], .latin6: ["iso885910", "isolatin6", "latin6", "l6"],
        .latin7: ["iso885913", "latin7", "l7"], .latin8: ["iso885914", "isoceltic", "latin8", "l8"],
        .latin9: ["iso885915", "latin9", "l9"], .latin10: ["iso885916", "latin10", "l10"],
        .windows1250: ["windows1250", "cp1250"], .windows1251: ["windows1251", "cp1251"],
        .windows1252: ["windows1252", "cp1252"], .windows1254: ["windows1254", "cp1254"],
        .windows1256: ["windows1256", "cp1256"], .koi8r: ["koi8r"], .koi8u: ["koi8u"],
    ]

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
    /// Windows puts letters and quotation marks where ISO 8859-1, -2 and -9 have control characters that no code holds, and
    /// its texts are often said to be of those sets: a byte of 0x80 to 0x9F tells them.
    private func table(for bytes: some Sequence<UInt8>) -> (first: UInt8, characters: [Unicode.Scalar]) {
        let isOfWindows = bytes.contains { (0x80...0x9F).contains($0) }
        switch self {
        case .latin1: return isOfWindows ? (0x80, Self.characters[.windows1252] ?? []) : (0xFF, ["ÿ"])
        case .latin2 where isOfWindows: return (0x80, Self.characters[.windows1250] ?? [])
        case .latin5 where isOfWindows: return (0x80, Self.characters[.windows1254] ?? [])
        default:
            let characters = Self.characters[self] ?? []
            return (UInt8(truncatingIfNeeded: 0x100 - characters.count), characters)
        }
    }

    private static let characters: [SingleByteCharset: [Unicode.Scalar]] =
        partsOfISO8859.merging(others) { part, _ in part }.mapValues { Array($0.unicodeScalars) }
}
