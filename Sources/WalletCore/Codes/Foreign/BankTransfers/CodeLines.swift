/// The lines of a code whose fields are lines.
enum CodeLines {
    /// The lines of a text, empty ones kept; LF, CR LF and CR each end a line.
    static func of(_ text: String) -> [String] {
        var lines: [[UInt8]] = [[]]
        var previous: UInt8?
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\n") where previous == UInt8(ascii: "\r"): break
            case UInt8(ascii: "\n"), UInt8(ascii: "\r"): lines.append([])
            default: lines[lines.count - 1].append(byte)
            }
            previous = byte
        }
        return lines.map { String(decoding: $0, as: UTF8.self) }
    }
}
