/// Why a sandbox can't run.
public enum SandboxError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The fault rules are not a list of rules.
    case faults(String)
    /// The address can't be bound.
    case address(String)
    /// There is no `nats-server` to start.
    case noEventServer
    /// The event server did not start, or can't be reached.
    case eventServer(String)

    /// A sentence for people.
    public var description: String {
        switch self {
        case .faults(let problem): "the fault rules can't be used: \(problem)"
        case .address(let address): "\(address) can't be bound: is something else listening there?"
        case .noEventServer: "nats-server is not installed: apt-get install nats-server, or run with --no-nats"
        case .eventServer(let problem): "the event server can't be used: \(problem)"
        }
    }
}
