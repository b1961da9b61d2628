import FexValues

/// The `name=value` pairs of a URI's query, percent-decoded strictly.
///
/// Names are read in any case: upper case makes smaller QR codes. `+` is a plus: the encoding in which it is a space belongs
/// to HTML forms. Pages that escape their ampersands print `&amp;` into codes; it separates pairs as `&` does, since no format
/// has a name that begins so.
struct URIQuery {
    /// One pair.
    private struct Pair {
        /// In lower case, without characters that nobody sees.
        let name: String
        /// In lower case, as it was written; with its escapes where they can't be decoded.
        let writtenName: String
        /// `nil` where it, or its name, can't be decoded.
        let value: String?
    }

    private var pairs: [Pair] = []

    /// Whether a part of the query had a bad escape or wasn't UTF-8.
    private(set) var hasBrokenPart = false

    /// The pairs of a query, the `?` not included.
    init(_ query: Substring) {
        for part in query.utf8.split(separator: UInt8(ascii: "&")) {
            let part = URIQuery.withoutEscapedAmpersand(part)
            if !part.isEmpty { add(part) }
        }
    }

    private mutating func add(_ part: Substring.UTF8View) {
        let equals = part.firstIndex(of: UInt8(ascii: "=")) ?? part.endIndex
        let value = URIQuery.percentDecoded(
            equals == part.endIndex ? part[equals...] : part[part.index(after: equals)...])
        let name = URIQuery.percentDecoded(part[..<equals])
        if value == nil || name == nil { hasBrokenPart = true }
        let writtenName = ASCII.lowercased(name ?? String(Substring(part[..<equals])))
        pairs.append(
            Pair(
                name: InvisibleCharacters.removed(from: writtenName), writtenName: writtenName,
                value: name == nil ? nil : value))
    }

    /// A pair without the rest of the ampersand before it, as pages escape it, and some twice: `&amp;`, `&#38;`.
    static func withoutEscapedAmpersand(_ part: Substring.UTF8View) -> Substring.UTF8View {
        var rest = String(Substring(part))[...]
        while let after = escapedAmpersands.lazy.compactMap({ ASCII.rest(of: String(rest), after: $0) }).first {
            rest = after
        }
        return rest.utf8
    }

    private static let escapedAmpersands: [StaticString] = ["amp;", "#38;", "#x26;"]

    /// The values that a name has, empty ones aside, as they were written.
    func values(of name: String) -> [String] {
        pairs.filter { $0.name == name }.compactMap(\.value).filter { !$0.isEmpty }
    }

    /// The value of the first pair with a name.
    func first(of name: String) -> String? { pairs.first { $0.name == name }?.value }

    /// What the query says under a name; a pair without a value says nothing.
    func field(_ name: String) -> CodeField { CodeField(pairs.lazy.filter { $0.name == name }.map(\.value)) }

    /// The names that have a value, in order.
    var namesWithValue: [String] { pairs.filter { $0.value?.isEmpty != true }.map(\.name) }

    /// The names, in order, with or without a value.
    var allNames: [String] { pairs.map(\.name) }

    /// A name as it was written that has characters in it which nobody sees, but for which it would be another.
    func hidden(_ name: String) -> String? {
        pairs.first { $0.name == name && $0.writtenName != name }?.writtenName
    }

    /// The text with its escapes resolved; `nil` if one of them is not `%` and two hexadecimal digits, or the whole is
    /// not UTF-8.
    private static func percentDecoded(_ bytes: Substring.UTF8View) -> String? {
        guard bytes.contains(UInt8(ascii: "%")) else { return String(Substring(bytes)) }
        var decoded: [UInt8] = []
        var iterator = bytes.makeIterator()
        while let byte = iterator.next() {
            guard byte == UInt8(ascii: "%") else {
                decoded.append(byte)
                continue
            }
            guard let high = iterator.next().flatMap(ASCII.hexValue), let low = iterator.next().flatMap(ASCII.hexValue)
            else { return nil }
            decoded.append(high << 4 | low)
        }
        return String(validating: decoded, as: UTF8.self)
    }
}
