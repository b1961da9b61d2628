import CNATS
public import Foundation
import Mailboxes

/// A connection to a NATS server.
///
/// It is made again for ever when it is lost, unless ``NATSOptions/reconnects`` is off, or the server refuses the
/// credentials twice running: then it closes, and says why. Letting go of it, and of its
/// subscriptions, closes it too.
public final class NATSConnection: Sendable {
    private let handle: ConnectionHandle
    private let events: ConnectionEvents
    private let token: CallbackToken
    private let bufferedMessages: Int
    private let bufferedBytes: Int

    /// Connects.
    ///
    /// An attempt takes ``NATSOptions/connectTimeout`` at most, and two seconds more where a server hangs in the TLS handshake
    /// or behind it. It can't be cut short: one whose task is cancelled is awaited for a second, and then left to itself.
    ///
    /// - Throws: ``NATSError`` if the options are wrong, or the first attempt failed and is not to be repeated.
    public static func connect(_ options: NATSOptions) async throws(NATSError) -> NATSConnection {
        try await BlockingCalls.run(within: options.connectTimeout + .seconds(2), whenCancelled: .seconds(1)) {
            Result { () throws(NATSError) in try NATSConnection(options) }
        }
    }

    /// Connects; blocks.
    private init(_ options: NATSOptions) throws(NATSError) {
        let events = ConnectionEvents(withholding: options.secrets)
        let token = ConnectionEvents.table.insert(events)
        do {
            let (handle, state) = try ConnectionSettings.make(options, token: token).connect()
            self.handle = handle
            events.settle(state)
        } catch {
            ConnectionEvents.table.remove(token)
            throw error.withholding(options.secrets)
        }
        self.events = events
        self.token = token
        try Self.bound(handle, options, events)
        bufferedMessages = options.bufferedMessages
        bufferedBytes = options.bufferedBytes
    }

    /// Has the connection cut, this one and each that follows it, where a server sends a message that is too long.
    private static func bound(
        _ handle: ConnectionHandle, _ options: NATSOptions, _ events: ConnectionEvents
    ) throws(NATSError) {
        let limit = options.longestMessage
        let reason = NATSError(.messageTooLong, detail: "the server sent a message of more than \(limit) bytes")
        let port = try NATSServerAddress(options.url).port
        let bound = MessageBound(on: handle, serverPort: port, limit: limit) { [weak events] in
            events?.noteCut(reason)
        }
        events.follow { bound.follow($0) }
    }

    deinit {
        ConnectionEvents.table.remove(token)
        events.close(reason: nil)
    }

    /// How the connection stands now.
    public var state: NATSState { events.current }

    /// A new stream of states; the first is the state now. It ends after `.closed`.
    public var states: AsyncStream<NATSState> {
        events.listen { event in
            if case .state(let state) = event { state } else { nil }
        }
    }

    /// A new stream of states and of problems; the first element is the state now. It ends after `.closed`.
    ///
    /// Problems are what no call could throw: a permission that the server denied, messages that were dropped.
    public func listen() -> AsyncStream<NATSEvent> { events.listen { $0 } }

    /// The last error noted for the present connection. A refusal by the server is noted before ``flush(timeout:)``
    /// returns, though its text reaches ``listen()`` a moment later.
    public var lastError: NATSError.Code? { handle.lastError }

    /// Puts a message into the buffer of what is to be sent; it goes out at once if the connection stands.
    ///
    /// While a lost connection is made again, up to 8 MB wait for it. That the server took a message is known after
    /// ``flush(timeout:)``; that it denied one comes through ``listen()``.
    ///
    /// - Throws: ``NATSError/Code/invalidSubject``, ``NATSError/Code/payloadTooLarge``, ``NATSError/Code/notConnected``
    ///   if the buffer is full, ``NATSError/Code/closed``.
    public func publish(_ payload: Data, to subject: String) throws(NATSError) {
        try NATSSubject.checkForPublishing(subject)
        try handle.publish(payload, to: subject)
    }

    /// Waits until the server answers to everything sent before.
    ///
    /// - Throws: ``NATSError/Code/notConnected`` if there is no connection, or it was lost meanwhile;
    ///   ``NATSError/Code/timeout``, ``NATSError/Code/closed``; ``NATSError/Code/messageTooLong`` where it was cut for that.
    public func flush(timeout: Duration) async throws(NATSError) {
        let handle = handle
        do {
            try await BlockingCalls.run {
                Result { () throws(NATSError) in try handle.flush(milliseconds: timeout.clampedMilliseconds) }
            }
        } catch {
            throw events.explained(error)
        }
        // libnats takes a PING that it could not send for one that was answered, until it finds the connection lost.
        if let reason = events.cutReason { throw reason }
    }

    /// Subscribes to a subject, which may have wildcards.
    ///
    /// - Throws: ``NATSError/Code/invalidSubject``, ``NATSError/Code/closed``. A permission that the server denies
    ///   comes through ``listen()``.
    public func subscribe(_ subject: String) throws(NATSError) -> NATSSubscription {
        let events = events
        let dropped = MessageQueue.Count()
        let queue = MessageQueue(count: bufferedMessages, bytes: bufferedBytes, dropped: dropped)
        let mailbox = Mailbox(queue) { dropped in
            events.report(NATSError(.slowConsumer, detail: "\(dropped) messages dropped: the reader is too slow"))
        }
        let handle = try SubscriptionHandle(subject, on: handle) { mailbox.put($0) }
        return NATSSubscription(
            handle, mailbox: mailbox, dropped: dropped, connection: self, events: events)
    }

    /// Subscribes to a subject, with messages given to a function rather than held for a reader.
    ///
    /// - Parameter deliver: Takes each message, on a thread that all subscriptions share: it must not block.
    /// - Returns: What to let go of to unsubscribe.
    package func subscribe(
        _ subject: String, deliver: @escaping @Sendable (NATSMessage) -> Void
    ) throws(NATSError) -> SubscriptionHandle {
        try SubscriptionHandle(subject, on: handle, deliver: deliver)
    }

    /// Sends what is buffered (for half a second at most), and closes for good. All streams and subscriptions end.
    public func close() async {
        let handle = handle
        await BlockingCalls.wait { handle.close() }
        events.close(reason: nil)
    }
}

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

/// The C library that talks to the event server.
public enum NATSLibrary {
    /// Opens it, once.
    static let open: Void = {
        fex_keep_openssl_at_exit()
        fex_open_nats()
    }()

    /// The version of libnats that this process runs with: `3.6.1`.
    public static var version: String {
        guard let version = unsafe nats_GetVersion() else { return "unknown" }
        return unsafe String(cString: version)
    }

    /// Whether a text is certificates, in PEM, that ``NATSOptions/authorities`` may hold.
    package static func takes(authorities: String) -> Bool {
        (try? ConnectionSettings.check(authorities: authorities)) != nil
    }
}
