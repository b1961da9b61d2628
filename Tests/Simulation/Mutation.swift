/// A promise broken on purpose at a boundary of the wallet, to show that the invariants notice.
public enum Mutation: String, Hashable, Sendable, CaseIterable {
    /// Each attempt leaves with an idempotency key of its own.
    case newKeyPerAttempt = "new-key-per-attempt"
    /// A crash takes with it the last write that was made before something was sent.
    case sendBeforeStore = "send-before-store"
    /// A call that was cut after it was sent is reported as never sent.
    case timeoutAsFailure = "timeout-as-failure"
    /// Settled decisions are removed, and the requests they were on.
    case tombstonesDropped = "tombstones-dropped"
    /// No answer tells the platform's time, so the device's clock is all there is.
    case localClockTrusted = "local-clock-trusted"
    /// The feed is read by the time of creation, in whole seconds, in the place of a sequence.
    case watermarkByTime = "watermark-by-time"

    /// The invariants by which it may be noticed.
    public var noticedBy: Set<Invariant> {
        switch self {
        case .newKeyPerAttempt: [.storedBeforeSent]
        case .sendBeforeStore: [.storedBeforeSent, .firstDecisionStands]
        case .timeoutAsFailure: [.storedBeforeSent]
        case .tombstonesDropped: [.firstDecisionStands, .shownOnce]
        case .localClockTrusted: [.nothingAfterExpiry, .toldTruthfully, .everythingSettles]
        case .watermarkByTime: [.everythingSettles]
        }
    }
}
