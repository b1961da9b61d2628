import FexValues
import Foundation
import Testing
import WalletNATSOverWebSocket
import WalletTesting

struct ServerMessageParserTests {
    /// What came of a text, until its end or until it broke the protocol.
    private struct Heard: Equatable {
        var messages: [ServerMessage] = []
        var violation: ProtocolViolation?
    }

    private func parse(_ pieces: [[UInt8]], longestPayload: Int = 1 << 20) -> Heard {
        var parser = ServerMessageParser(longestPayload: longestPayload)
        var heard = Heard()
        for piece in pieces {
            parser.append(piece)
            do throws(ProtocolViolation) {
                while let message = try parser.next() { heard.messages.append(message) }
            } catch {
                heard.violation = heard.violation ?? error
            }
        }
        return heard
    }

    private func parse(_ text: String, longestPayload: Int = 1 << 20) -> Heard {
        parse([Array(text.utf8)], longestPayload: longestPayload)
    }

    private static let session =
        "INFO {\"server_id\":\"S\",\"max_payload\":1048576,\"connect_urls\":[\"a:1\"]} \r\nPING\r\n+OK\r\n"
        + "MSG wallets.w1.a 1 5\r\nhello\r\nMSG wallets.w1.b 12 _INBOX.x 0\r\n\r\n"
        + "msg\ta  3 \t 6\r\n\r\nPING\r\n-ERR 'Permissions Violation for Publish to \"a.b\"'\r\nPONG\r\n"

    private static let said: [ServerMessage] = [
        .info(ServerInfo(longestPayload: 1_048_576)), .ping, .ok,
        .message(subject: "wallets.w1.a", subscription: 1, payload: Data("hello".utf8)),
        .message(subject: "wallets.w1.b", subscription: 12, payload: Data()),
        .message(subject: "a", subscription: 3, payload: Data("\r\nPING".utf8)),
        .error("Permissions Violation for Publish to \"a.b\""), .pong,
    ]

    @Test func `what a server says is read, operation by operation`() {
        #expect(parse(Self.session) == Heard(messages: Self.said))
    }

    @Test func `it is the same byte by byte`() {
        #expect(parse(Self.session.utf8.map { [$0] }) == Heard(messages: Self.said))
    }

    @Test func `it is the same for each cut in two`() {
        let bytes = Array(Self.session.utf8)
        for cut in bytes.indices {
            #expect(parse([Array(bytes[..<cut]), Array(bytes[cut...])]) == Heard(messages: Self.said))
        }
    }

    @Test(
        arguments: [
            ("HELLO\r\n", .unknownOperation), ("\r\n", .unknownOperation), (" PING\r\n", .unknownOperation),
            ("PIN\u{0}\r\n", .unknownOperation), ("PINGPONG\r\n", .unknownOperation),
            ("PUB a 1\r\nx\r\n", .unknownOperation),
            ("HMSG a 1 12 14\r\nNATS/1.0\r\n\r\nhi\r\n", .headers),
            ("PING\n", .badLineEnd), ("PING\rPONG\n", .badLineEnd), ("MSG a 1 1\nx\r\n", .badLineEnd),
            ("PING now\r\n", .badArguments), ("MSG a 1\r\n", .badArguments), ("MSG a 1 r s 1\r\n", .badArguments),
            ("MSG a\u{0} 1 1\r\nx\r\n", .badArguments), ("MSG a -1 1\r\nx\r\n", .badArguments),
            ("MSG a b 1\r\nx\r\n", .badArguments), ("MSG\r\n", .badArguments), ("PONG\rPONG\r\n", .unknownOperation),
            ("MSG a 1 -1\r\nx\r\n", .badLength), ("MSG a 1 0x1\r\nx\r\n", .badLength),
            ("MSG a 1 1.0\r\nx\r\n", .badLength),
            ("MSG a 1 +1\r\nx\r\n", .badLength),
            ("MSG a 1 1048577\r\n", .messageTooLong(limit: 1 << 20)),
            ("MSG a 1 9223372036854775808\r\n", .messageTooLong(limit: 1 << 20)),
            ("MSG a 1 99999999999999999999999999999999\r\n", .messageTooLong(limit: 1 << 20)),
            ("MSG a 1 4\r\nhello\r\n", .badPayloadEnd), ("MSG a 1 6\r\nhello\r\nPING\r\n", .badPayloadEnd),
            ("MSG a 1 5\r\nhello\n\r", .badPayloadEnd),
            ("INFO\r\n", .badInfo), ("INFO []\r\n", .badInfo), ("INFO {\r\n", .badInfo), ("INFO {}x\r\n", .badInfo),
            (#"INFO {"max_payload":-1}"# + "\r\n", .badInfo), (#"INFO {"max_payload":"1"}"# + "\r\n", .badInfo),
            (#"INFO {"max_payload":1,"max_payload":2}"# + "\r\n", .badInfo),
            ("INFO {\"a\":\"\u{0}\"}\r\n", .badInfo),
        ] as [(String, ProtocolViolation)])
    func `what is no operation is named, and nothing behind it is read`(text: String, violation: ProtocolViolation) {
        let whole = parse("PING\r\n" + text + "PING\r\n")
        #expect(whole == Heard(messages: [.ping], violation: violation))
        #expect(parse(Array(("PING\r\n" + text + "PING\r\n").utf8).map { [$0] }) == whole)
    }

    @Test(arguments: ["PING", "MSG a 1 ", "-ERR '", "INFO", "INFO ", "INFO {", "", "\u{0}", "info\t"])
    func `a line that never ends is refused, and no more of it is held than a line may have`(beginning: String) {
        let isInfo = beginning.lowercased().hasPrefix("info") && beginning.count > 4
        let limit = isInfo ? ServerMessageParser.longestInfo : ServerMessageParser.longestLine
        var parser = ServerMessageParser()
        parser.append(beginning.utf8)
        var violation: ProtocolViolation?
        for _ in 0..<(1 << 17) where violation == nil {
            do throws(ProtocolViolation) {
                guard try parser.next() == nil else { break }
                parser.append([0x78])
            } catch { violation = error }
            #expect(parser.heldBytes <= limit)
        }
        #expect(violation == .lineTooLong(limit: limit))
    }

    @Test func `lines and payloads may be as long as they may`() {
        let subject = String(repeating: "a", count: ServerMessageParser.longestLine - "MSG  1 1\r\n".utf8.count)
        let line = "MSG \(subject) 1 1\r\n"
        #expect(line.utf8.count == ServerMessageParser.longestLine)
        #expect(parse(line + "x\r\n").messages.count == 1)
        #expect(parse("MSG a\(subject) 1 1\r\nx\r\n").violation == .lineTooLong(limit: ServerMessageParser.longestLine))
        #expect(parse("MSG a 1 10\r\n0123456789\r\n", longestPayload: 10).messages.count == 1)
        #expect(parse("MSG a 1 11\r\n", longestPayload: 10).violation == .messageTooLong(limit: 10))
    }

    @Test func `after what broke the protocol nothing is held, and the same is said again`() throws {
        var parser = ServerMessageParser()
        parser.append("HELLO\r\n".utf8)
        #expect(throws: ProtocolViolation.unknownOperation) { try parser.next() }
        parser.append(Array(repeating: 0x78, count: 100_000))
        #expect(parser.heldBytes == 0)
        #expect(throws: ProtocolViolation.unknownOperation) { try parser.next() }
    }
}
