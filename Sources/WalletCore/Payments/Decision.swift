public import FexValues
import Foundation

/// A customer's yes or no on an intent, as it was written down on this device.
public struct Decision: Identifiable, Hashable, Sendable {
    /// Its id on this device; the platform knows it by ``idempotencyKey``.
    public let id: DecisionID
    /// Whether it is a yes or a no, and to what.
    public let kind: DecisionKind
    /// The intent, amount and merchant that the person saw and the device signed.
    public let terms: Terms
    /// The key that every attempt sends: by it the platform knows that they are one request.
    public let idempotencyKey: IdempotencyKey
    /// When it was said, on the platform's clock.
    public let decidedAt: Timestamp
    /// When the intent lapses, on the platform's clock.
    public internal(set) var expiresAt: Timestamp
    /// What every attempt sends.
    let body: Data

    /// Where it stands.
    var machine: DecisionMachine
    /// When its first byte was about to be sent, on the platform's clock; `nil` if it never was.
    public internal(set) var sentAt: Timestamp?
    /// When this device learned how it ended, on the platform's clock; `nil` while it is open.
    public internal(set) var settledAt: Timestamp?
    /// The ledger transaction by which it was paid; `nil` where none was, or it is not known yet.
    public internal(set) var transaction: TransactionID?
    /// Attempts so far, and when the next one follows; `nil` once settled.
    public internal(set) var schedule: Schedule?

    /// Who sends it at the moment.
    var lease: Lease?

    /// How far it has come.
    public var state: DecisionState { machine.state }

    /// Why it stands there, for people: a sentence fit to be shown.
    public var reason: String? { machine.reason }

    /// Why it was refused; `nil` unless it was. Of a decision that an early version settled, no code is known.
    public var refusal: DecisionRefusal? {
        guard state == .refused, let code = machine.refusalCode else { return nil }
        return DecisionRefusal(code: code, message: machine.reason ?? code.rawValue)
    }

    /// When it can have taken effect, on the platform's clock, be that corrected by a day meanwhile.
    var effectTimes: ClosedRange<Timestamp> {
        let (first, last) = (decidedAt.advanced(by: .seconds(-86_400)), expiresAt.advanced(by: .seconds(86_400)))
        return first...max(first, last)
    }

    /// The device that signed it; `nil` of a body that can't be read.
    var device: DeviceID? { (try? JSON(parsing: body))?["device_id"]?.stringValue.flatMap { DeviceID($0) } }

    /// Whether the platform refused it because it doesn't know the device, or knows that it was removed.
    var isRefusedForItsDevice: Bool { refusal?.code.callsForLogin == true }
}

/// What a customer can say.
///
/// A closed set: a scanned intent is paid, a till's request approved or declined, and there is nothing else to say.
public enum DecisionKind: String, Hashable, Sendable, CaseIterable {
    /// Yes to a scanned intent.
    case pay
    /// Yes to a till's request.
    case approve
    /// No to a till's request.
    case decline

    /// Whether a decision of this kind moves money once it takes effect.
    public var movesMoney: Bool { self != .decline }

    /// The status an intent has in which this can be said.
    public var requiredStatus: IntentStatus { self == .pay ? .pending : .pendingApproval }
}

/// How far a decision has come.
///
/// A closed set: whoever shows a decision has to tell each of these apart, for they differ in what may have become of
/// the money.
public enum DecisionState: String, Hashable, Sendable, CaseIterable {
    /// Written down; nothing was sent.
    case recorded
    /// On its way: a byte may have left.
    case sending
    /// Nothing reached the platform; another attempt follows.
    case waiting
    /// It may have reached the platform, which has not said so yet.
    case unknown
    /// What was said is so: this wallet has paid, or the request is declined. Another of the customer's devices may have
    /// said the same first.
    case confirmed
    /// The platform refused it, or something else was decided first. It had no effect.
    case refused
    /// Its time ran out before it could take effect. It had no effect.
    case lapsed
    /// The customer took it back before anything was sent.
    case cancelled

    /// Whether nothing is left to be done about it. What was refused or has lapsed after it was sent is asked after again
    /// should the ledger show a payment of it: whoever said otherwise may not have been the platform.
    public var isSettled: Bool {
        switch self {
        case .confirmed, .refused, .lapsed, .cancelled: true
        case .recorded, .sending, .waiting, .unknown: false
        }
    }

    /// Whether it keeps another decision on the same intent from being made: all but those that had no effect.
    package var stands: Bool {
        switch self {
        case .recorded, .sending, .waiting, .unknown, .confirmed: true
        case .refused, .lapsed, .cancelled: false
        }
    }
}

/// A decision with what the platform said of it.
public struct DecisionResult: Identifiable, Hashable, Sendable {
    /// The decision's id.
    public var id: DecisionID { decision.id }
    /// The decision as it stands now.
    public var decision: Decision
    /// The intent as the platform last showed it.
    public var intent: PaymentIntent?
    /// The payment of the intent in this wallet's ledger, as far as it has been read.
    public var transaction: LedgerTransaction?

    package init(decision: Decision, intent: PaymentIntent? = nil, transaction: LedgerTransaction? = nil) {
        self.decision = decision
        self.intent = intent
        self.transaction = transaction
    }
}
