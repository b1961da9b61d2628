import FexValues

/// A scheme, a host and a port: what may be trusted with a call's header fields.
public struct HTTPOrigin: Hashable, Sendable {
    /// How the server is spoken to.
    public enum Scheme: String, Sendable {
        /// In the clear.
        case http
        /// Over TLS.
        case https

        /// The port that an address without one means.
        var defaultPort: UInt16 {
            switch self {
            case .http: 80
            case .https: 443
            }
        }
    }

    /// How the server is spoken to.
    public let scheme: Scheme
    /// A name or an IPv4 address in lower case, or an IPv6 address in brackets.
    public let host: String
    /// The port, also where the address left it out.
    public let port: UInt16

    /// An origin, or `nil` if the texts are none.
    ///
    /// The authority is held to a strict grammar, so that no two readers of it can see two different hosts: no user
    /// information, no escapes, and of names only those of letters, digits, `.`, `-` and `_`.
    ///
    /// - Parameters:
    ///   - scheme: `http` or `https`, in whatever case.
    ///   - authority: A host, and perhaps a port.
    public init?(scheme: String, authority: String) {
        guard let scheme = Scheme(rawValue: scheme.lowercased()) else { return nil }
        var host = Substring(authority)
        var port = scheme.defaultPort
        if let colon = authority.lastIndex(of: ":"), !authority[colon...].contains("]") {
            let digits = authority[authority.index(after: colon)...]
            guard digits.utf8.allSatisfy({ ASCII.isDigit($0) }), let number = UInt16(digits), number > 0 else {
                return nil
            }
            host = authority[..<colon]
            port = number
        }
        guard HTTPOrigin.isName(host) || HTTPOrigin.isBracketedAddress(host) else { return nil }
        self.scheme = scheme
        self.host = host.lowercased()
        self.port = port
    }

    /// Whether the host is this machine by its usual names, or by its address.
    public var isLoopback: Bool { host == "localhost" || host.hasSuffix(".localhost") || isLoopbackAddress }

    /// Whether the host is this machine by its address (127.0.0.0/8, ::1), whatever a resolver says of names.
    public var isLoopbackAddress: Bool { LoopbackAddress.isOne(host) }

    private static func isName(_ text: Substring) -> Bool {
        (1...253).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                ASCII.isLetter(byte) || ASCII.isDigit(byte) || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-")
                    || byte == UInt8(ascii: "_")
            }
    }

    private static func isBracketedAddress(_ text: Substring) -> Bool {
        guard text.hasPrefix("["), text.hasSuffix("]") else { return false }
        let address = text.dropFirst().dropLast()
        return (2...45).contains(address.utf8.count)
            && address.utf8.allSatisfy { ASCII.isHexDigit($0) || $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: ".") }
    }
}

extension HTTPOrigin: CustomStringConvertible {
    /// The origin as an address without a path, with the port only where it isn't the usual one.
    public var description: String {
        port == scheme.defaultPort ? "\(scheme.rawValue)://\(host)" : "\(scheme.rawValue)://\(host):\(port)"
    }
}
