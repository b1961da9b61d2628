public import FexValues
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

    /// Ends what is under way and every connection, and returns when no thread of the transport works any more. It carries
    /// nothing after that.
    func shutdown() async
}

extension EventTransport {
    /// Does nothing, for a transport that has nothing to end.
    public func shutdown() async {}
}

/// What an event transport has to say.
///
/// A closed set, so that whoever reads the signals can't overlook one: the connection stands, it doesn't, or a message came.
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

    /// A message as it came, or as it is to be sent.
    public init(subject: String, payload: Data) {
        self.subject = subject
        self.payload = payload
    }
}

/// Why a message was not sent.
///
/// No event moves money: a decision is made by a call.
public struct EventTransportError: WalletError, Hashable, Sendable {
    /// What went wrong; the raw value is a name in snake case.
    public struct Reason: RawRepresentable, Hashable, Sendable {
        /// The reason's name.
        public let rawValue: String

        /// A reason by its name: a transport may have further ones than those below.
        public init(rawValue: String) { self.rawValue = rawValue }

        /// There is no connection at present.
        public static let notConnected = Reason(rawValue: "events_not_connected")
        /// The server does not let this user publish there.
        public static let notAllowed = Reason(rawValue: "events_not_allowed")
        /// Any other failure.
        public static let failed = Reason(rawValue: "events_failed")
    }

    /// Which of the reasons it is; transports may have further ones.
    public var reason: Reason
    /// A short text for a log, without credentials.
    public var detail: String

    /// The error of a message that a transport does not send.
    ///
    /// - Parameter detail: A short text for a log, without credentials.
    public init(_ reason: Reason, detail: String) {
        self.reason = reason
        self.detail = detail
    }

    /// The reason's name: `events_not_connected`.
    public var code: String { reason.rawValue }
    /// Later, unless the server does not let this user publish there.
    public var retry: RetryAdvice { reason == .notAllowed ? .never : .later }
    /// None has: an event moves no money.
    public var money: MoneyEffect { .notMoved }
    /// That the message was not sent, and the detail, on one line.
    public var description: String { "the event was not sent: \(PlainText.clean(detail, limit: 200))" }
}
