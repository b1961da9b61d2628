import FexValues
import Foundation

/// A server's URL taken apart, so that libnats (and whatever prints its messages) never sees the userinfo.
struct NATSServerAddress: Sendable {
    /// `nats://host:port` or `tls://host:port`.
    var url: String
    /// The port.
    var port: Int
    /// Whether the connection is to be secure.
    var isSecure: Bool
    /// The user's name, or a token if there is no password.
    var user: Redacted<String>?
    /// The user's password.
    var password: Redacted<String>?

    /// Takes a URL apart.
    ///
    /// - Throws: ``NATSError/Code/invalidURL``, which does not repeat the URL.
    init(_ text: String) throws(NATSError) {
        guard let parts = URLComponents(string: text), let scheme = parts.scheme?.lowercased(),
            let host = parts.host, !host.isEmpty
        else {
            throw NATSError(.invalidURL, detail: "not a URL with a scheme and a host")
        }
        guard scheme == "nats" || scheme == "tls" else {
            throw NATSError(.invalidURL, detail: "the scheme must be nats or tls")
        }
        guard parts.query == nil, parts.fragment == nil, parts.path.isEmpty || parts.path == "/" else {
            throw NATSError(.invalidURL, detail: "nothing may follow host and port")
        }
        let port = parts.port ?? 4222
        guard (1...65_535).contains(port) else {
            throw NATSError(.invalidURL, detail: "the port must be 1 to 65535")
        }
        self.port = port
        url = "\(scheme)://\(host):\(port)"
        isSecure = scheme == "tls"
        user = parts.user.map { Redacted($0) }
        password = parts.password.map { Redacted($0) }
    }
}
