import EventServerProcess
import Testing
import WalletTesting

@Suite(.timeLimit(.minutes(15)))
struct EventTransportContractTests {
    @Test(arguments: EventTransportContract.all)
    func `the twin in memory keeps the contract`(check: EventTransportContract) async throws {
        try await check.run(on: InMemoryEventRig())
    }

    @Test(arguments: EventTransportContract.all)
    func `the adapter over a real server keeps the contract`(check: EventTransportContract) async throws {
        try await NATSServerProcess.withServer(configuration: NATSServerProcess.platformUsers) { server in
            try await check.run(on: NATSEventRig(server))
        }
    }
}
