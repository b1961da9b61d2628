public import Foundation

extension JSON {
    /// The value as compact JSON text, members in their order, numbers as they were written.
    public var text: String { String(decoding: utf8, as: UTF8.self) }

    /// The value as compact JSON text in UTF-8.
    public var data: Data { Data(utf8) }

    private var utf8: [UInt8] {
        var output: [UInt8] = []
        write(to: &output)
        return output
    }

    private func write(to output: inout [UInt8]) {
        switch self {
        case .null: output.append(contentsOf: "null".utf8)
        case .bool(let value): output.append(contentsOf: (value ? "true" : "false").utf8)
        case .number(let literal): output.append(contentsOf: literal.utf8)
        case .string(let text): JSON.write(text, to: &output)
        case .array(let elements):
            output.append(UInt8(ascii: "["))
            for (index, element) in elements.enumerated() {
                if index > 0 { output.append(UInt8(ascii: ",")) }
                element.write(to: &output)
            }
            output.append(UInt8(ascii: "]"))
        case .object(let object):
            output.append(UInt8(ascii: "{"))
            for (index, member) in object.members.enumerated() {
                if index > 0 { output.append(UInt8(ascii: ",")) }
                JSON.write(member.name, to: &output)
                output.append(UInt8(ascii: ":"))
                member.value.write(to: &output)
            }
            output.append(UInt8(ascii: "}"))
        }
    }

    /// Writes a string literal, in which all can be seen that is in it.
    ///
    /// Whatever steers a terminal, is not seen, or looks like a space is escaped, and so are marks that would be drawn on something
    /// else than a letter before them, or in a heap. The value stays exact, and JSON may be printed as it is.
    package static func write(_ text: String, to output: inout [UInt8]) {
        output.append(UInt8(ascii: "\""))
        defer { output.append(UInt8(ascii: "\"")) }
        // Nearly all text is plain, and long texts (images) always are: they are copied whole.
        if text.utf8.allSatisfy(isPlain) {
            output.append(contentsOf: text.utf8)
            return
        }
        // How many marks the character before can still carry.
        var room = 0
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": output.append(contentsOf: #"\""#.utf8)
            case "\\": output.append(contentsOf: #"\\"#.utf8)
            case "\n": output.append(contentsOf: #"\n"#.utf8)
            case "\r": output.append(contentsOf: #"\r"#.utf8)
            case "\t": output.append(contentsOf: #"\t"#.utf8)
            case _ where PlainText.isSimple(scalar):
                output.append(contentsOf: UTF8.encode(scalar)!)
                room = scalar == " " ? 0 : TerminalText.markLimit
                continue
            case _ where scalar.isMark ? room == 0 || isUnseen(scalar) : isUnseen(scalar):
                for unit in UTF16.encode(scalar)! { writeEscaped(unit, to: &output) }
            default:
                output.append(contentsOf: UTF8.encode(scalar)!)
                room = scalar.isMark ? room - 1 : TerminalText.markLimit
                continue
            }
            room = 0
        }
    }

    private static func writeEscaped(_ unit: UInt16, to output: inout [UInt8]) {
        let digits = String(unit, radix: 16)
        output.append(contentsOf: "\\u\(String(repeating: "0", count: 4 - digits.count))\(digits)".utf8)
    }

    /// Whether a character steers what shows it, can't be seen, or looks like a space.
    private static func isUnseen(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .spaceSeparator, .privateUse, .unassigned,
            .surrogate:
            true
        // An empty pattern of Braille is as blank.
        default: scalar.properties.isDefaultIgnorableCodePoint || scalar == "\u{2800}"
        }
    }

    /// Whether a byte is printable ASCII that stands for itself in a string literal.
    static func isPlain(_ byte: UInt8) -> Bool {
        (0x20..<0x7F).contains(byte) && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
    }
}
