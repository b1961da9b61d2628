import FexValues
import Foundation
import Testing
import WalletCore
import WalletNATSOverWebSocket

/// The machine alone: what it is told, and what it then says to do.
struct ConnectionMachineTests {
    private typealias Action = ConnectionMachine.Action

    private static let info = "INFO {\"max_payload\":100}\r\n"
    private static let times = ConnectionTimes(connecting: .seconds(10), silence: .seconds(100), answer: .seconds(5))

    private static func machine() throws -> ConnectionMachine {
        try ConnectionMachine(
            ClientGreeting(name: "n", user: "u", password: Redacted("p")),
            subscriptions: [EventSubject(subscribing: "a"), EventSubject(subscribing: "b.*")], times: times)
    }

    /// One that stands, at zero; what was sent has been taken.
    private static func standing() throws -> ConnectionMachine {
        var machine = try machine()
        _ = machine.handle(.opened, now: .zero)
        _ = machine.handle(.received(Data(info.utf8)), now: .zero)
        _ = machine.handle(.sent, now: .zero)
        let actions = machine.handle(.received(Data("PONG\r\n".utf8)), now: .zero)
        #expect(actions.contains(.stand))
        return machine
    }

    private func received(_ text: String) -> ConnectionMachine.Event { .received(Data(text.utf8)) }

    private func sent(_ actions: [Action]) -> String {
        actions.map { if case .send(let bytes) = $0 { String(decoding: bytes, as: UTF8.self) } else { "" } }.joined()
    }

    private func end(_ actions: [Action]) -> ConnectionEnd? {
        actions.compactMap { if case .end(let end) = $0 { end } else { nil } }.first
    }

    private func settled(_ actions: [Action]) -> [Int: EventTransportError.Reason?] {
        var settled: [Int: EventTransportError.Reason?] = [:]
        for case .settle(let id, let error) in actions { settled.updateValue(error?.reason, forKey: id) }
        return settled
    }

