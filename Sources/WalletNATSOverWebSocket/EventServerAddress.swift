import FexValues
import Foundation
import WalletCore

/// An event server's address taken apart, so that a connector never sees the userinfo.
struct EventServerAddress: Sendable {
    /// `wss://host:port/path` or `ws://host:port/path`.
    let url: URL
    /// Credentials in the address.
    let credentials: EventCredentials?

    /// Takes an address apart.
    ///
    /// - Throws: ``BadAddress``, which does not repeat it; `InsecureAddress` for one that would be spoken to in the clear over a
    ///   network, unless that is allowed.
    init(_ text: String, allowsInsecureWay: Bool) throws {
        guard var parts = URLComponents(string: text), let host = parts.host, !host.isEmpty else {
            throw BadAddress(problem: "is no URL with a scheme and a host")
        }
        guard ["ws", "wss"].contains(parts.scheme?.lowercased()) else {
            throw BadAddress(problem: "has another scheme than wss or ws")
        }
        guard parts.query == nil, parts.fragment == nil else { throw BadAddress(problem: "has more behind its path") }
        guard (1...65_535).contains(parts.port ?? 443) else { throw BadAddress(problem: "has no port of 1 to 65535") }
        credentials = parts.user.map { EventCredentials(user: $0, password: parts.password ?? "") }
        parts.user = nil
        parts.password = nil
        guard let url = parts.url else { throw BadAddress(problem: "is no URL") }
        if !allowsInsecureWay { try InsecureAddress.check(eventServer: url.absoluteString) }
        self.url = url
    }
}

/// Why an address can't be an event server's.
struct BadAddress: Error, CustomStringConvertible {
    /// What is wrong with it; it is not repeated.
    var problem: String

    /// That it is the address which is wrong, and how.
    var description: String { "the event server's address \(problem)" }
}
