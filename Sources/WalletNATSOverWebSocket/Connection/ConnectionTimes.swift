/// How long to wait for what on a connection to an event server.
public struct ConnectionTimes: Hashable, Sendable {
    /// How long connecting may take, and after it the server's agreement to credentials and subscriptions.
    public var connecting: Duration
    /// How long nothing may be heard before the server is asked whether it is there. `nats-server` asks by itself when nothing
    /// was heard for two minutes, so by default a live one is never asked, and the device is not woken for it.
    public var silence: Duration
    /// How long the server may take to answer that, and to take a message.
    public var answer: Duration

    /// Times of a connection.
    public init(
        connecting: Duration = .seconds(10), silence: Duration = .seconds(240), answer: Duration = .seconds(10)
    ) {
        self.connecting = connecting
        self.silence = silence
        self.answer = answer
    }
}
