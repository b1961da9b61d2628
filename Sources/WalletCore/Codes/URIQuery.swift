/// The `name=value` pairs of a URI's query, percent-decoded strictly.
///
/// `+` is a plus: the encoding in which it is a space belongs to HTML forms.
struct URIQuery {
    private var pairs: [(name: String, value: String)] = []

    /// Whether a part of the query had a bad escape or wasn't UTF-8; such a part is left out.
    private(set) var hasBrokenPart = false

    /// The pairs of a query, the `?` not included.
    init(_ query: Substring) {
        for part in query.utf8.split(separator: UInt8(ascii: "&")) {
            let equals = part.firstIndex(of: UInt8(ascii: "="))
            let value = equals.map { part[part.index(after: $0)...] }
            guard let name = URIQuery.percentDecoded(part[..<(equals ?? part.endIndex)]),
                let value = URIQuery.percentDecoded(value ?? part[part.endIndex...])
            else {
                hasBrokenPart = true
                continue
            }
            pairs.append((name, value))
        }
    }

    /// How many pairs have a name, `a` and `%61` being one.
    func count(of name: String) -> Int { pairs.count { $0.name == name } }

    /// The value of the first pair with a name.
    func first(of name: String) -> String? { pairs.first { $0.name == name }?.value }

    /// The value of the one pair with a name; `nil` if there are several, as there is no telling which is meant.
    func only(_ name: String) -> String? { count(of: name) == 1 ? first(of: name) : nil }

    /// The text with its escapes resolved; `nil` if one of them is not `%` and two hexadecimal digits, or the whole is
    /// not UTF-8.
    private static func percentDecoded(_ bytes: Substring.UTF8View.SubSequence) -> String? {
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
