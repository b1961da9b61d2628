import FexValues

/// A property of a contact card or a calendar: a name, parameters, and a value (RFC 5545, section 3.1; RFC 6350, section
/// 3.3; and the vCard 2.1 and vCalendar 1.0 before them).
struct ContentLine {
    /// In lower case, without the group before it: `fn` of `item1.FN`.
    let name: String
    /// What stands behind the colon, decoded; delimiters in it are still escaped.
    let value: String
    /// Whether the value can't be decoded: it is of a character set that isn't known here.
    let isUnreadable: Bool
    /// The values of the parameters by their names in lower case; a value alone, as vCard 2.1 has it, by itself.
    let parameters: NamedFields

    /// Reads one line.
    ///
    /// Values in base 64 are pictures and sounds; such a line is none that anything is told of.
    ///
    /// - Parameter line: A whole line: what was folded or softly broken has been joined.
    init?(_ line: String) {
        guard let colon = ContentLine.valueStart(of: line.utf8) else { return nil }
        let head = line.utf8[..<colon].split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false)
        let fullName = head[0].split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        name = ASCII.lowercased(Substring(fullName.last ?? head[0]))
        var parameters = NamedFields()
        for part in head.dropFirst() {
            let equals = part.firstIndex(of: UInt8(ascii: "="))
            let value = equals.map { String(Substring(part[part.index(after: $0)...])) } ?? ""
            parameters.add(name: part[..<(equals ?? part.endIndex)], value: ContentLine.unquoted(value))
        }
        self.parameters = parameters
        let encoding = parameters["encoding"].text.map { ASCII.lowercased($0) }
        guard encoding != "b", encoding != "base64", !parameters.has("base64") else { return nil }
        let rest = String(line[line.utf8.index(after: colon)...])
        let decoded =
            ContentLine.isQuotedPrintable(parameters)
            ? Charset(parameters).decoded(QuotedPrintable.decoded(rest)) : rest
        value = decoded ?? ""
        // What stands for a byte that can't be read is put there where bytes are made into text.
        isUnreadable = decoded == nil || Charset(parameters) == .unknown && value.unicodeScalars.contains("\u{FFFD}")
    }

    /// A parameter's value without quotation marks around it.
    private static func unquoted(_ value: String) -> String {
        let bytes = value.utf8
        guard bytes.count > 1, bytes.first == UInt8(ascii: "\""), bytes.last == UInt8(ascii: "\"") else { return value }
        return String(value.dropFirst().dropLast())
    }

    /// The colon that ends the parameters, one of which may hold colons between quotation marks.
    private static func valueStart<Line: Collection<UInt8>>(of line: Line) -> Line.Index? {
        var isQuoted = false
        return line.firstIndex { byte in
            if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
            return byte == UInt8(ascii: ":") && !isQuoted
        } ?? line.firstIndex(of: UInt8(ascii: ":"))
    }

    private static func isQuotedPrintable(_ parameters: NamedFields) -> Bool {
        parameters.has("quoted-printable")
            || parameters["encoding"].text.map { ASCII.lowercased($0) == "quoted-printable" } ?? false
    }

    /// The character set that a line names.
    private enum Charset: Equatable {
        /// UTF-8, or none.
        case unnamed
        case known(SingleByteCharset)
        case unknown

        init(_ parameters: NamedFields) {
            guard let name = parameters["charset"].text else {
                self = parameters["charset"] == .absent ? .unnamed : .unknown
                return
            }
            let isUnicode = ["utf-8", "utf8", "us-ascii", "ascii"].contains(ASCII.lowercased(name))
            self = isUnicode ? .unnamed : SingleByteCharset(name: name).map { .known($0) } ?? .unknown
        }

        /// Bytes as text: of the character set that is named, else UTF-8, else ISO 8859-1; `nil` where that isn't known.
        ///
        /// Sets that aren't ASCII's in its place have zeros or escapes.
        func decoded(_ bytes: some Collection<UInt8>) -> String? {
            if case .known(let set) = self { return set.decoded(bytes) }
            let isPlain = self == .unnamed || !bytes.contains { $0 == 0 || $0 == 0x1B }
            if isPlain, let text = String(validating: bytes, as: UTF8.self) { return text }
            return self == .unnamed ? SingleByteCharset.latin1.decoded(bytes) : nil
        }
    }
}

