/// How a connection stands.
public enum NATSState: Hashable, Sendable {
    /// It stands.
    case connected
    /// It does not, for the reason given; another attempt follows by itself.
    case disconnected(reason: String)
    /// It is over, for the reason given, or because it was closed here.
    case closed(reason: NATSError?)
}

/// What a connection has to say: its state, or an error that no call was there to throw.
public enum NATSEvent: Hashable, Sendable {
    /// The state is now this.
    case state(NATSState)
    /// The server refused something it had been sent earlier, or messages were dropped; the connection stands.
    case problem(NATSError)
}
