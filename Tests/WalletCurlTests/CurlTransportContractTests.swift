import HTTPTesting
import Testing
import WalletCurl
import WalletTesting

/// libcurl's transport against the contract of all transports.
@Suite(.timeLimit(.minutes(15)))
struct CurlTransportContractTests {
    static let contract = HTTPTransportContract { CurlTransport() }

    @Test(arguments: contract.rules)
    func `libcurl's transport keeps the contract`(rule: HTTPTransportContract.Rule) async throws {
        try await CurlTransportContractTests.contract.check(rule)
    }
}
