import Foundation

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

extension NATSServerProcess {
    /// A client as the server's monitoring port has it.
    struct Connection: Decodable {
        var name: String?
        var subscriptions: Int
    }

    /// Who is connected now, by the server's own account.
    func connections(named name: String) async throws -> [Connection] {
        struct Answer: Decodable { var connections: [Connection] }
        guard let base = monitoringURL, let url = URL(string: base + "/connz") else { throw Failure(log: log) }
        let data = try await URLSession.shared.data(from: url).0
        return try JSONDecoder().decode(Answer.self, from: data).connections.filter { $0.name == name }
    }

    /// Waits until the server's account of a client's connections is as it should be.
    func untilConnections(named name: String, are condition: ([Connection]) -> Bool) async throws {
        while !condition(try await connections(named: name)) { try await Task.sleep(for: .milliseconds(5)) }
    }
}
