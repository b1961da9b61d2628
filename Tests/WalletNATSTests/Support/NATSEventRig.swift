import EventServerProcess
import Foundation
import NATSClient
import WalletCore
import WalletNATS
import WalletTesting

/// The adapter over a real server, as the contract handles it.
struct NATSEventRig: EventTransportRig {
    /// Pauses that make nobody wait.
    static let shortPauses = ReconnectPauses(first: .milliseconds(20), limit: .milliseconds(50))

    let server: NATSServerProcess
    let transport: any EventTransport
    let forbiddenSubject = "wallets.w2.a"

    init(_ server: NATSServerProcess) {
        self.server = server
        transport = NATSEventTransport(
            url: server.url(user: "wallet", password: "wallet-secret"), name: "rig", pauses: Self.shortPauses)
    }

    func send(_ payloads: [Data], to subject: String) async throws {
        let connection = try await NATSConnection.connect(
            NATSOptions(url: server.url(user: "platform", password: "platform-secret")))
        for payload in payloads { try connection.publish(payload, to: subject) }
        try await connection.flush(timeout: .seconds(20))
        await connection.close()
    }

    func stopServer() async throws { await server.kill() }

    func startServer() async throws { try await server.start() }

    func connectionCount() async throws -> Int { try await server.connections(named: "rig").count }
}
