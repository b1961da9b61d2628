/// How a device asks whether it has been allowed (RFC 8628, section 3.5): a value without a clock.
struct DeviceGrantPolling: Hashable, Sendable {
    /// What to do after an answer.
    enum Step: Hashable, Sendable {
        /// Wait, then ask again.
        case wait(Duration)
        /// The login has failed.
        case fail(SessionError)
        /// The answer is none of the protocol's: pass it on.
        case giveUp
    }

    /// How long to wait before the next question.
    private(set) var interval: Duration

    init(interval: Duration) { self.interval = interval }

    /// What follows from a question that brought no tokens.
    mutating func step(after error: PlatformError) -> Step {
        guard case .refused(let refusal) = error.reason else {
            guard error.isOutOfReach, error.code != "invalid_address" else { return .giveUp }
            // Section 3.5: an unreachable provider is asked less and less often.
            interval = min(interval * 2, .seconds(60))
            return .wait(interval)
        }
        switch refusal.code {
        case "authorization_pending": return .wait(interval)
        case "slow_down":
            interval += .seconds(5)
            return .wait(interval)
        case "expired_token": return .fail(.loginExpired)
        case "access_denied": return .fail(.loginDenied)
        default: return .fail(.refused(refusal.message))
        }
    }
}
