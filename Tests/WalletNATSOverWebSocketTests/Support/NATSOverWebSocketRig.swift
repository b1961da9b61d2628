import EventServerProcess
import Foundation
import WalletCore
import WalletNATSOverWebSocket
import WalletTesting
import WebSocketsOverNIO

/// The transport over a real server's WebSocket listener, as the contract handles it.
struct NATSOverWebSocketRig: EventTransportRig {
    /// Pauses that make nobody wait.
    static let shortPauses = ReconnectPauses(first: .milliseconds(20), limit: .milliseconds(50))

    /// A loaded machine may be slow; no check waits for these.
    static let patience = ConnectionTimes(connecting: .seconds(60), answer: .seconds(60))

    let server: NATSServerProcess
    let transport: any EventTransport
    let forbiddenSubject = "wallets.w2.a"

    init(_ server: NATSServerProcess) {
        self.server = server
        transport = NATSOverWebSocketEventTransport(
            url: server.webSocketURL, connector: NIOWebSocketConnector(), name: "rig", pauses: Self.shortPauses,
            times: Self.patience
        ) {
            EventCredentials(user: "wallet", password: "wallet-secret")
        }
    }

    /// Publishes as the platform, over a WebSocket of its own: what is sent here was written with the bare operations.
    func send(_ payloads: [Data], to subject: String) async throws {
        guard let url = URL(string: server.webSocketURL) else { throw ContractViolation("the server has no address") }
        let socket = try await NIOWebSocketConnector().connect(to: url)
        defer { socket.close() }
        let greeting = #"CONNECT {"verbose":false,"user":"platform","pass":"platform-secret","echo":false}"#
        var bytes = Data("\(greeting)\r\n".utf8)
        for payload in payloads {
            bytes += Data("PUB \(subject) \(payload.count)\r\n".utf8) + payload + Data("\r\n".utf8)
        }
        try await socket.send(bytes + Data("PING\r\n".utf8))
        var heard = ""
        while !heard.contains("PONG\r\n") {
            heard += String(decoding: try await socket.receive(), as: UTF8.self)
            guard !heard.contains("-ERR") else { throw ContractViolation("the server said \(heard)") }
        }
    }

    func stopServer() async throws { await server.kill() }

    func startServer() async throws { try await server.start() }

    func connectionCount() async throws -> Int { try await server.connections(named: "rig").count }
}
