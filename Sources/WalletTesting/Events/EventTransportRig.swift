public import Foundation
public import WalletCore

/// An event transport and the server behind it, as ``EventTransportContract`` handles them.
public protocol EventTransportRig: Sendable {
    /// The transport that is to be checked. Each rig has one, with a server that is up.
    var transport: any EventTransport { get }

    /// A subject that the transport may neither subscribe nor publish to.
    var forbiddenSubject: String { get }

    /// Has messages published in order by someone else; returns once the server has them.
    func send(_ payloads: [Data], to subject: String) async throws

    /// Takes the server away at once, without a word to those connected.
    func stopServer() async throws

    /// Brings the server back where it was.
    func startServer() async throws

    /// How many connections the transport has at the server, which is up.
    func connectionCount() async throws -> Int
}
