import FexValues

/// A line of a server's, taken apart.
enum ServerLine {
    /// All of an operation.
    case whole(ServerMessage)
    /// The head of a message whose payload follows, with its length in bytes.
    case messageHead(subject: String, subscription: Int, length: Int)

    /// What the line says, if that is all.
    var message: ServerMessage? {
        if case .whole(let message) = self { message } else { nil }
    }

    /// Whether bytes begin an `INFO`.
    static func isInfo(_ bytes: ArraySlice<UInt8>) -> Bool {
        bytes.count >= 4 && operation(bytes.prefix(4)) == "INFO" && bytes.dropFirst(4).first.map(isSpace) ?? true
    }

    /// Takes a line apart.
    ///
    /// - Parameters:
    ///   - line: Without its end.
    ///   - longestPayload: The longest payload that is taken, in bytes.
    init(_ line: ArraySlice<UInt8>, longestPayload: Int) throws(ProtocolViolation) {
        let name = line.prefix { !Self.isSpace($0) }
        let rest = line[name.endIndex...]
        switch Self.operation(name) {
        case "MSG":
            self = try Self.messageHead(rest, longestPayload: longestPayload)
        case "PING":
            self = .whole(try Self.bare(.ping, rest))
        case "PONG":
            self = .whole(try Self.bare(.pong, rest))
        case "+OK":
            self = .whole(try Self.bare(.ok, rest))
        case "-ERR":
            self = .whole(.error(Self.unquoted(rest)))
        case "INFO":
            self = .whole(.info(try ServerInfo(line: rest)))
        case "HMSG":
            throw .headers
        default:
            throw .unknownOperation
        }
    }

    /// The name of an operation, which may be in capitals or not; empty for what can't be one.
    private static func operation(_ name: ArraySlice<UInt8>) -> String {
        guard name.count <= 4 else { return "" }
        return String(decoding: name.map { (0x61...0x7A).contains($0) ? $0 - 0x20 : $0 }, as: UTF8.self)
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

    private static func bare(
        _ message: ServerMessage, _ rest: ArraySlice<UInt8>
    ) throws(ProtocolViolation) -> ServerMessage {
        guard rest.allSatisfy(isSpace) else { throw .badArguments }
        return message
    }

    /// `MSG subject subscription [reply] length`.
    private static func messageHead(
        _ rest: ArraySlice<UInt8>, longestPayload: Int
    ) throws(ProtocolViolation) -> ServerLine {
        let words = rest.split(whereSeparator: isSpace)
        guard words.count == 3 || words.count == 4, words.joined().allSatisfy({ $0 > 0x20 && $0 != 0x7F }),
            let subject = String(validating: words[0], as: UTF8.self), let subscription = number(words[1])
        else { throw .badArguments }
        let digits = words[words.count - 1]
        guard digits.allSatisfy(ASCII.isDigit) else { throw .badLength }
        guard let length = number(digits), length <= longestPayload else {
            throw .messageTooLong(limit: longestPayload)
        }
        return .messageHead(subject: subject, subscription: subscription, length: length)
    }

    /// A number of nine digits at most.
    private static func number(_ digits: ArraySlice<UInt8>) -> Int? {
        guard (1...9).contains(digits.count), digits.allSatisfy(ASCII.isDigit) else { return nil }
        return digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }

    /// A server's sentence, without the white space and the quotes around it.
    private static func unquoted(_ rest: ArraySlice<UInt8>) -> String {
        var words = rest.drop(while: isSpace)
        while let last = words.last, isSpace(last) { words.removeLast() }
        if words.count >= 2, words.first == UInt8(ascii: "'"), words.last == UInt8(ascii: "'") {
            words = words.dropFirst().dropLast()
        }
        return String(decoding: words, as: UTF8.self)
    }
}

extension ServerInfo {
    /// Reads what follows the word `INFO`.
    fileprivate init(line: ArraySlice<UInt8>) throws(ProtocolViolation) {
        do {
            let fields = try JSONFields(JSON(parsing: line), at: "")
            self.init(longestPayload: try fields.value("max_payload") == nil ? nil : fields.integer("max_payload"))
        } catch {
            throw .badInfo
        }
        if let longestPayload, longestPayload < 0 { throw .badInfo }
    }
}
