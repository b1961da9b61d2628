import FexValues

/// The `name=value` pairs of a URI's query, percent-decoded strictly.
///
/// `+` is a plus: the encoding in which it is a space belongs to HTML forms. Pages that escape their ampersands print
/// `&amp;` into codes; it separates pairs as `&` does, since no format has a name that begins with `amp;`.
struct URIQuery {
    /// Whether upper and lower case make two names or one.
    enum Names {
        case asWritten
        /// Upper case makes smaller QR codes: formats that allow it in their names are read so.
        case inAnyCase
    }

    /// A value is `nil` where it can't be decoded.
    private var pairs: [(name: String, value: String?)] = []

    /// Whether a part of the query had a bad escape or wasn't UTF-8.
    private(set) var hasBrokenPart = false

    /// The pairs of a query, the `?` not included.
    init(_ query: Substring, names: Names = .asWritten) {
        var rest = query.utf8
        while !rest.isEmpty {
            let end = rest.firstIndex(of: UInt8(ascii: "&")) ?? rest.endIndex
            add(rest[..<end], names)
            rest = end == rest.endIndex ? rest[end...] : rest[rest.index(after: end)...]
        }
    }

    private mutating func add(_ part: Substring.UTF8View, _ names: Names) {
        guard !part.isEmpty else { return }
        let part = part.starts(with: "amp;".utf8) ? part.dropFirst(4) : part
        let equals = part.firstIndex(of: UInt8(ascii: "=")) ?? part.endIndex
        let value = equals == part.endIndex ? part[equals...] : part[part.index(after: equals)...]
        let decodedValue = URIQuery.percentDecoded(value)
        guard let name = URIQuery.percentDecoded(part[..<equals]) else {
            hasBrokenPart = true
            return
        }
        if decodedValue == nil { hasBrokenPart = true }
        pairs.append((names == .inAnyCase ? ASCII.lowercased(name) : name, decodedValue))
    }

    /// How many pairs have a name, `a` and `%61` being one.
    func count(of name: String) -> Int { pairs.count { $0.name == name } }

    /// The value of the first pair with a name.
    func first(of name: String) -> String? { pairs.first { $0.name == name }?.value }

    /// The value of the one pair with a name; `nil` if there are several, as there is no telling which is meant.
    func only(_ name: String) -> String? { count(of: name) == 1 ? first(of: name) : nil }

    /// What the query says under a name; a pair without a value says nothing.
    func field(_ name: String) -> CodeField { CodeField(pairs.lazy.filter { $0.name == name }.map(\.value)) }

    /// The names that have a value, in order.
    var namesWithValue: [String] { pairs.filter { $0.value?.isEmpty != true }.map(\.name) }

    /// The names, in order, with or without a value.
    var allNames: [String] { pairs.map(\.name) }

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
