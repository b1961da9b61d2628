import EventServerProcess
import Testing
import WalletTesting

@Suite(.timeLimit(.minutes(15)))
struct EventTransportContractTests {
    @Test(arguments: EventTransportContract.all)
    func `the transport over a real server's WebSocket keeps the contract`(check: EventTransportContract) async throws {
        try await NATSServerProcess.withServer(
            configuration: NATSServerProcess.platformUsers, hasWebSocket: true
        ) { server in
            try await check.run(on: NATSOverWebSocketRig(server))
        }
    }
}
