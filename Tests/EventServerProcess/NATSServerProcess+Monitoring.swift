import Foundation
import WalletTesting

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

extension NATSServerProcess {
    /// A client as the server's monitoring port has it.
    package struct Connection: Decodable, Sendable {
        package var name: String?
        package var subscriptions: Int
    }

    /// Who is connected now, by the server's own account.
    package func connections(named name: String) async throws -> [Connection] {
        struct Answer: Decodable { var connections: [Connection] }
        guard let base = monitoringURL, let url = URL(string: base + "/connz") else { throw Failure(log: log) }
        let data = try await URLSession.shared.data(from: url).0
        return try JSONDecoder().decode(Answer.self, from: data).connections.filter { $0.name == name }
    }

    /// Waits until the server's account of a client's connections is as it should be.
    ///
    /// - Throws: `ContractViolation` with its account, if it never is.
    package func untilConnections(
        named name: String, _ what: String, are condition: @escaping @Sendable ([Connection]) -> Bool
    ) async throws {
        try await bounded("\(what), by the server's account") {
            while !condition(try await self.connections(named: name)) { try await Task.sleep(for: .milliseconds(5)) }
        }
    }
}
