/// What became of a database that was found damaged: it was set aside, and what could be read of it went into a new one.
///
/// History, balance and open requests come again with the next sync. What the customer decided is nowhere else until it is
/// sent: what this says of decisions is what matters.
public struct StoreRecovery: Hashable, Sendable {
    /// The file that holds the damaged database, as it was found.
    public var damagedCopy: String
    /// How many decisions were read, whatever became of them.
    public var decisions = 0
    /// How many of them are not settled; they go on with the keys and bodies that they had.
    public var unsettled = 0
    /// How many requests are known to have been asked.
    public var requests = 0
    /// Whether every place where decisions are kept was readable. If not, a decision that was not sent may be lost.
    public var hasAllDecisions = true
    /// How many decisions are known to be lost: they were to be sent, and can't be read.
    public var lostDecisions = 0
    /// Whether it is known whose wallet it is. If not, the next sync asks the platform, as long as somebody is logged in.
    public var hasAccount = false
}

extension StoreRecovery: CustomStringConvertible {
    /// What was damaged and what became of it, in English.
    public var description: String {
        let kept =
            "the wallet's database was damaged, and is made anew: \(decisions) decisions kept, \(unsettled) to be sent"
        if lostDecisions > 0 {
            return "\(kept); \(lostDecisions) that were to be sent are lost: look at what was asked, and say it again"
        }
        if !hasAllDecisions { return "\(kept); others may be lost: sync, and look whether what you decided is there" }
        return kept
    }
}
