import FexHTTP

/// Where webhooks may go: to this machine, and to the hosts that whoever started the sandbox has named.
///
/// Any merchant may name an address, so that without this a sandbox would call what its network alone can reach. Names are
/// not looked up: of those that were not named `localhost` alone is this machine, and libcurl connects it to the loopback
/// without asking anybody. What was checked here is what is connected to.
public struct WebhookDestinations: Hashable, Sendable {
    private let hosts: Set<String>

    /// Destinations beside this machine.
    ///
    /// - Parameter hosts: Names and addresses, an IPv6 address with or without its brackets.
    /// - Returns: `nil` where one of them is no host, or has a port.
    public init?(hosts: [String] = []) {
        var known: Set<String> = []
        for text in hosts {
            let authority = text.contains(":") && !text.hasPrefix("[") ? "[\(text)]" : text
            guard let host = HTTPOrigin(scheme: "http", authority: authority)?.host,
                host == authority.lowercased()
            else { return nil }
            known.insert(host)
        }
        self.hosts = known
    }

    /// This machine alone.
    public static let loopback = WebhookDestinations(hosts: [])!

    /// Why no webhook is sent to an address; `nil` if it may be.
    func problem(with url: String) -> String? {
        guard let host = HTTPAddress(url)?.origin.host else { return "is no address that a webhook can be sent to" }
        guard !hosts.contains(host), !WebhookDestinations.isLoopback(host) else { return nil }
        return "names another host: webhooks go to this machine alone, unless --allow-webhooks-to names more"
    }

    /// Whether a host is this machine whatever a resolver says: libcurl connects `localhost` to the loopback unasked.
    static func isLoopback(_ host: String) -> Bool { host == "localhost" || LoopbackAddress.isOne(host) }
}

extension RequestBodyObject {
    /// The address of something on the web that webhooks may go to, or `nil` if it is absent.
    ///
    /// - Throws: ``PlatformError`` 400 for any other.
    func optionalWebhookURL(_ name: String, to destinations: WebhookDestinations) throws(PlatformError) -> String? {
        guard let url = try optionalURL(name) else { return nil }
        if let problem = destinations.problem(with: url) { throw .badRequest("\(name) \(problem)") }
        return url
    }
}
