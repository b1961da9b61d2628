/// The life of one decision: events in, the next thing to do out. No clock, no I/O.
///
/// Whoever holds it writes its new state to disk before doing what it says.
struct DecisionMachine: Hashable, Sendable {
    /// Where the decision stands.
    private(set) var state: DecisionState
    /// Whether a byte of it may ever have left this device. Never becomes false again.
    private(set) var mayHaveLeft: Bool
    /// Why it stands there, for people.
    private(set) var reason: String?

    /// What happens to a decision.
    enum Event: Hashable, Sendable {
        /// The process starts again, and finds it so.
        case foundAtStart
        /// It is time for an attempt.
        case turnCame(Moment)
        /// The platform was asked about the intent.
        ///
        /// `standsByUs`: whether this wallet's word brought the intent where it is, as far as can be told. `whoWasFirst`:
        /// the sentence for people, should it have been another's.
        case intentSeen(IntentStatus, standsByUs: Bool?, isExpired: Bool, whoWasFirst: String? = nil)
        /// The platform could not be asked about the intent.
        case intentNotSeen(String, isExpired: Bool)
        /// The platform confirmed it.
        case confirmed
        /// The platform refused it for good.
        case refused(String)
        /// The platform said that its time had run out.
        case lapsed
        /// No byte of this attempt left.
        case notSent(String)
        /// Something of this attempt may have arrived.
        case uncertain(String)
        /// The customer takes it back.
        case withdrawn

        /// Whether it stays true whoever sees it. The others tell only of an attempt that is under way.
        var isFact: Bool {
            switch self {
            case .confirmed, .refused, .lapsed, .uncertain: true
            case .foundAtStart, .turnCame, .intentSeen, .intentNotSeen, .notSent, .withdrawn: false
            }
        }
    }

    /// What time it is for a decision.
    enum Moment: Hashable, Sendable, CaseIterable {
        /// Its time is surely not over.
        case inTime
        /// Its time is, or may be, over.
        case expired
        /// The device's clock can't be trusted until the platform has told the time.
        case notKnown
    }

    /// What to do next, once the state is on disk.
    enum Action: Hashable, Sendable {
        /// Send it, with the key and body it has always had.
        case send
        /// Ask the platform how the intent stands.
        case ask
        /// Try again later.
        case wait
        /// Nothing: it is settled.
        case finish
    }

    /// A decision just written down.
    init() {
        state = .recorded
        mayHaveLeft = false
        reason = nil
    }

    /// A decision as it was stored.
    init(state: DecisionState, mayHaveLeft: Bool, reason: String?) {
        self.state = state
        self.mayHaveLeft = mayHaveLeft
        self.reason = reason
    }

    mutating func handle(_ event: Event) -> Action {
        guard !state.isSettled else { return .finish }
        switch event {
        case .foundAtStart:
            // Sending when the process ended: nobody knows how far it came.
            if state == .sending { become(.unknown, "the wallet stopped while it was being sent", left: true) }
            return .wait
        case .turnCame(let moment):
            guard !mayHaveLeft, moment != .notKnown else { return .ask }
            return moment == .expired ? settle(.lapsed, Self.neverSent) : send()
        case .intentSeen(let status, let standsByUs, let isExpired, let whoWasFirst):
            return conclude(
                from: status, standsByUs: standsByUs, isExpired: isExpired, decidedFirst: whoWasFirst)
        case .intentNotSeen(let problem, let isExpired):
            if !mayHaveLeft, isExpired { return settle(.lapsed, Self.neverSent) }
            become(mayHaveLeft ? .unknown : .waiting, problem)
            return .wait
        case .confirmed:
            return settle(.confirmed, nil)
        case .refused(let sentence):
            return settle(.refused, sentence)
        case .lapsed:
            return settle(.lapsed, "it expired before it took effect")
        case .notSent(let problem):
            become(mayHaveLeft ? .unknown : .waiting, problem)
            return .wait
        case .uncertain(let problem):
            become(.unknown, problem, left: true)
            return .wait
        case .withdrawn:
            return mayHaveLeft || state == .sending ? .wait : settle(.cancelled, nil)
        }
    }

    /// After asking: the intent says what can still be, the same call with the same key says what was.
    private mutating func conclude(
        from status: IntentStatus, standsByUs: Bool?, isExpired: Bool, decidedFirst: String?
    ) -> Action {
        let decidedFirst = decidedFirst ?? "something else was decided first"
        switch status {
        case .expired: return settle(.lapsed, mayHaveLeft ? "it expired before it took effect" : Self.neverSent)
        case .cancelled: return settle(.refused, "the merchant withdrew the request first")
        case .pending, .pendingApproval:
            guard isExpired else { return send() }
            guard mayHaveLeft else { return settle(.lapsed, Self.neverSent) }
            // The platform is about to say "expired", or a payment is about to show: ask again, send nothing.
            become(.unknown, "it expired while its outcome was open")
            return .wait
        case .completed, .refunded, .declined:
            guard mayHaveLeft else { return settle(.refused, decidedFirst) }
            // Within its time the same call tells whether it was this very decision; past it nothing is sent.
            guard isExpired else { return send() }
            guard let standsByUs else {
                become(.unknown, "its outcome can't be told yet")
                return .wait
            }
            return standsByUs ? settle(.confirmed, nil) : settle(.refused, decidedFirst)
        default:
            // A status from the future. Nothing is said yes to that isn't understood; what was said is asked after.
            if mayHaveLeft, !isExpired { return send() }
            if !mayHaveLeft, isExpired { return settle(.lapsed, Self.neverSent) }
            become(mayHaveLeft ? .unknown : .waiting, "the request is \"\(status)\" at the platform")
            return .wait
        }
    }

    private static let neverSent = "it expired before it could be sent"

    private mutating func send() -> Action {
        become(.sending, nil)
        return .send
    }

    private mutating func settle(_ state: DecisionState, _ reason: String?) -> Action {
        become(state, reason)
        return .finish
    }

    private mutating func become(_ state: DecisionState, _ reason: String?, left: Bool = false) {
        self.state = state
        self.reason = reason
        if left { mayHaveLeft = true }
    }
}
