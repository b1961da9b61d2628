/// How a server broke the NATS protocol. What it sent is not repeated.
package enum ProtocolViolation: Error, Hashable, Sendable {
    /// An operation that there is none of.
    case unknownOperation
    /// `HMSG`, though CONNECT asked for no headers.
    case headers
    /// A line that does not end within so many bytes.
    case lineTooLong(limit: Int)
    /// A line that ends in a line feed without a carriage return before it.
    case badLineEnd
    /// An operation with too few or too many words, or with bytes in them that no word has.
    case badArguments
    /// A length that is no number of digits.
    case badLength
    /// A message longer than may be.
    case messageTooLong(limit: Int)
    /// A payload that is not followed by a line's end: it is longer or shorter than was said.
    case badPayloadEnd
    /// An `INFO` that is no JSON object, or has a `max_payload` that is none.
    case badInfo
    /// An operation at a time when there can be none of it.
    case outOfPlace(String)
    /// A message of a subscription that there is none of, or of another subject.
    case unaskedMessage
    /// A PONG to no PING.
    case unaskedPong
}

extension ProtocolViolation: CustomStringConvertible {
    /// What is wrong, in a few words.
    package var description: String {
        switch self {
        case .unknownOperation: "an unknown operation"
        case .headers: "a message with headers, which were not asked for"
        case .lineTooLong(let limit): "a line of more than \(limit) bytes"
        case .badLineEnd: "a line without its end"
        case .badArguments: "an operation with the wrong words"
        case .badLength: "a length that is no number"
        case .messageTooLong(let limit): "a message of more than \(limit) bytes"
        case .badPayloadEnd: "a message of another length than it says"
        case .badInfo: "an INFO that is none"
        case .outOfPlace(let operation): "\(operation) at the wrong time"
        case .unaskedMessage: "a message of no subscription"
        case .unaskedPong: "a PONG to no PING"
        }
    }
}
