import Foundation

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

extension NATSServerProcess {
    /// The body that the server's monitoring port answers with.
    static func get(_ url: URL) async throws -> Data {
        try await URLSession.shared.data(from: url).0
    }
}
