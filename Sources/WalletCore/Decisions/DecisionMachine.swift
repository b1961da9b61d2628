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
        /// It is time for an attempt. `isExpired` by the platform's clock.
        case turnCame(isExpired: Bool)
        /// The platform was asked about the intent.
        case intentSeen(IntentStatus, standsByUs: Bool?, isExpired: Bool)
        /// The platform could not be asked about the intent.
        case intentNotSeen(String)
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
        case .turnCame(let isExpired):
            if mayHaveLeft { return .ask }
            return isExpired ? settle(.lapsed, "it expired before it could be sent") : send()
        case .intentSeen(let status, let standsByUs, let isExpired):
            return conclude(from: status, standsByUs: standsByUs, isExpired: isExpired)
        case .intentNotSeen(let problem):
            reason = problem
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

    /// From *unknown*, after asking: the intent says what can still be, the same call with the same key says what was.
    private mutating func conclude(from status: IntentStatus, standsByUs: Bool?, isExpired: Bool) -> Action {
        switch status {
        case .expired: return settle(.lapsed, "it expired before it took effect")
        case .cancelled: return settle(.refused, "the merchant withdrew the request first")
        case .pending, .pendingApproval:
            guard isExpired else { return send() }
            // The platform is about to say "expired", or a payment is about to show: ask again, send nothing.
            become(.unknown, "it expired while its outcome was open")
            return .wait
        default:
            // Settled. Within its time the same call tells whether it was this very decision; past it nothing is sent.
            guard isExpired, let standsByUs else { return send() }
            return standsByUs ? settle(.confirmed, nil) : settle(.refused, "something else was decided first")
        }
    }

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
