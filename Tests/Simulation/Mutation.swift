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
    /// A 4xx without a code arrives as one with a code.
    case uncodedRefusalBelieved = "uncoded-refusal-believed"
    /// A 200 that contradicts itself arrives as a confirmation.
    case contradictionBelieved = "contradicting-success-believed"
    /// A page of a captive portal's with a 2xx arrives as a confirmation.
    case pageAsSuccess = "html-as-success"
    /// An intent is for ever what it was when it was first asked for.
    case staleAnswerBelieved = "stale-answer-believed"
    /// A row that can't be read takes its page with it.
    case rowDropsPage = "feed-row-drops-page"
    /// A feed whose numbers fell behind the wallet's cursor arrives as one without news.
    case feedNeverReread = "feed-never-reread"
    /// The tokens come back after a log-out.
    case logoutLoses = "logout-loses"
    /// A lost key is replaced in silence.
    case keyRemade = "key-remade"
    /// The end of a session arrives as a platform that is out of order.
    case sessionEndUnheard = "session-end-unheard"
    /// The cursors of a device that was set back stay where they were.
    case restoredCursorKept = "restored-cursor-kept"
    /// Answers go on to tell the time of a clock that has been corrected.
    case clockCorrectionIgnored = "clock-correction-ignored"
    /// A payment that can't be told as such stands nowhere in the ledger.
    case keptRowPassedOver = "kept-row-passed-over"
    /// What something on the way has kept arrives with the time of now.
    case ageUnheard = "age-unheard"

    /// The ledger has nothing in it when it is searched for a payment that was not read.
    case searchPassedOver = "search-passed-over"

    /// The invariants by which it may be noticed.
    public var noticedBy: Set<Invariant> {
        switch self {
        case .newKeyPerAttempt: [.storedBeforeSent]
        case .sendBeforeStore: [.storedBeforeSent, .firstDecisionStands]
        case .timeoutAsFailure: [.storedBeforeSent]
        case .tombstonesDropped: [.firstDecisionStands, .shownOnce]
        case .localClockTrusted: [.nothingAfterExpiry, .toldTruthfully, .everythingSettles, .proofsAreGood]
        case .watermarkByTime: [.everythingSettles]
        case .uncodedRefusalBelieved: [.toldTruthfully, .everythingSettles]
        case .contradictionBelieved, .pageAsSuccess: [.toldTruthfully, .booksAgree, .everythingSettles]
        case .staleAnswerBelieved: [.everythingSettles, .toldTruthfully]
        case .rowDropsPage: [.everythingSettles, .booksAgree, .toldTruthfully]
        case .feedNeverReread: [.everythingSettles]
        case .logoutLoses, .sessionEndUnheard: [.sessionIsAsSaid]
        case .keyRemade: [.proofsAreGood]
        case .restoredCursorKept: [.everythingSettles, .booksAgree]
        case .clockCorrectionIgnored: [.nothingAfterExpiry, .toldTruthfully, .everythingSettles, .proofsAreGood]
        case .keptRowPassedOver: [.toldTruthfully]
        case .ageUnheard, .searchPassedOver: [.toldTruthfully, .everythingSettles]
        }
    }

    /// The troubles without which it changes nothing.
    public var needs: Set<Trouble> {
        switch self {
        case .newKeyPerAttempt, .sendBeforeStore, .timeoutAsFailure, .tombstonesDropped, .localClockTrusted,
            .watermarkByTime, .staleAnswerBelieved:
            []
        case .uncodedRefusalBelieved, .contradictionBelieved, .pageAsSuccess, .ageUnheard, .searchPassedOver: [.lies]
        case .rowDropsPage, .keptRowPassedOver: [.unreadableRows]
        case .feedNeverReread: [.renumberedFeeds]
        case .logoutLoses, .sessionEndUnheard: [.sessions]
        case .keyRemade: [.lostKeys]
        case .restoredCursorKept: [.restoredDevices]
        case .clockCorrectionIgnored: [.correctedClocks]
        }
    }
}
