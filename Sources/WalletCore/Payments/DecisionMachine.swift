/// The life of one decision: events in, the next thing to do out. No clock, no I/O.
///
/// Whoever holds it writes its new state to disk before doing what it says.
struct DecisionMachine: Hashable, Sendable {
    /// Where the decision stands.
    private(set) var state: DecisionState = .recorded
    /// Whether a byte of it may ever have left this device. Never becomes false again.
    private(set) var mayHaveLeft = false
    /// Why it stands there, for people.
    private(set) var reason: String?
    /// Why it was refused, for programs.
    private(set) var refusalCode: RefusalCode?

    /// What happens to a decision.
    enum Event: Hashable, Sendable {
        /// A process takes it up that did not leave it so.
        case resumed
        /// It is time for an attempt.
        case due(Deadline)
        /// The platform was asked about its intent.
        case asked(Finding, Deadline)
        /// It was sent, and something was heard.
        case answered(Verdict)
        /// No byte of this attempt left.
        case notSent(String)
        /// No byte of this attempt left before its time was over.
        case tooLate
        /// The customer takes it back.
        case withdrawn

        /// Whether it stays true whoever sees it. The others tell only of an attempt that is under way.
        var isFact: Bool {
            if case .answered = self { true } else { false }
        }
    }

    /// Whether a decision's time is over.
    enum Deadline: Hashable, Sendable, CaseIterable {
        /// It surely is not.
        case ahead
        /// It is, or may be.
        case passed
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
    init() {}

    /// A decision as it was stored.
    init(state: DecisionState, mayHaveLeft: Bool, reason: String?, refusalCode: RefusalCode? = nil) {
        self.state = state
        self.mayHaveLeft = mayHaveLeft
        self.reason = reason
        self.refusalCode = refusalCode
    }

    mutating func handle(_ event: Event) -> Action {
        guard !state.isSettled else { return .finish }
        switch event {
        case .resumed:
            // The process ended while sending: how far the request came is unknown.
            if state == .sending { become(.unknown, "the wallet stopped while it was being sent", left: true) }
            return .wait
        case .due(let deadline):
            guard !mayHaveLeft, deadline != .notKnown else { return .ask }
            return deadline == .passed ? lapseUnsent() : send()
        case .asked(let finding, let deadline):
            return conclude(from: finding, deadline)
        case .answered(let verdict):
            mayHaveLeft = true
            return settle(verdict)
        case .notSent(let problem):
            return wait(problem)
        case .tooLate:
            return mayHaveLeft ? wait("it expired while its outcome was open") : lapseUnsent()
        case .withdrawn:
            return mayHaveLeft || state == .sending ? .wait : settle(.cancelled, nil)
        }
    }

    /// Opens a decision again that was sent and was said to have come to nothing: whoever said so may not have been the platform.
    ///
    /// - Returns: Whether it was such a one.
    mutating func reopen() -> Bool {
        guard mayHaveLeft, state == .refused || state == .lapsed else { return false }
        refusalCode = nil
        become(.unknown, "the ledger shows a payment of it")
        return true
    }

    /// After fetching the intent: its status says whether the decision can still take effect; whether it did, only a retry with
    /// the same idempotency key says.
    private mutating func conclude(from finding: Finding, _ deadline: Deadline) -> Action {
        // What never left has had no effect: past its time it has lapsed, whatever became of the intent.
        if !mayHaveLeft, deadline == .passed, finding != .settled(.confirmed) { return lapseUnsent() }
        switch finding {
        case .settled(.lapsed) where !mayHaveLeft: return lapseUnsent()
        case .settled(.inconclusive(let problem)), .unavailable(let problem): return wait(problem)
        case .settled(let verdict): return settle(verdict)
        case .undecided:
            switch deadline {
            case .ahead: return send()
            // Past the intent's time nothing is sent: the platform is about to say "expired", or a payment is about to
            // appear.
            case .passed: return wait("it expired while its outcome was open")
            // The time is known from a single answer, which may be an old one.
            case .notKnown: return .ask
            }
        case .notUnderstood(let problem):
            return mayHaveLeft && deadline == .ahead ? send() : wait(problem)
        }
    }

    private mutating func settle(_ verdict: Verdict) -> Action {
        switch verdict {
        case .confirmed: return settle(.confirmed, nil)
        case .refused(let refusal):
            refusalCode = refusal.code
            return settle(.refused, refusal.message)
        case .lapsed: return settle(.lapsed, "it expired before it took effect")
        case .inconclusive(let problem):
            become(.unknown, problem)
            return .wait
        }
    }

    private mutating func lapseUnsent() -> Action { settle(.lapsed, "it expired before it could be sent") }

    private mutating func send() -> Action {
        become(.sending, nil)
        return .send
    }

    private mutating func wait(_ problem: String) -> Action {
        become(mayHaveLeft ? .unknown : .waiting, problem)
        return .wait
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
