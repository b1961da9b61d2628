import FexValues

/// Fields that have names, upper and lower case being one.
struct NamedFields {
    /// In the order in which they stand, names in lower case and without what nobody sees; a value that is no text is `nil`.
    private(set) var pairs: [(name: String, value: String?)] = []

    /// What is said under a name, which is given in lower case.
    subscript(name: String) -> CodeField {
        CodeField(pairs.lazy.filter { $0.name == name }.map(\.value))
    }

    /// Whether a name stands there, with a value or without.
    func has(_ name: String) -> Bool { pairs.contains { $0.name == name } }

    /// Adds a field; what nobody sees around its value is no part of it.
    mutating func add(name: some Sequence<UInt8>, value: String?) {
        let name = String(decoding: name.map(ASCII.lowercased), as: UTF8.self)
        pairs.append((InvisibleCharacters.removed(from: name), value.map(CodeField.trimmed)))
    }
}

extension NamedFields {
    /// The fields of a URI's query, percent-decoded.
    ///
    /// Pages that escape their ampersands for HTML leave `&amp;` in links; that is read as `&`.
    ///
    /// - Parameter query: What follows the `?`.
    init(query: Substring?) {
        for part in (query ?? "").utf8.split(separator: UInt8(ascii: "&")) {
            self.add(
                URIQuery.withoutEscapedAmpersand(part), separator: UInt8(ascii: "="), isPercentEncoded: true)
        }
    }

    /// The fields of a text that one character separates; each has its name before the first `nameEnd`.
    ///
    /// - Parameter isPercentEncoded: Whether values may hold `%` and two hexadecimal digits for a byte.
    init(_ text: Substring, separator: Unicode.Scalar, nameEnd: UInt8, isPercentEncoded: Bool = false) {
        guard separator.isASCII else {
            for part in text.unicodeScalars.split(separator: separator) {
                self.add(Substring(part).utf8, separator: nameEnd, isPercentEncoded: isPercentEncoded)
            }
            return
        }
        for part in text.utf8.split(separator: UInt8(ascii: separator)) {
            self.add(part, separator: nameEnd, isPercentEncoded: isPercentEncoded)
        }
    }

    private mutating func add(_ part: Substring.UTF8View, separator: UInt8, isPercentEncoded: Bool) {
        guard let end = part.firstIndex(of: separator) else {
            add(name: part, value: "")
            return
        }
        let value = Substring(part[part.index(after: end)...])
        add(name: part[..<end], value: isPercentEncoded ? PercentEncoding.decoded(value) : String(value))
    }
}