extension ContentLine {
    /// The properties in a text, each on its line; what is none is left out.
    static func all(in text: String) -> [ContentLine] { joined(CodeLines.of(text)).compactMap { ContentLine($0) } }

    /// What the first line of a property says that says anything.
    ///
    /// - Parameter read: What is told of a value; `nil` where there is nothing to see.
    static func field(_ property: String, in lines: [ContentLine], read: (String) -> String?) -> CodeField {
        let named = lines.filter { $0.name == property }
        for line in named where !line.isUnreadable {
            if let told = read(line.value) { return .value(told) }
        }
        return named.contains { $0.isUnreadable } ? .unreadable : .absent
    }

    /// Joins folded lines, which go on after a space, and lines in quoted-printable, which go on where one ends in `=`.
    private static func joined(_ lines: [String]) -> [String] {
        var whole: [String] = []
        var isSoftlyBroken = false
        for line in lines {
            if isSoftlyBroken, let last = whole.indices.last {
                whole[last].removeLast()
                // A tab there can't be a part of the text: that would be written as an escape.
                whole[last] += line.utf8.first == 0x09 ? String(line.unicodeScalars.dropFirst()) : line
            } else if let first = line.utf8.first, first == 0x20 || first == 0x09, let last = whole.indices.last {
                whole[last] += String(line.unicodeScalars.dropFirst())
            } else {
                whole.append(line)
            }
            isSoftlyBroken = line.utf8.last == UInt8(ascii: "=") && whole.last.map(isQuotedPrintable) ?? false
        }
        return whole
    }

    private static func isQuotedPrintable(_ line: String) -> Bool {
        guard let colon = valueStart(of: line.utf8) else { return false }
        return ASCII.lowercased(line[..<colon]).contains("quoted-printable")
    }

    /// The parts of a value that a delimiter separates where no `\` stands before it, with their escapes resolved.
    static func parts(of value: String, separator: Unicode.Scalar) -> [String] {
        var parts = [String.UnicodeScalarView()]
        var isEscaped = false
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\\" where !isEscaped:
                isEscaped = true
                continue
            case separator where !isEscaped: parts.append(String.UnicodeScalarView())
            case "n" where isEscaped, "N" where isEscaped: parts[parts.count - 1].append(" ")
            default: parts[parts.count - 1].append(scalar)
            }
            isEscaped = false
        }
        return parts.map { String($0) }
    }

    /// A value with its escapes resolved; a line break in it is a space.
    static func unescaped(_ value: String) -> String {
        parts(of: value, separator: "\n").joined(separator: " ")
    }
}

extension ContentLine {
    /// The text of a card or calendar that is not UTF-8: each line by the character set that it names.
    ///
    /// Lines are folded after 75 bytes, in the middle of a character too, so that it may be UTF-8 when it is unfolded.
    static func text(of bytes: some Collection<UInt8>) -> String {
        var lines: [[UInt8]] = [[]]
        for byte in bytes where byte != UInt8(ascii: "\r") {
            if lines[lines.count - 1].last == UInt8(ascii: "\n") {
                if byte == 0x20 || byte == 0x09 {
                    lines[lines.count - 1].removeLast()
                    continue
                }
                lines.append([])
            }
            lines[lines.count - 1].append(byte)
        }
        return lines.map { line in
            let head = String(decoding: line[..<(valueStart(of: line) ?? line.endIndex)], as: UTF8.self)
            let charset = ContentLine("\(head):").map { Charset($0.parameters) } ?? .unnamed
            return charset.decoded(line) ?? String(decoding: line.map { $0 < 0x80 ? $0 : 0xFF }, as: UTF8.self)
        }.joined()
    }
}
