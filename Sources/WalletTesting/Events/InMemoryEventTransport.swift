public import Foundation
public import WalletCore

/// The twin of an event transport, over a broker in memory.
public struct InMemoryEventTransport: EventTransport {
    private let broker: InMemoryEventBroker

    /// A transport that is connected when its broker is.
    public init(broker: InMemoryEventBroker) {
        self.broker = broker
    }

    /// Subscribes at the broker.
    public func signals(on subjects: [String]) -> AsyncStream<EventSignal> {
        broker.subscribe(to: subjects)
    }

    /// Publishes through the broker, if someone listens and is connected.
    public func publish(_ payload: Data, to subject: String) async throws(EventTransportError) {
        try broker.publish(EventMessage(subject: subject, payload: payload))
    }
}
