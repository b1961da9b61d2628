public import FexValues

/// Where to connect, as whom, and how patiently.
public struct NATSOptions: Sendable {
    /// The server's address: `nats://host:port`, or `tls://host:port` to refuse a server without TLS.
    ///
    /// With `nats` it is the server that decides whether TLS is used. In both cases its certificate is checked, and TLS is 1.2
    /// or newer.
    ///
    /// Userinfo in it (`nats://user:password@host`, or `nats://token@host`) counts as credentials unless ``user`` or
    /// ``token`` is set.
    public var url: String
    /// The user's name.
    public var user: String?
    /// The user's password.
    public var password: Redacted<String>?
    /// A token, for servers that take one in place of a user.
    public var token: Redacted<String>?
    /// The path of a file with authorities (PEM) to trust beside the system's.
    public var authorities: String?
    /// A name for this connection, which the server shows to its operator.
    public var name: String?
    /// How long one attempt to connect may take.
    public var connectTimeout: Duration = .seconds(5)
    /// Whether a lost connection is made again, for ever. Otherwise losing it closes it.
    public var reconnects = true
    /// The pause before each attempt to connect again.
    public var reconnectWait: Duration = .seconds(1)
    /// The most that is added at random to that pause.
    public var reconnectJitter: Duration = .seconds(1)
    /// How often the server is asked for a sign of life; two unanswered questions end the connection.
    public var pingInterval: Duration = .seconds(20)
    /// Whether a first attempt that fails is repeated like a lost connection, rather than thrown.
    public var retriesFirstConnect = false
    /// The most messages that one subscription holds for a slow reader; the oldest are dropped first.
    public var bufferedMessages = 16_384
    /// The most bytes of payload that one subscription holds for a slow reader; the oldest messages are dropped first.
    public var bufferedBytes = 16 << 20

    /// The longest message that is taken, in bytes. A server that sends more has the connection cut.
    public var longestMessage = 1 << 20

    /// Options for a server, with everything else as it is by default.
    public init(url: String, user: String? = nil, password: String? = nil, name: String? = nil) {
        self.url = url
        self.user = user
        self.password = password.map { Redacted($0) }
        self.name = name
    }
}

extension NATSOptions: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The address without its userinfo, and the name: nothing secret.
    public var description: String {
        let address = (try? NATSServerAddress(url)).map(\.url) ?? "(invalid URL)"
        return "NATSOptions(\(address), name: \(name ?? "none"), credentials: redacted)"
    }

    /// The same as ``description``.
    public var debugDescription: String { description }

    /// Shows ``description`` alone, so that a dump is as discreet.
    public var customMirror: Mirror { Mirror(self, children: ["description": description]) }
}

extension NATSOptions {
    /// Whether the address brings credentials of its own.
    public var hasUserinfo: Bool { (try? NATSServerAddress(url))?.user != nil }

    /// What no error may say, though the server was told it.
    var secrets: [Redacted<String>] {
        let address = try? NATSServerAddress(url)
        return [password, token, address?.password, address?.password == nil ? address?.user : nil].compactMap(\.self)
    }
}
