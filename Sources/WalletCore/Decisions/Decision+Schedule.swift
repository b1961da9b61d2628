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

    /// The same, with the next attempt put off for as long as the platform asked.
    func putOff(by pause: Duration?, from now: Timestamp) -> Self {
        guard let pause else { return self }
        var later = self
        later.nextAttemptAt = max(nextAttemptAt, now.advanced(by: min(max(pause, .zero), Self.longestPause)))
        return later
    }
}
