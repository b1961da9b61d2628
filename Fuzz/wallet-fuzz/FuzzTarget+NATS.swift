import FexValues
import Foundation
import WalletNATSOverWebSocket

extension FuzzTarget {
    /// What an event server sends: however it is cut, the same comes of it, and no more is held than a message may have.
    static let nats = FuzzTarget(
        name: "nats", maximumLength: 8192, seeds: { try corpus("nats.txt").map(lines) },
        run: { bytes in
            let whole = hear([bytes])
            hold(hear(bytes.map { [$0] }) == whole, "byte by byte it is something else")
            var generator = SplitMix64(
                seed: bytes.reduce(14_695_981_039_346_656_037) { ($0 ^ UInt64($1)) &* 1_099_511_628_211 })
            for _ in 0..<3 { hold(hear(cut(bytes, using: &generator)) == whole, "cut otherwise it is something else") }
            // What is no UTF-8 takes more room where it is written again, and a line may then be too long.
            let written = whole.messages.map(text)
            guard written.allSatisfy({ $0.count <= ServerMessageParser.longestLine }) else { return }
            hold(hear([Array(written.joined())]).messages == whole.messages, "it is read back as another")
        })

    /// The longest payload here: inputs are short.
    private static let longestPayload = 512

    private struct Heard: Equatable {
        var messages: [ServerMessage] = []
        var violation: ProtocolViolation?
    }

    private static func hear(_ pieces: [[UInt8]]) -> Heard {
        var parser = ServerMessageParser(longestPayload: longestPayload)
        var heard = Heard()
        for piece in pieces {
            let bound = ServerMessageParser.longestInfo + longestPayload + piece.count
            parser.append(piece)
            do throws(ProtocolViolation) {
                while let message = try parser.next() { heard.messages.append(message) }
            } catch {
                heard.violation = heard.violation ?? error
                hold(parser.heldBytes == 0, "what broke the protocol is held")
            }
            hold(parser.heldBytes <= bound, "what is held has no bound")
        }
        return heard
    }

    private static func cut(_ bytes: [UInt8], using generator: inout SplitMix64) -> [[UInt8]] {
        var (pieces, rest) = ([[UInt8]](), bytes[...])
        while !rest.isEmpty {
            let piece = rest.prefix(Int.random(in: 0...40, using: &generator))
            pieces.append(Array(piece))
            rest = rest.dropFirst(piece.count)
        }
        return pieces
    }

    /// A message as a server would write it.
    private static func text(_ message: ServerMessage) -> [UInt8] {
        switch message {
        case .info(let info):
            Array("INFO {\(info.longestPayload.map { "\"max_payload\":\($0)" } ?? "")}\r\n".utf8)
        case .message(let subject, let subscription, let payload):
            Array("MSG \(subject) \(subscription) \(payload.count)\r\n".utf8) + payload + [0x0D, 0x0A]
        case .ping: Array("PING\r\n".utf8)
        case .pong: Array("PONG\r\n".utf8)
        case .ok: Array("+OK\r\n".utf8)
        case .error(let text): Array("-ERR '\(text)'\r\n".utf8)
        }
    }

    /// A line of the corpus has `\\r\\n` where a server ends a line.
    private static func lines(_ line: [UInt8]) -> [UInt8] {
        Array(String(decoding: line, as: UTF8.self).replacing("\\r\\n", with: "\r\n").utf8)
    }
}
