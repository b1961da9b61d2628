/// Why a hint is not followed.
struct HintRefusal: Error, Hashable {
    /// What is wrong with such hints; how many came of each is counted.
    enum Kind: String, CaseIterable {
        /// It is no event of a request.
        case unreadable
        /// It is meant for another wallet, or the intent is.
        case otherWallet = "other_wallet"
        /// The platform has no such intent.
        case unknownIntent = "unknown_intent"
        /// It says otherwise than the platform.
        case contradiction
        /// The request does not wait any more, or never did.
        case notWaiting = "not_waiting"
    }

    var kind: Kind
    /// A sentence for the log, fit to be shown.
    var why: String
}
