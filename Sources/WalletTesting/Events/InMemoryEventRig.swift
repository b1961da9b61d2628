public import Foundation
public import WalletCore

/// The twin in memory as the contract handles it.
public struct InMemoryEventRig: EventTransportRig {
    private let broker = InMemoryEventBroker()

    /// A rig with a broker that is up.
    public init() {
        broker.forbid(forbiddenSubject)
    }

    /// A transport of the rig's broker.
    public var transport: any EventTransport { InMemoryEventTransport(broker: broker) }

    /// A subject that the broker forbids.
    public var forbiddenSubject: String { "wallets.w2.a" }

    /// Has the broker deliver messages.
    public func send(_ payloads: [Data], to subject: String) async throws {
        for payload in payloads { broker.deliver(payload, to: subject) }
    }

    /// Takes the broker down.
    public func stopServer() async throws { broker.disconnect() }

    /// Brings the broker up.
    public func startServer() async throws { broker.connect() }

    /// The subscribers of the broker.
    public func connectionCount() async throws -> Int { broker.subscriberCount }
}
