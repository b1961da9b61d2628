public import Foundation
import Synchronization
public import WalletCore

/// An event server in memory, for tests to connect, disconnect and speak through.
///
/// Subjects are matched as they are; there are no wildcards.
public final class InMemoryEventBroker: Sendable {
    fileprivate struct Subscriber {
        var subjects: Set<String>
        var isDeaf = false
        var continuation: AsyncStream<EventSignal>.Continuation
        let end = StreamEnd()
    }

    fileprivate struct State {
        /// Why nobody is connected; `nil` while the server is up.
        var outage: String?
        var forbidden: Set<String> = []
        var everySubscriber: [Int: Subscriber] = [:]
        /// Those who still listen.
        var subscribers: [Int: Subscriber] {
            get { everySubscriber.filter { !$0.value.end.hasCome } }
            set { everySubscriber = newValue }
        }
        var lastID = 0
        var published: [EventMessage] = []
    }

    private let state: Mutex<State>

    /// A broker.
    ///
    /// - Parameter isUp: Whether it takes connections at once, or only after ``connect()``.
    public init(isUp: Bool = true) {
        state = Mutex(State(outage: isUp ? nil : "the server is not up yet"))
    }

    /// How many streams of signals there are, connected or not.
    public var subscriberCount: Int { state.withLock { $0.subscribers.count } }

    /// How many streams of signals there have ever been.
    public var subscriptionCount: Int { state.withLock { $0.lastID } }

    /// What was published by the transports, in order.
    public var published: [EventMessage] { state.withLock { $0.published } }

    /// Takes connections: all who listen are connected.
    public func connect() {
        state.withLock { state in
            guard state.outage != nil else { return }
            state.outage = nil
            for subscriber in state.subscribers.values { subscriber.continuation.yield(state.standing(of: subscriber)) }
        }
    }

    /// Drops all connections, and takes none.
    public func disconnect(reason: String = "the connection was lost") {
        state.withLock { state in
            guard state.outage == nil else { return }
            state.outage = reason
            for subscriber in state.subscribers.values {
                subscriber.continuation.yield(.disconnected(reason: reason))
            }
        }
    }

    /// Has all who listen now hear nothing any more, though they stay connected: a subscription that the server lost.
    public func deafen() {
        state.withLock { state in
            for id in state.subscribers.keys { state.subscribers[id]?.isDeaf = true }
        }
    }

    /// Allows nobody to subscribe or publish to a subject from now on.
    public func forbid(_ subject: String) {
        state.withLock { state in
            guard state.forbidden.insert(subject).inserted, state.outage == nil else { return }
            for subscriber in state.subscribers.values where subscriber.subjects.contains(subject) {
                subscriber.continuation.yield(state.standing(of: subscriber))
            }
        }
    }

    /// Has a message reach all who are connected and listen to its subject. It is lost to all others.
    public func deliver(_ payload: Data, to subject: String) {
        state.withLock { $0.deliver(EventMessage(subject: subject, payload: payload)) }
    }

    /// A stream for one who listens; it says at once how things stand.
    func subscribe(to subjects: [String]) -> AsyncStream<EventSignal> {
        let (stream, continuation) = AsyncStream.makeStream(of: EventSignal.self)
        let subscriber = Subscriber(subjects: Set(subjects), continuation: continuation)
        continuation.onTermination = { [end = subscriber.end] _ in end.come() }
        state.withLock { state in
            state.lastID += 1
            continuation.yield(state.standing(of: subscriber))
            state.subscribers[state.lastID] = subscriber
        }
        return stream
    }

    /// Takes a message from a transport.
    func publish(_ message: EventMessage) throws(EventTransportError) {
        let refusal = state.withLock { state -> EventTransportError? in
            if let outage = state.outage { return EventTransportError(.notConnected, detail: outage) }
            guard state.subscribers.values.contains(where: { state.standing(of: $0) == .connected }) else {
                return EventTransportError(.notConnected, detail: "nobody listens, so there is no connection")
            }
            if state.forbidden.contains(message.subject) {
                return EventTransportError(.notAllowed, detail: "publishing to \(message.subject) is not allowed")
            }
            state.published.append(message)
            state.deliver(message)
            return nil
        }
        if let refusal { throw refusal }
    }
}

extension InMemoryEventBroker.State {
    /// How things stand for one who listens.
    fileprivate func standing(of subscriber: InMemoryEventBroker.Subscriber) -> EventSignal {
        if let outage { return .disconnected(reason: outage) }
        if let subject = subscriber.subjects.intersection(forbidden).min() {
            return .disconnected(reason: "subscribing to \(subject) is not allowed")
        }
        return .connected
    }

    fileprivate func deliver(_ message: EventMessage) {
        for subscriber in subscribers.values where subscriber.subjects.contains(message.subject) {
            guard standing(of: subscriber) == .connected, !subscriber.isDeaf else { continue }
            subscriber.continuation.yield(.message(message))
        }
    }
}
