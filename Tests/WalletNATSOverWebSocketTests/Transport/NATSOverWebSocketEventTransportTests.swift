import EventServerProcess
import Foundation
import Synchronization
import Testing
import WalletCore
import WalletNATSOverWebSocket
import WalletTesting
import WebSocketsOverNIO

@Suite(.timeLimit(.minutes(15)))
struct NATSOverWebSocketEventTransportTests {
    private typealias Rig = NATSOverWebSocketRig

    /// The reason that is told behind "connecting"; there is no connection before it.
    private func reason(_ transport: NATSOverWebSocketEventTransport, subject: String = "a") async throws -> String {
        try await bounded("the transport tells why it is not connected") {
            var signals = SignalReader(transport.signals(on: [subject]))
            while true {
                let signal = try await signals.next()
                guard case .disconnected(let reason) = signal else { throw ContractViolation("told: \(signal)") }
                if reason != "connecting" { return reason }
            }
        }
    }

    @Test func `to shut a transport down waits for the attempt under way, and ends its streams`() async throws {
        let order = try await orderOfShutdown {
            NATSOverWebSocketEventTransport(
                url: "ws://127.0.0.1:1", connector: NIOWebSocketConnector(), credentials: $0)
        }
        #expect(order == ["streams end", "the attempt ends", "it is shut down", "a later stream ends"])
    }

    @Test func `refused credentials are named, and asked for anew at each attempt`() async throws {
        try await NATSServerProcess.withServer(configuration: NATSServerProcess.platformUsers, hasWebSocket: true) {
            server in
            let asked = Mutex(0)
            let transport = NATSOverWebSocketEventTransport(
                url: server.webSocketURL, connector: NIOWebSocketConnector(), pauses: Rig.shortPauses,
                times: Rig.patience
            ) {
                let attempt = asked.withLock { count in
                    count += 1
                    return count
                }
                return EventCredentials(user: "wallet", password: attempt > 3 ? "wallet-secret" : "old-secret")
            }
            let reasons = try await transport.reasonsUntilConnected(to: "wallets.w1.a")
            let refusal = "the event server does not take the credentials: Authorization Violation"
            #expect(reasons == ["connecting", refusal])
            #expect(asked.withLock { $0 } == 4)
        }
    }

    @Test func `credentials in the address win, and no connector sees them`() async throws {
        try await NATSServerProcess.withServer(configuration: NATSServerProcess.platformUsers, hasWebSocket: true) {
            server in
            struct Watching: WebSocketConnector {
                func connect(to url: URL) async throws(WebSocketError) -> any WebSocketConnection {
                    #expect(url.user() == nil && url.password() == nil && !url.absoluteString.contains("secret"))
                    return try await NIOWebSocketConnector().connect(to: url)
                }
            }
            let url = server.webSocketURL.replacing("ws://", with: "ws://wallet:wallet-secret@")
            let transport = NATSOverWebSocketEventTransport(
                url: url, connector: Watching(), pauses: Rig.shortPauses, times: Rig.patience
            ) {
                Issue.record("asked for credentials")
                return nil
            }
            _ = try await transport.reasonsUntilConnected(to: "wallets.w1.a")
        }
    }

    @Test func `a failure to get credentials keeps its secrets, and is no end`() async throws {
        struct Failure: Error, CustomStringConvertible { let description = "secret" }
        let asked = Mutex(0)
        let transport = NATSOverWebSocketEventTransport(
            url: "ws://127.0.0.1:1", connector: LyingServer(LyingServer.welcome), pauses: Rig.shortPauses
        ) {
            let isFirst = asked.withLock { count in
                count += 1
                return count == 1
            }
            if isFirst { throw Failure() }
            return nil
        }
        let reasons = try await transport.reasonsUntilConnected(to: "a")
        #expect(reasons == ["connecting", "there are no credentials for the event server"])
    }

    @Test(arguments: [
        "ws://", "http://user:secret@localhost", "wss://user:secret@local host:1", "::", "", "wss://user:secret@host:0",
        "wss://host/?token=secret", "nats://user:secret@host", "ws://user:secret@events.test", "ws://localhost:1",
        "ws://127.1:1",
    ])
    func `an address that can't be one, or is in the clear, is said without its secrets and never connected to`(
        url: String
    ) async throws {
        let server = LyingServer(LyingServer.welcome)
        let transport = NATSOverWebSocketEventTransport(url: url, connector: server, pauses: Rig.shortPauses)
        let reason = try await reason(transport)
        #expect(!reason.isEmpty && !reason.contains("secret"))
        #expect(server.connections == 0)
    }

    @Test(arguments: [("wss://events.test/nats", false), ("ws://[::1]:1", false), ("ws://events.test", true)])
    func `a secure way is taken, this machine's, and another where that is allowed`(
        url: String, isAllowed: Bool
    ) async throws {
        let server = LyingServer(LyingServer.welcome)
        let transport = NATSOverWebSocketEventTransport(url: url, connector: server, allowsInsecureWay: isAllowed)
        #expect(try await transport.reasonsUntilConnected(to: "a") == ["connecting"])
        #expect(server.connections == 1)
    }

