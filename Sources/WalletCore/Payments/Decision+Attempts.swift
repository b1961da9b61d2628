public import FexValues

extension Decision {
    /// When an unsettled decision is tried.
    public struct Schedule: Hashable, Sendable {
        /// How often it was tried.
        public var attempts: Int
        /// When it is tried next, on the platform's clock.
        public var nextAttemptAt: Timestamp
        /// Why it waits, for people.
        public var waitingFor: String?
    }
}

// The rules of an attempt: values in, values out. The store reads a decision, lets one of these change it, and writes it back
// in the same transaction.
extension Decision {
    typealias Action = DecisionMachine.Action

    /// Begins an attempt, unless the decision is settled or somebody else's at the moment.
    ///
    /// - Parameters:
    ///   - attempt: Whose it is: who makes it has the lease until an event leaves the decision waiting or settled.
    ///   - fraction: From 0 to 1: jitter for the attempt that follows, should this one come to nothing.
    /// - Returns: What to do once the decision is on disk; ``DecisionMachine/Action/wait`` while another has the lease.
    mutating func begin(_ attempt: Attempt, deadline: DecisionMachine.Deadline, fraction: Double) -> Action {
        guard !state.isSettled else { return .finish }
        guard lease?.excludes(attempt) != true else { return .wait }
        _ = machine.handle(.resumed)
        let action = machine.handle(.due(deadline))
        schedule = Schedule(after: self, at: attempt.now, fraction: fraction)
        note(action, attempt)
        return action
    }

    /// Takes in what came of an attempt.
    ///
    /// Where another has the lease by now, only facts count; the other goes on.
    ///
    /// - Parameters:
    ///   - transaction: The payment, where the platform has shown it.
    ///   - pause: For how long the platform asked to be left alone.
    /// - Returns: What to do next, once the decision is on disk.
    mutating func apply(
        _ event: DecisionMachine.Event, _ attempt: Attempt, transaction: TransactionID? = nil, pause: Duration? = nil
    ) -> Action {
        guard !state.isSettled else { return .finish }
        let isOurs = lease?.holder == attempt.holder.name
        guard isOurs || event.isFact else { return .wait }
        let action = machine.handle(event)
        if state == .confirmed { self.transaction = transaction ?? self.transaction }
        schedule = schedule?.putOff(by: pause, from: attempt.now)
        note(isOurs || action == .finish ? action : nil, attempt)
        return isOurs || action == .finish ? action : .wait
    }

    /// Takes the decision back, unless a byte of it may have left or somebody is about to send it.
    mutating func withdraw(_ attempt: Attempt) {
        // Also where the holder is this process: another of its tasks is about to send it.
        let isInHand = lease.map { $0.holder == attempt.holder.name || $0.excludes(attempt) } ?? false
        guard !state.isSettled, !isInHand else { return }
        _ = machine.handle(.resumed)
        note(machine.handle(.withdrawn), attempt)
    }

    /// Takes in that the ledger shows a payment of its terms: where it was said to have come to nothing, that is asked after
    /// again.
    ///
    /// - Returns: Whether it is open now.
    mutating func reopen(at now: Timestamp) -> Bool {
        guard kind.movesMoney, machine.reopen() else { return false }
        settledAt = nil
        schedule = Schedule(attempts: 0, nextAttemptAt: now, waitingFor: reason)
        return true
    }

    /// Notes who has the decision after an action was found, and when; `nil` leaves it with whoever has it.
    private mutating func note(_ action: Action?, _ attempt: Attempt) {
        switch action {
        case .send, .ask:
            lease = Lease(attempt)
            if action == .send { sentAt = sentAt ?? attempt.now }
        case .wait, .finish: lease = nil
        case nil: break
        }
        if state.isSettled {
            settledAt = attempt.now
            schedule = nil
        }
        let reason = reason
        schedule?.waitingFor = reason
    }
}

extension Decision.Schedule {
    /// The longest pause that a platform may ask for.
    static let longestPause: Duration = .seconds(3600)

    /// The next attempt after the one that begins now, should that come to nothing: after doubling pauses up to five
    /// minutes, and at the latest when the decision's time is over, since it can be settled then.
    ///
    /// - Parameter fraction: From 0 to 1; jitter, so that many wallets don't come back at once.
    init(after decision: Decision, at now: Timestamp, fraction: Double) {
        attempts = (decision.schedule?.attempts ?? 0) + 1
        let seconds = min(300, 1 << min(attempts, 9))
        let jittered = Int64(Double(seconds) * 1000 * (0.5 + fraction / 2))
        nextAttemptAt = now.advanced(by: .milliseconds(jittered))
        // `Date` has a resolution of one second, so the deadline is certain to have passed one second after it.
        let end = decision.expiresAt.advanced(by: .seconds(1))
        if now < end { nextAttemptAt = min(nextAttemptAt, end) }
    }

    /// The same, with the next attempt put off for as long as the platform asked.
    fileprivate func putOff(by pause: Duration?, from now: Timestamp) -> Self {
        guard let pause else { return self }
        var later = self
        later.nextAttemptAt = max(nextAttemptAt, now.advanced(by: min(max(pause, .zero), Self.longestPause)))
        return later
    }
}