    @Test func `nothing is said before the server has; then all at once, and it stands with the first answer`() throws {
        var machine = try Self.machine()
        #expect(machine.handle(.opened, now: .zero) == [.wake(at: .seconds(10))])
        let greeting = sent(machine.handle(received(Self.info), now: .seconds(1)))
        #expect(greeting.hasPrefix("CONNECT {") && greeting.hasSuffix("}\r\nSUB a 1\r\nSUB b.* 2\r\nPING\r\n"))
        #expect(machine.handle(.sent, now: .seconds(1)).isEmpty)
        let subject = try EventSubject(publishing: "a")
        #expect(settled(machine.handle(.publish(1, subject, Data()), now: .seconds(1))) == [1: .notConnected])
        #expect(machine.handle(received("PONG\r\n"), now: .seconds(2)).first == .stand)
        #expect(
            sent(machine.handle(.publish(2, subject, Data("x".utf8)), now: .seconds(2))) == "PUB a 1\r\nx\r\nPING\r\n")
    }

    @Test func `a message is taken once the server has answered to its ping, and several in their order`() throws {
        var machine = try Self.standing()
        let (a, c) = (try EventSubject(publishing: "a"), try EventSubject(publishing: "c"))
        _ = machine.handle(.publish(1, a, Data()), now: .zero)
        // The first is being sent: what comes meanwhile waits, and goes out as one.
        #expect(sent(machine.handle(.publish(2, c, Data()), now: .zero)).isEmpty)
        #expect(sent(machine.handle(.publish(3, a, Data()), now: .zero)).isEmpty)
        #expect(sent(machine.handle(.sent, now: .zero)) == "PUB c 0\r\n\r\nPING\r\nPUB a 0\r\n\r\nPING\r\n")
        #expect(settled(machine.handle(received("PONG\r\n"), now: .zero)) == [1: nil])
        let denied = machine.handle(
            received("-ERR 'Permissions Violation for Publish to \"c\"'\r\nPONG\r\nPONG\r\n"), now: .zero)
        #expect(settled(denied) == [2: .notAllowed, 3: nil])
        #expect(end(denied) == nil)
    }

    @Test func `what is too long for the server is not sent, by its newest word`() throws {
        var machine = try Self.standing()
        let a = try EventSubject(publishing: "a")
        #expect(settled(machine.handle(.publish(1, a, Data(count: 101)), now: .zero)) == [1: .failed])
        _ = machine.handle(received("INFO {\"max_payload\":200}\r\n"), now: .zero)
        #expect(sent(machine.handle(.publish(2, a, Data(count: 101)), now: .zero)).hasPrefix("PUB a 101\r\n"))
    }

    @Test func `a bounded number of messages waits for the server`() throws {
        var machine = try Self.standing()
        let a = try EventSubject(publishing: "a")
        var refused = 0
        for id in 1...2000 where !settled(machine.handle(.publish(id, a, Data()), now: .zero)).isEmpty { refused += 1 }
        #expect(refused == 2000 - 1024)
    }

    @Test func `a ping is answered, also while it is not known whether the connection stands`() throws {
        var machine = try Self.machine()
        _ = machine.handle(received(Self.info), now: .zero)
        #expect(sent(machine.handle(received("PING\r\n"), now: .zero)).isEmpty)
        #expect(sent(machine.handle(.sent, now: .zero)) == "PONG\r\n")
    }

    @Test func `a server that asks and asks, and takes no answer, is given up within a bound`() throws {
        var machine = try Self.standing()
        _ = machine.handle(received("PING\r\n"), now: .zero)
        let pings = Data(String(repeating: "PING\r\n", count: 100_000).utf8)
        var reason: ConnectionEnd?
        for _ in 0..<20 where reason == nil { reason = end(machine.handle(.received(pings), now: .zero)) }
        #expect(reason == .stuck)
    }

    @Test func `messages are handed over, also those before it stands`() throws {
        var machine = try Self.machine()
        _ = machine.handle(received(Self.info), now: .zero)
        let early = machine.handle(received("MSG b.x 2 1\r\nx\r\n"), now: .zero)
        #expect(early == [.deliver(EventMessage(subject: "b.x", payload: Data("x".utf8)))])
        let more = machine.handle(received("PONG\r\nMSG a 1 0\r\n\r\n"), now: .zero)
        #expect(more.prefix(2) == [.stand, .deliver(EventMessage(subject: "a", payload: Data()))])
    }

    @Test(
        arguments: [
            ("PONG\r\n", .unaskedPong), ("MSG a 3 0\r\n\r\n", .unaskedMessage), ("MSG a 0 0\r\n\r\n", .unaskedMessage),
            ("MSG c 1 0\r\n\r\n", .unaskedMessage), ("MSG b.x.y 2 0\r\n\r\n", .unaskedMessage),
            ("HTTP/1.1 200 OK\r\n", .unknownOperation), ("MSG a 1 1\r\nxx\r\n", .badPayloadEnd),
        ] as [(String, ProtocolViolation)])
    func `who lies is left at once, with what was true before`(text: String, violation: ProtocolViolation) throws {
        var machine = try Self.standing()
        let actions = machine.handle(received("MSG a 1 1\r\ny\r\n" + text + "MSG a 1 0\r\n\r\n"), now: .zero)
        #expect(
            actions == [
                .deliver(EventMessage(subject: "a", payload: Data("y".utf8))), .end(.violated(violation)),
            ])
        #expect(machine.handle(received("PING\r\n"), now: .zero).isEmpty)
    }

    @Test(arguments: ["PONG\r\n", "PING\r\n", "MSG a 1 0\r\n\r\n", "+OK\r\n"])
    func `nothing counts before the server has said who it is`(text: String) throws {
        var machine = try Self.machine()
        let reason = end(machine.handle(received(text + Self.info + "PONG\r\n"), now: .zero))
        guard case .violated = reason else {
            Issue.record("\(String(describing: reason))")
            return
        }
    }

    @Test(
        arguments: [
            ("Authorization Violation", .credentialsRefused("Authorization Violation")),
            ("User Authentication Expired", .credentialsRefused("User Authentication Expired")),
            (
                "Permissions Violation for Subscription to \"a\"",
                .subscriptionRefused("Permissions Violation for Subscription to \"a\"")
            ),
            ("Stale Connection", .reported("Stale Connection")),
        ] as [(String, ConnectionEnd)])
    func `what the server reports ends the connection, by its kind`(text: String, reason: ConnectionEnd) throws {
        var machine = try Self.machine()
        _ = machine.handle(received(Self.info), now: .zero)
        let actions = machine.handle(received("-ERR '\(text)'\r\nPONG\r\n"), now: .zero)
        #expect(end(actions) == reason && !actions.contains(.stand))
        #expect(reason.description.contains(text))
    }

    @Test func `refused credentials are told from a lost connection, also where only the close frame came`() throws {
        let closing = WebSocketError(.closed, closeCode: 1008, detail: "Authentication Failure")
        var machine = try Self.machine()
        _ = machine.handle(received(Self.info), now: .zero)
        #expect(end(machine.handle(.failed(closing), now: .zero)) == .credentialsRefused("Authentication Failure"))
        machine = try Self.machine()
        let lost = WebSocketError(.lost, detail: "gone")
        #expect(end(machine.handle(.failed(lost), now: .zero)) == .lost(lost))
        machine = try Self.standing()
        let away = WebSocketError(.closed, closeCode: 1001, detail: "Server Shutdown")
        #expect(end(machine.handle(.failed(away), now: .zero)) == .lost(away))
    }

    @Test func `what waited for an answer is not connected once the connection ends`() throws {
        var machine = try Self.standing()
        _ = machine.handle(.publish(1, try EventSubject(publishing: "a"), Data()), now: .zero)
        let actions = machine.handle(.failed(WebSocketError(.lost, detail: "gone")), now: .zero)
        #expect(settled(actions) == [1: .notConnected] && end(actions) != nil)
    }

    @Test(arguments: ["", info]) func `a server that does not come to an agreement in time is given up`(text: String)
        throws
    {
        var machine = try Self.machine()
        _ = machine.handle(.opened, now: .zero)
        _ = machine.handle(received(text), now: .seconds(1))
        #expect(end(machine.handle(.timePassed, now: .seconds(9))) == nil)
        #expect(end(machine.handle(.timePassed, now: .seconds(10))) == .silent)
    }

    @Test func `a silent server is asked, and given up where it does not answer`() throws {
        var machine = try Self.standing()
        // Something is heard: it is asked that much later.
        _ = machine.handle(received("MSG a 1 0\r\n\r\n"), now: .seconds(60))
        #expect(sent(machine.handle(.timePassed, now: .seconds(100))).isEmpty)
        let asked = machine.handle(.timePassed, now: .seconds(160))
        #expect(asked == [.send(Data("PING\r\n".utf8)), .wake(at: .seconds(165))])
        _ = machine.handle(.sent, now: .seconds(160))
        #expect(end(machine.handle(received("PONG\r\n"), now: .seconds(161))) == nil)
        #expect(sent(machine.handle(.timePassed, now: .seconds(261))) == "PING\r\n")
        #expect(end(machine.handle(.timePassed, now: .seconds(265))) == nil)
        #expect(end(machine.handle(.timePassed, now: .seconds(266))) == .silent)
    }

    @Test func `a server that talks, and does not answer, is given up too`() throws {
        var machine = try Self.standing()
        _ = machine.handle(.publish(1, try EventSubject(publishing: "a"), Data()), now: .zero)
        _ = machine.handle(received("PING\r\n"), now: .seconds(4))
        let actions = machine.handle(.timePassed, now: .seconds(5))
        #expect(settled(actions) == [1: .notConnected] && end(actions) == .silent)
    }

    @Test func `it asks to be woken for the next moment, once`() throws {
        var machine = try Self.standing()
        // The hand-over of the handshake's moment has been asked for; when it has come, silence is next.
        #expect(machine.handle(.timePassed, now: .seconds(10)) == [.wake(at: .seconds(100))])
        for second in 11..<90 {
            #expect(machine.handle(received("MSG a 1 0\r\n\r\n"), now: .seconds(second)).count == 1)
        }
        #expect(machine.handle(.timePassed, now: .seconds(100)) == [.wake(at: .seconds(189))])
    }
}
