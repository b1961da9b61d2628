import HTTPTesting
import Testing
import WalletTesting

@testable import FexHTTP

/// The twin against the contract of all transports.
@Suite(.timeLimit(.minutes(15)))
struct InMemoryHTTPTransportTests {
    @Test(arguments: HTTPTransportContract.inMemory.rules)
    func `the in-memory transport keeps the contract`(rule: HTTPTransportContract.Rule) async throws {
        try await HTTPTransportContract.inMemory.check(rule)
    }
}
