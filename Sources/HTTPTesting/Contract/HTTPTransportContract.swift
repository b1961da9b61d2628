public import FexHTTP
import WalletCore
import WalletTesting

/// What every ``/WalletCore/HTTPTransport`` owes, as rules that can be checked.
///
/// ```swift
/// let contract = HTTPTransportContract { MyTransport() }
///
/// @Test(arguments: contract.rules) func `the transport keeps the contract`(rule: HTTPTransportContract.Rule) async throws {
///     try await contract.check(rule)
/// }
/// ```
///
/// The rules call a ``MisbehavingServer`` on this machine and nothing else. They assert what comes back, never how long
/// it took.
public struct HTTPTransportContract: Sendable {
    /// One thing that a transport owes.
    public struct Rule: Sendable, CustomStringConvertible {
        /// The rule as a sentence.
        public let description: String
        /// Whether it is about a network, and so means nothing to a transport without one.
        let isOfTheWire: Bool
        /// The differences for which a transport is excused.
        let excuses: Set<HTTPTransportDifference>
        let verify: @Sendable (HTTPTestBench) async throws -> Void
    }

    /// The rules that this transport has to keep.
    public let rules: [Rule]

    private let bench: HTTPTestBench

    /// The contract for a transport that uses the network.
    ///
    /// - Parameters:
    ///   - differences: Where it is known to fall short.
    ///   - makeTransport: Makes a transport without connections; called by every rule.
    public init(
        differences: Set<HTTPTransportDifference> = [], makeTransport: @escaping @Sendable () -> any HTTPTransport
    ) {
        rules = HTTPTransportContract.all.filter { $0.excuses.isDisjoint(with: differences) }
        bench = .network(makeTransport)
    }

    private init(bench: HTTPTestBench) {
        rules = HTTPTransportContract.all.filter { !$0.isOfTheWire }
        self.bench = bench
    }

    /// The contract for ``InMemoryHTTPTransport``: what of it means something without a network.
    public static let inMemory = HTTPTransportContract(bench: .memory)

    /// Checks a rule.
    ///
    /// - Throws: ``ContractViolation`` if the transport doesn't keep it.
    public func check(_ rule: Rule) async throws {
        try await rule.verify(bench)
    }

    private static let all = answers + calls + redirects + limits + failures + connections + trust
}

extension HTTPTransportContract.Rule {
    /// A rule for every transport.
    static func rule(_ description: String, verify: @escaping @Sendable (HTTPTestBench) async throws -> Void) -> Self {
        Self(description: description, isOfTheWire: false, excuses: [], verify: verify)
    }

    /// A rule for transports with a network.
    static func wire(
        _ description: String, unless excuses: Set<HTTPTransportDifference> = [],
        verify: @escaping @Sendable (HTTPTestBench) async throws -> Void
    ) -> Self {
        Self(description: description, isOfTheWire: true, excuses: excuses, verify: verify)
    }
}
