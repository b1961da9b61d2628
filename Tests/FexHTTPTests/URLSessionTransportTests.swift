import HTTPTesting
import Testing
import WalletTesting

@testable import FexHTTP

/// URLSession's transport against the contract of all transports.
@Suite(.timeLimit(.minutes(15)))
struct URLSessionTransportTests {
    #if canImport(FoundationNetworking)
        static let differences: Set<HTTPTransportDifference> = [
            .brokenKeptConnectionsAreNotTold, .cancellingARedirectIsFatal, .connectLimitIsTotalLimit, .floodsAreNotCut,
            .insecureIsNotTold,
            .malformedIsNotTold, .oddHeadsAreFatal,
        ]
    #else
        static let differences: Set<HTTPTransportDifference> = [.connectLimitIsTotalLimit]
    #endif
    static let contract = HTTPTransportContract(differences: differences) { URLSessionTransport() }

    @Test(arguments: contract.rules)
    func `URLSession's transport keeps the contract`(rule: HTTPTransportContract.Rule) async throws {
        try await URLSessionTransportTests.contract.check(rule)
    }
}
