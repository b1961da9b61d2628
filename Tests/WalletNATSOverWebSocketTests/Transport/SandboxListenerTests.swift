import FexSandbox
import FexValues
import Foundation
import Testing
import WalletCore
import WalletNATSOverWebSocket
import WalletTesting
import WebSocketsOverNIO

@Suite(.timeLimit(.minutes(15)))
struct SandboxListenerTests {
    @Test func `a wallet hears itself over the WebSocket that the sandbox's ready document names`() async throws {
        var configuration = SandboxConfiguration()
        configuration.events = .child(port: 0)
        try await Sandbox.withRunning(configuration) { sandbox in
            let wallet = sandbox.ready.wallets[0]
            let subject = "wallets.\(wallet["wallet_id"]?.stringValue ?? "").echo"
            let user = wallet["nats_user"]?.stringValue ?? ""
            let password = wallet["nats_password"]?.stringValue ?? ""
            let transport = NATSOverWebSocketEventTransport(
                url: try #require(sandbox.ready.natsWebSocket), connector: NIOWebSocketConnector(),
                pauses: NATSOverWebSocketRig.shortPauses, times: NATSOverWebSocketRig.patience
            ) { EventCredentials(user: user, password: password) }
            let message = try await bounded("the echo comes back") {
                var signals = SignalReader(transport.signals(on: [subject]))
                try await signals.untilConnected()
                try await transport.publish(Data("alive".utf8), to: subject)
                return try await signals.untilMessage()
            }
            #expect(message == EventMessage(subject: subject, payload: Data("alive".utf8)))
        }
    }

    @Test func `a sandbox without events names no WebSocket`() async throws {
        try await Sandbox.withRunning(SandboxConfiguration()) { sandbox in
            #expect(sandbox.ready.natsWebSocket == nil)
            #expect(sandbox.ready.json["nats_websocket"] == .null)
        }
    }
}