    @Test(arguments: ["a b", "a\r\nPUB b 0", ""])
    func `a subject that would be more than one is neither listened nor published to`(subject: String) async throws {
        let server = LyingServer(LyingServer.welcome)
        let transport = NATSOverWebSocketEventTransport(
            url: "ws://127.0.0.1:1", connector: server, pauses: Rig.shortPauses)
        #expect(try await reason(transport, subject: subject).hasPrefix("the subject"))
        let error = await #expect(throws: EventTransportError.self) { try await transport.publish(Data(), to: subject) }
        #expect(error?.reason == .failed)
        #expect(server.connections == 0)
    }

    @Test func `a permission taken away while connected is named, and given back it connects again`() async throws {
        try await NATSServerProcess.withServer(configuration: NATSServerProcess.platformUsers, hasWebSocket: true) {
            server in
            let rig = Rig(server)
            try await bounded("the subject that is denied is named, and heard again once it is allowed") {
                var signals = SignalReader(rig.transport.signals(on: ["wallets.w1.a"]))
                try await signals.untilConnected()
                try server.configure(NATSServerProcess.platformUsers.replacing("wallets.w1.>", with: "wallets.w1.b"))
                server.reload()
                var reason = ""
                while !reason.contains("wallets.w1.a") { reason = try await signals.untilDisconnected() }
                try server.configure(NATSServerProcess.platformUsers)
                server.reload()
                try await signals.untilConnected()
            }
        }
    }

    @Test func `a reader too slow for a flood is told that it lost messages, and how many`() async throws {
        try await NATSServerProcess.withServer(configuration: NATSServerProcess.platformUsers, hasWebSocket: true) {
            server in
            let flood = 40_000
            let (received, lost, reasons) = try await Rig(server).readBehindFlood(of: flood)
            #expect(lost > 0)
            #expect(received + lost == flood, "\(reasons)")
        }
    }

    @Test func `a password that a server repeats is not shown`() async throws {
        let server = LyingServer([
            LyingServer.welcome[0], .init(after: "PING\r\n", say: "-ERR 'no such user: hunter2-hunter2'\r\n"),
        ])
        let transport = NATSOverWebSocketEventTransport(url: "wss://events.test", connector: server) {
            EventCredentials(user: "wallet", password: "hunter2-hunter2")
        }
        let reason = try await reason(transport)
        #expect(reason.contains("no such user") && !reason.contains("hunter2"))
        #expect(server.sent.contains("hunter2-hunter2"))
    }

    @Test func `a close frame alone tells that the credentials were refused`() async throws {
        let server = LyingServer([LyingServer.welcome[0], .init(after: "PING\r\n", say: "", closing: 1008)])
        let transport = NATSOverWebSocketEventTransport(url: "wss://events.test", connector: server)
        #expect(
            try await reason(transport)
                == "the event server does not take the credentials: Authentication Failure")
    }

    @Test(arguments: [true, false])
    func `a server that never speaks is no connection, and what was opened is closed`(connects: Bool) async throws {
        let server = LyingServer([], connects: connects)
        let transport = NATSOverWebSocketEventTransport(
            url: "wss://events.test", connector: server, pauses: Rig.shortPauses,
            times: ConnectionTimes(connecting: .milliseconds(50)))
        #expect(try await reason(transport) == "the event server did not answer in time")
        if connects { try await bounded("it is closed") { while server.closed == 0 { await Task.yield() } } }
    }

    @Test func `a server that stops to answer is found out, by the question that silence leads to`() async throws {
        let server = LyingServer(LyingServer.welcome)
        let transport = NATSOverWebSocketEventTransport(
            url: "wss://events.test", connector: server, pauses: Rig.shortPauses,
            times: ConnectionTimes(connecting: .seconds(60), silence: .milliseconds(20), answer: .milliseconds(20)))
        let reason = try await bounded("the silence is told") {
            var signals = SignalReader(transport.signals(on: ["a"]))
            try await signals.untilConnected()
            return try await signals.untilDisconnected()
        }
        #expect(reason == "the event server did not answer in time")
    }

    @Test func `a server that contradicts the protocol is left, and what it had said before is kept`() async throws {
        let server = LyingServer(
            LyingServer.welcome + [.init(say: "MSG a 1 1\r\nx\r\nMSG a 1 -1\r\nMSG a 1 1\r\ny\r\n")])
        let transport = NATSOverWebSocketEventTransport(url: "wss://events.test", connector: server)
        let heard = try await bounded("it is left") {
            var signals = SignalReader(transport.signals(on: ["a"]))
            var heard: [EventSignal] = []
            while heard.count < 4 { heard.append(try await signals.next()) }
            return heard
        }
        #expect(
            heard == [
                .disconnected(reason: "connecting"), .connected,
                .message(EventMessage(subject: "a", payload: Data("x".utf8))),
                .disconnected(reason: "the event server does not speak NATS: a length that is no number"),
            ])
    }
}
