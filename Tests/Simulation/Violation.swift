/// What must hold after every step.
public enum Invariant: String, Hashable, Sendable, CaseIterable {
    /// A decision is stored before it is sent, and every attempt has its key and its body.
    case storedBeforeSent = "1 stored before sent"
    /// An intent is debited at most once, and no second key leaves a device while the first may have counted.
    case debitedOnce = "2 debited once"
    /// A decision is never rewritten, lost or undone.
    case firstDecisionStands = "3 first decision stands"
    /// Confirmed, refused and lapsed are said only where the ledger agrees.
    case toldTruthfully = "4 told truthfully"
    /// Nothing leaves after the intent's end on the platform's clock.
    case nothingAfterExpiry = "5 nothing after expiry"
    /// A request is in the inbox once, stays there, and never comes back once it was over.
    case shownOnce = "6 shown once"
    /// Amount, currency and merchant are the platform's.
    case termsAreThePlatforms = "7 terms are the platform's"
    /// What is forged or aimed at another wallet is neither shown nor paid.
    case forgedNeverPayable = "8 forged never payable"
    /// Once all works again every decision settles, and no request is missing.
    case everythingSettles = "9 everything settles"
    /// The database is sound, and balance and history are the ledger's.
    case booksAgree = "10 books agree"
    /// Who has logged out stays so until the next login, and the end of a session is said.
    case sessionIsAsSaid = "11 session is as said"
    /// No decision leaves with a proof that the platform can't check.
    case proofsAreGood = "12 proofs are good"
    /// What is said of listening is true.
    case listeningIsAsSaid = "13 listening is as said"
}

/// An invariant that did not hold.
public struct Violation: Error, Hashable, Sendable, CustomStringConvertible {
    /// Which.
    public var invariant: Invariant
    /// What was seen.
    public var detail: String

    /// A sentence for people.
    public var description: String { "\(invariant.rawValue): \(detail)" }
}
