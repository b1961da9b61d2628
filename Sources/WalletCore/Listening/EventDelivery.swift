/// How new requests reach this device at the moment. "Nothing new" and "not listening" are different things.
public enum EventDelivery: String, Hashable, Sendable {
    /// By the event stream, at once.
    case stream
    /// By asking from time to time, since the event stream is away.
    case poll
    /// Not at all.
    case no
}
