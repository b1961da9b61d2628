/// Where and why a text is not JSON.
///
/// The same text will fail again, and no money has moved by its being read.
public struct JSONSyntaxError: WalletError, Hashable, Sendable {
    /// What was expected or found, in a few words; never a part of the text.
    public var problem: String
    /// Where, as an offset in bytes from the beginning of the text.
    public var offset: Int

    /// `invalid_json`.
    public var code: String { "invalid_json" }
    /// Never: the same text fails again.
    public var retry: RetryAdvice { .never }
    /// None has: a text was read.
    public var money: MoneyEffect { .notMoved }
    /// What is wrong and where, without any of the text.
    public var description: String { "not JSON: \(problem) at byte \(offset)" }
}

extension JSON {
    /// How deep arrays and objects may nest.
    public static let maximumDepth = 64

    /// The value that a text holds (RFC 8259).
    ///
    /// - Parameter text: UTF-8, with nothing but white space around the value. A byte order mark is refused.
    /// - Throws: ``JSONSyntaxError`` with the offset of the first byte that doesn't fit.
    public init(parsing text: some Sequence<UInt8>) throws(JSONSyntaxError) {
        var parser = JSONParser(bytes: Array(text))
        self = try parser.parseDocument()
    }

    /// The value that a text holds (RFC 8259).
    ///
    /// - Throws: ``JSONSyntaxError`` with the offset, in bytes of UTF-8, of the first byte that doesn't fit.
    public init(parsing text: String) throws(JSONSyntaxError) {
        try self.init(parsing: text.utf8)
    }
}

private struct JSONParser {
    let bytes: [UInt8]
    var index = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    mutating func parseDocument() throws(JSONSyntaxError) -> JSON {
        let value = try parseValue(depth: 0)
        skipSpace()
        guard index == bytes.count else { throw fail("something after the value") }
        return value
    }

    private func fail(_ problem: String) -> JSONSyntaxError { JSONSyntaxError(problem: problem, offset: index) }

    private var current: UInt8? { index < bytes.count ? bytes[index] : nil }

    private mutating func skipSpace() {
        while index < bytes.count {
            switch bytes[index] {
            case 0x20, 0x09, 0x0A, 0x0D: index += 1
            default: return
            }
        }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard current == byte else { return false }
        index += 1
        return true
    }

    private mutating func parseValue(depth: Int) throws(JSONSyntaxError) -> JSON {
        guard depth <= JSON.maximumDepth else { throw fail("nesting too deep") }
        skipSpace()
        switch current {
        case UInt8(ascii: "{"): return .object(try parseObject(depth: depth))
        case UInt8(ascii: "["): return .array(try parseArray(depth: depth))
        case UInt8(ascii: "\""): return .string(try parseString())
        case UInt8(ascii: "t"): return try parseWord("true", .bool(true))
        case UInt8(ascii: "f"): return try parseWord("false", .bool(false))
        case UInt8(ascii: "n"): return try parseWord("null", .null)
        case UInt8(ascii: "-")?: return .number(try parseNumber())
        case let digit? where (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit):
            return .number(try parseNumber())
        case nil: throw fail("the text ends early")
        default: throw fail("a value is expected")
        }
    }

    private mutating func parseWord(_ word: StaticString, _ value: JSON) throws(JSONSyntaxError) -> JSON {
        let expected = Array("\(word)".utf8)
        guard bytes[index...].starts(with: expected) else { throw fail("a value is expected") }
        index += expected.count
        return value
    }

    private mutating func parseObject(depth: Int) throws(JSONSyntaxError) -> JSONObject {
        index += 1
        var object = JSONObject()
        skipSpace()
        if take(UInt8(ascii: "}")) { return object }
        while true {
            skipSpace()
            guard current == UInt8(ascii: "\"") else { throw fail("a name in quotes is expected") }
            let name = try parseString()
            skipSpace()
            guard take(UInt8(ascii: ":")) else { throw fail("a colon is expected") }
            object.members.append(JSONObject.Member(name, try parseValue(depth: depth + 1)))
            skipSpace()
            if take(UInt8(ascii: ",")) { continue }
            guard take(UInt8(ascii: "}")) else { throw fail("a comma or closing brace is expected") }
            return object
        }
    }

