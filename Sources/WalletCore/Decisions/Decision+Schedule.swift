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
        // An answer's time is known to a second: one later it is over by anyone's clock.
        let end = decision.expiresAt.advanced(by: .seconds(1))
        if now < end { nextAttemptAt = min(nextAttemptAt, end) }
    }

    /// Puts the next attempt off for as long as the platform asked.
    mutating func wait(_ pause: Duration, from now: Timestamp) {
        nextAttemptAt = max(nextAttemptAt, now.advanced(by: min(max(pause, .zero), Self.longestPause)))
    }
}

extension ServerTime {
    /// Whether a decision's time is, or may be, over: nothing of it is sent any more.
    func isOver(_ decision: Decision) -> Bool { latest() >= decision.expiresAt }

    /// What time it is for a decision.
    func moment(of decision: Decision) -> DecisionMachine.Moment {
        guard isKnown else { return .notKnown }
        return isOver(decision) ? .expired : .inTime
    }
}

extension PaymentIntent {
    /// A sentence on who decided on it, and when, told to the owner of a wallet.
    func whoWasFirst(toldTo wallet: WalletID?) -> String {
        let when = (completedAt ?? updatedAt).map { " at \($0)" } ?? ""
        switch status {
        case .completed, .refunded:
            let isOurs = completedBy.map { $0 == wallet } ?? (targetWallet != nil && targetWallet == wallet)
            return "\(isOurs ? "another of your devices" : "another wallet") paid it first\(when)"
        case .declined: return "another of your devices declined it first\(when)"
        case .cancelled: return "the merchant withdrew it first\(when)"
        default: return "something else was decided first (\(status))"
        }
    }
}
