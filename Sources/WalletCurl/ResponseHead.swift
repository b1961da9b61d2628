import HTTPTypes

/// The status line and header fields of an answer, read line by line as they come, and bounded.
///
/// Interim answers (100, 103) are passed over; so are trailers.
struct ResponseHead {
    /// Why reading ended early.
    enum Refusal: Equatable {
        case tooLarge
        case malformed
    }

    /// The most bytes that status lines, header fields and trailers may have together.
    static let byteLimit = 64 << 10
    /// The most header fields.
    static let fieldLimit = 256

    private enum Progress {
        case beforeStatusLine
        case inFields
        case complete
    }

    private(set) var refusal: Refusal?
    private var status: HTTPResponse.Status?
    private var fields: [(name: HTTPField.Name, value: [UInt8])] = []
    private var progress = Progress.beforeStatusLine
    private var bytes = 0

    /// What came, once all of it did.
    var response: HTTPResponse? {
        guard case .complete = progress, refusal == nil, let status else { return nil }
        return HTTPResponse(
            status: status, headerFields: HTTPFields(fields.map { HTTPField(name: $0.name, value: $0.value) }))
    }

    /// Reads the next line, with or without its line break.
    ///
    /// - Returns: Whether there may be more; ``refusal`` says why not.
    mutating func receive(_ line: [UInt8]) -> Bool {
        bytes += line.count
        guard bytes <= ResponseHead.byteLimit, fields.count <= ResponseHead.fieldLimit else {
            refusal = .tooLarge
            return false
        }
        guard receive(content: line[...].trimmingLineBreak) else {
            refusal = .malformed
            return false
        }
        return true
    }

    private mutating func receive(content line: ArraySlice<UInt8>) -> Bool {
        switch progress {
        case .beforeStatusLine:
            return receive(statusLine: line)
        case .inFields where line.isEmpty:
            endFields()
            return true
        case .inFields:
            return receive(field: line)
        case .complete:
            return true
        }
    }

    private mutating func receive(statusLine line: ArraySlice<UInt8>) -> Bool {
        let parts = line.split(separator: UInt8(ascii: " "), maxSplits: 2)
        guard parts.count >= 2, parts[0].starts(with: "HTTP/".utf8), parts[1].count == 3,
            let code = Int(String(decoding: parts[1], as: UTF8.self)), (100...999).contains(code)
        else { return false }
        status = HTTPResponse.Status(code: code)
        progress = .inFields
        return true
    }

    private mutating func receive(field line: ArraySlice<UInt8>) -> Bool {
        if line.first == UInt8(ascii: " ") || line.first == UInt8(ascii: "\t") {
            // A folded line goes on with the value before it (RFC 9112, section 5.2).
            guard !fields.isEmpty else { return false }
            fields[fields.count - 1].value += [UInt8(ascii: " ")] + line.trimmingSpace
            return true
        }
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")),
            let name = HTTPField.Name(String(decoding: line[..<colon], as: UTF8.self))
        else { return false }
        fields.append((name, Array(line[(colon + 1)...].trimmingSpace)))
        return true
    }

    private mutating func endFields() {
        if let status, status.kind == .informational {
            fields = []
            progress = .beforeStatusLine
        } else {
            progress = .complete
        }
    }
}

extension ArraySlice<UInt8> {
    fileprivate var trimmingLineBreak: ArraySlice<UInt8> {
        var line = self
        if line.last == UInt8(ascii: "\n") { line.removeLast() }
        if line.last == UInt8(ascii: "\r") { line.removeLast() }
        return line
    }

    fileprivate var trimmingSpace: ArraySlice<UInt8> {
        let isSpace: (UInt8) -> Bool = { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
        let start = drop(while: isSpace)
        return start.prefix((start.lastIndex { !isSpace($0) } ?? start.startIndex - 1) - start.startIndex + 1)
    }
}
