import Foundation

/// Reads what a NATS server sends, however its bytes are cut.
///
/// WebSocket messages are no units of the protocol: the server sends many operations in one, and one in many. What is held is no
/// more than one line or one message, and the bytes last given.
package struct ServerMessageParser: Sendable {
    /// The longest `INFO`, in bytes: one names all servers of a cluster.
    package static let longestInfo = 64 << 10
    /// The longest other line, in bytes. nats-server takes lines of 4096 bytes; what it makes of one in a MSG or an -ERR is little
    /// longer.
    package static let longestLine = 4096 + 512

    private enum State {
        /// In a line, of which so many bytes have been looked at.
        case line(scanned: Int)
        /// Behind the line of a MSG.
        case payload(subject: String, subscription: Int, length: Int)
        /// Behind what broke the protocol: nothing more is read.
        case broken(ProtocolViolation)
    }

    private let longestPayload: Int
    private var bytes: [UInt8] = []
    /// Where in `bytes` that begins which has not been read yet.
    private var start = 0
    private var state = State.line(scanned: 0)

    /// A parser that has heard nothing yet.
    ///
    /// - Parameter longestPayload: The longest payload that is taken, in bytes; by default 1 MiB, as over libnats.
    package init(longestPayload: Int = 1 << 20) {
        self.longestPayload = longestPayload
    }

    /// How many bytes are held.
    package var heldBytes: Int { bytes.count - start }

    /// Takes bytes in.
    package mutating func append(_ more: some Sequence<UInt8>) {
        if case .broken = state { return }
        if start > 0 {
            bytes.removeSubrange(..<start)
            start = 0
        }
        bytes.append(contentsOf: more)
    }

    /// The next operation; `nil` until more bytes have come.
    ///
    /// - Throws: ``ProtocolViolation``, the same one at each call from then on.
    package mutating func next() throws(ProtocolViolation) -> ServerMessage? {
        do throws(ProtocolViolation) {
            switch state {
            case .broken(let violation):
                throw violation
            case .payload(let subject, let subscription, let length):
                return try takePayload(of: subject, subscription, length)
            case .line(let scanned):
                guard let line = try takeLine(scanned) else { return nil }
                let operation = try ServerLine(line, longestPayload: longestPayload)
                guard case .messageHead(let subject, let subscription, let length) = operation else {
                    return operation.message
                }
                state = .payload(subject: subject, subscription: subscription, length: length)
                return try takePayload(of: subject, subscription, length)
            }
        } catch {
            state = .broken(error)
            (bytes, start) = ([], 0)
            throw error
        }
    }

    /// The next line without its end, if that has come.
    private mutating func takeLine(_ scanned: Int) throws(ProtocolViolation) -> ArraySlice<UInt8>? {
        let limit = ServerLine.isInfo(bytes[start...]) ? Self.longestInfo : Self.longestLine
        let end = min(bytes.count, start + limit)
        // The limit of a line whose first bytes have not come yet may be passed: of a longer one it never is.
        let unseen = min(start + scanned, end)
        guard let lineFeed = bytes[unseen..<end].firstIndex(of: 0x0A) else {
            guard bytes.count - start < limit else { throw .lineTooLong(limit: limit) }
            state = .line(scanned: bytes.count - start)
            return nil
        }
        let line = bytes[start..<lineFeed]
        guard line.last == 0x0D else { throw .badLineEnd }
        start = lineFeed + 1
        state = .line(scanned: 0)
        return line.dropLast()
    }

    private mutating func takePayload(
        of subject: String, _ subscription: Int, _ length: Int
    ) throws(ProtocolViolation) -> ServerMessage? {
        let end = start + length
        guard bytes.count >= end + 2 else { return nil }
        guard bytes[end] == 0x0D, bytes[end + 1] == 0x0A else { throw .badPayloadEnd }
        let payload = Data(bytes[start..<end])
        start = end + 2
        state = .line(scanned: 0)
        return .message(subject: subject, subscription: subscription, payload: payload)
    }
}