    private mutating func parseArray(depth: Int) throws(JSONSyntaxError) -> [JSON] {
        index += 1
        var elements: [JSON] = []
        skipSpace()
        if take(UInt8(ascii: "]")) { return elements }
        while true {
            elements.append(try parseValue(depth: depth + 1))
            skipSpace()
            if take(UInt8(ascii: ",")) { continue }
            guard take(UInt8(ascii: "]")) else { throw fail("a comma or closing bracket is expected") }
            return elements
        }
    }

    private mutating func parseNumber() throws(JSONSyntaxError) -> String {
        let start = index
        _ = take(UInt8(ascii: "-"))
        if !take(UInt8(ascii: "0")) { try takeDigits() }
        if take(UInt8(ascii: ".")) { try takeDigits() }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
            try takeDigits()
        }
        return String(decoding: bytes[start..<index], as: UTF8.self)
    }

    private mutating func takeDigits() throws(JSONSyntaxError) {
        let start = index
        while let byte = current, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { index += 1 }
        guard index > start else { throw fail("a digit is expected") }
    }

    private mutating func parseString() throws(JSONSyntaxError) -> String {
        index += 1
        let start = index
        while let byte = current, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"), byte >= 0x20 { index += 1 }
        if current == UInt8(ascii: "\"") {
            defer { index += 1 }
            return try text(of: bytes[start..<index])
        }
        var unescaped = Array(bytes[start..<index])
        while true {
            guard let byte = current else { throw fail("a string has no end") }
            switch byte {
            case UInt8(ascii: "\""):
                index += 1
                return try text(of: unescaped[...])
            case UInt8(ascii: "\\"):
                index += 1
                unescaped.append(contentsOf: try parseEscape())
            case 0..<0x20:
                throw fail("a bare control character in a string")
            default:
                unescaped.append(byte)
                index += 1
            }
        }
    }

    private func text(of utf8: ArraySlice<UInt8>) throws(JSONSyntaxError) -> String {
        guard let text = String(validating: utf8, as: UTF8.self) else { throw fail("a string is not UTF-8") }
        return text
    }

    private mutating func parseEscape() throws(JSONSyntaxError) -> [UInt8] {
        guard let byte = current else { throw fail("a string has no end") }
        index += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [byte]
        case UInt8(ascii: "b"): return [0x08]
        case UInt8(ascii: "f"): return [0x0C]
        case UInt8(ascii: "n"): return [0x0A]
        case UInt8(ascii: "r"): return [0x0D]
        case UInt8(ascii: "t"): return [0x09]
        case UInt8(ascii: "u"): return try parseUnicodeEscape()
        default: throw fail("an unknown escape in a string")
        }
    }

    private mutating func parseUnicodeEscape() throws(JSONSyntaxError) -> [UInt8] {
        let unit = try takeHexUnit()
        var value = UInt32(unit)
        if (0xD800..<0xDC00).contains(unit) {
            guard take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) else { throw fail("half of a surrogate pair") }
            let low = try takeHexUnit()
            guard (0xDC00..<0xE000).contains(low) else { throw fail("half of a surrogate pair") }
            value = 0x10000 + (UInt32(unit) - 0xD800) << 10 + (UInt32(low) - 0xDC00)
        }
        guard let scalar = Unicode.Scalar(value) else { throw fail("half of a surrogate pair") }
        return Array(String(Character(scalar)).utf8)
    }

    private mutating func takeHexUnit() throws(JSONSyntaxError) -> UInt16 {
        guard index + 4 <= bytes.count else { throw fail("a string has no end") }
        let digits = bytes[index..<index + 4]
        guard digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
            let unit = UInt16(String(decoding: digits, as: UTF8.self), radix: 16)
        else { throw fail("four hexadecimal digits are expected") }
        index += 4
        return unit
    }
}
