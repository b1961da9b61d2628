import Foundation

/// A customer's yes or no on an intent, as it was written down on this device.
public struct Decision: Hashable, Sendable {
    /// Its id on this device.
    public let id: DecisionID
    /// What was said.
    public let kind: DecisionKind
    /// What it was said to.
    public let terms: Terms
    /// The key that makes every attempt the same request.
    public let idempotencyKey: IdempotencyKey
    /// When it was said, on the platform's clock.
    public let decidedAt: Timestamp
    /// When the intent lapses, on the platform's clock.
    public let expiresAt: Timestamp
    /// What every attempt sends.
    let body: Data

    /// Where it stands.
    var machine: DecisionMachine
    /// When its first byte was about to be sent, on the platform's clock; `nil` if it never was.
    public internal(set) var sentAt: Timestamp?
    /// When it settled, on the platform's clock.
    public internal(set) var settledAt: Timestamp?
    /// The ledger transaction it brought about.
    public internal(set) var transaction: TransactionID?
    /// Attempts so far, and when the next one follows; `nil` once settled.
    public internal(set) var schedule: Schedule?

    /// Who sends it at the moment.
    var lease: Lease?

    /// When an unsettled decision is tried.
    public struct Schedule: Hashable, Sendable {
        /// How often it was tried.
        public var attempts: Int
        /// When it is tried next, on the platform's clock.
        public var nextAttemptAt: Timestamp
        /// Why it waits, for people.
        public var waitingFor: String?
    }

    /// Where it stands.
    public var state: DecisionState { machine.state }

    /// Why it stands there, for people.
    public var reason: String? { machine.reason }
}
