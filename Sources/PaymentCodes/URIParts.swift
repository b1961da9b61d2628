import FexValues

/// A text taken apart as a URI (RFC 3986, section 3), by the delimiters alone.
///
/// Nothing is decoded or made regular: what a part may hold is for each scheme to say.
struct URIParts {
    /// The whole.
    let text: String
    /// The scheme, in lower case.
    let scheme: String
    /// What stands between `//` and the path; `nil` where there is no `//`.
    let authority: Substring?
    /// The path, with its slashes.
    let path: Substring
    /// What follows the first `?`; `nil` where there is none.
    let query: Substring?
    /// What follows the first `#`; `nil` where there is none.
    let fragment: Substring?
    /// Whether the whole text is visible ASCII, as a URI proper is.
    let isVisibleASCII: Bool

    /// The parts of a text, or `nil` where it doesn't begin with a scheme and a colon.
    init?(_ text: String) {
        let bytes = text.utf8
        guard let colon = bytes.firstIndex(where: { !URIParts.isSchemeByte($0) }), bytes[colon] == UInt8(ascii: ":"),
            let first = bytes.first, ASCII.isLetter(first)
        else { return nil }
        self.text = text
        scheme = ASCII.lowercased(text[..<colon])
        isVisibleASCII = bytes.allSatisfy { (0x21...0x7E).contains($0) }

        var rest = text[bytes.index(after: colon)...]
        fragment = URIParts.cut(&rest, at: URIParts.fragmentStart(in: rest))
        query = URIParts.cut(&rest, at: rest.utf8.firstIndex(of: UInt8(ascii: "?")))
        guard rest.utf8.starts(with: "//".utf8) else {
            authority = nil
            path = rest
            return
        }
        let afterSlashes = rest.utf8.index(rest.startIndex, offsetBy: 2)
        let slash = rest.utf8[afterSlashes...].firstIndex(of: UInt8(ascii: "/")) ?? rest.endIndex
        authority = rest[afterSlashes..<slash]
        path = rest[slash...]
    }

    /// Where the first `#` stands that is no part of an ampersand which a page escaped: `&#38;`.
    private static func fragmentStart(in rest: Substring) -> String.Index? {
        var before: UInt8?
        return rest.utf8.indices.first { index in
            let byte = rest.utf8[index]
            defer { before = byte }
            guard byte == UInt8(ascii: "#") else { return false }
            let after = rest.utf8[rest.utf8.index(after: index)...]
            return before != UInt8(ascii: "&")
                || !["38;", "x26;", "X26;"].contains { after.starts(with: $0.utf8) }
        }
    }

    /// Cuts off what follows a delimiter, and the delimiter with it.
    private static func cut(_ rest: inout Substring, at delimiter: String.Index?) -> Substring? {
        guard let index = delimiter else { return nil }
        defer { rest = rest[..<index] }
        return rest[rest.utf8.index(after: index)...]
    }

    private static func isSchemeByte(_ byte: UInt8) -> Bool {
        ASCII.isLetter(byte) || ASCII.isDigit(byte)
            || byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
    }
}
