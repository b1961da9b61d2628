/// When a webhook that was not acknowledged is sent again: 5 retries, each after twice the pause of the one before.
enum RetrySchedule {
    /// The most retries after the first attempt.
    static let retries = 5

    /// The pause before the next attempt in milliseconds, or `nil` where there is none any more.
    ///
    /// - Parameter attempts: How many attempts have failed, 1 or more: 1 s after the first, 16 s after the fifth.
    static func pause(afterFailures attempts: Int) -> Int64? {
        guard (1...retries).contains(attempts) else { return nil }
        return 1_000 << Int64(attempts - 1)
    }
}
