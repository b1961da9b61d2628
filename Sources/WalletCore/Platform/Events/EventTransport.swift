public import Foundation

/// Carries event messages; knows nothing of what they mean.
///
/// An event is a hint: it may come twice, late, out of order, forged, or not at all. What an implementation owes is to say
/// honestly whether it is connected.
public protocol EventTransport: Sendable {
    /// Subscribes to subjects, and keeps subscribing for ever: it reconnects with growing, jittered pauses.
    ///
    /// The first element says how things stand now. Leaving the iteration, or cancelling its task, ends the subscription
    /// and frees the connection.
    ///
    /// - Parameter subjects: Subjects as `PlatformEndpoints` makes them.
    func signals(on subjects: [String]) -> AsyncStream<EventSignal>

    /// Sends a message, if connected.
    ///
    /// - Throws: ``EventTransportError`` when there is no connection, or the server does not allow it.
    func publish(_ payload: Data, to subject: String) async throws(EventTransportError)
}

/// What an event transport has to say.
public enum EventSignal: Hashable, Sendable {
    /// The connection stands, and all subscriptions were sent on it.
    case connected
    /// There is no connection, for the reason given; another attempt follows by itself.
    case disconnected(reason: String)
    /// A message came.
    case message(EventMessage)
}

/// One message as it came.
public struct EventMessage: Hashable, Sendable {
    /// The subject it was published to.
    public var subject: String
    /// Its bytes: anything at all.
    public var payload: Data

    /// A message.
    public init(subject: String, payload: Data) {
        self.subject = subject
        self.payload = payload
    }
}

/// Why a message was not sent.
public struct EventTransportError: Error, Hashable, Sendable {
    /// What went wrong.
    public enum Code: Hashable, Sendable {
        /// There is no connection at present.
        case notConnected
        /// The server does not let this user publish there.
        case notAllowed
        /// Any other failure.
        case failed
    }

    /// What went wrong.
    public var code: Code
    /// A short text for a log.
    public var detail: String

    /// An error.
    public init(_ code: Code, detail: String) {
        self.code = code
        self.detail = detail
    }
}
