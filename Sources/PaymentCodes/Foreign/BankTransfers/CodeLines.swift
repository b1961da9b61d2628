import FexValues

/// The lines of a code whose fields are lines.
struct CodeLines {
    private let lines: [String]

    /// The lines of a text.
    init(_ text: String) { lines = CodeLines.of(text) }

    /// How many lines there are, empty ones counted.
    var count: Int { lines.count }

    /// What stands on a line, counted from 0; the spaces around it are left out.
    subscript(line: Int) -> CodeField { CodeField(lines.indices.contains(line) ? lines[line] : nil) }

    /// How many characters, or bytes of UTF-8, the first lines have.
    func length(ofFirst count: Int, inBytes: Bool) -> Int {
        lines.prefix(count).reduce(0) { $0 + (inBytes ? $1.utf8.count : $1.unicodeScalars.count) }
    }

    /// The lines of a text, empty ones kept; LF, CR LF and CR each end a line.
    static func of(_ text: String) -> [String] {
        var lines: [String] = []
        var start = text.utf8.startIndex
        var previous: UInt8?
        for index in text.utf8.indices {
            let byte = text.utf8[index]
            let isEnd = byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r")
            if byte == UInt8(ascii: "\n"), previous == UInt8(ascii: "\r") {
                start = text.utf8.index(after: index)
            } else if isEnd {
                lines.append(String(text[start..<index]))
                start = text.utf8.index(after: index)
            }
            previous = byte
        }
        lines.append(String(text[start...]))
        return lines
    }

    /// Whether a text's first line is a header, in any case.
    static func begins(_ text: String, with header: StaticString) -> Bool {
        guard let rest = ASCII.rest(of: text, after: header)?.unicodeScalars else { return false }
        func isEnd(_ scalar: Unicode.Scalar) -> Bool { scalar == "\n" || scalar == "\r" }
        return rest.first { isEnd($0) || !InvisibleCharacters.contains($0) }.map(isEnd) ?? false
    }
}
