/// How long to wait before each attempt to connect again: growing, with chance in it, so that many wallets that lost
/// one server don't come back in step.
public struct ReconnectPauses: Hashable, Sendable {
    /// The longest the first pause can be.
    public var first: Duration
    /// The longest any pause can be.
    public var limit: Duration
    /// How long a connection must have stood for the next pause to be a first one again.
    public var steadyAfter: Duration

    /// Pauses that double from the first to the limit.
    public init(first: Duration = .seconds(1), limit: Duration = .seconds(30), steadyAfter: Duration = .seconds(10)) {
        self.first = first
        self.limit = limit
        self.steadyAfter = steadyAfter
    }

    /// The pause after so many attempts that came to nothing: between half and all of what it has grown to.
    ///
    /// - Parameter failures: How many attempts running failed; at least 1.
    package func pause(after failures: Int, using generator: inout some RandomNumberGenerator) -> Duration {
        // Thirty doublings pass any limit, and don't overflow.
        let grown = min(first * (1 << min(max(failures, 1) - 1, 30)), limit)
        let milliseconds = grown.components.seconds * 1000 + grown.components.attoseconds / 1_000_000_000_000_000
        return .milliseconds(Int64.random(in: milliseconds / 2...max(milliseconds, 1), using: &generator))
    }
}
