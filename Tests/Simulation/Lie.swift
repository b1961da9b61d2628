/// What something on the way says in the platform's place: a gateway, a firewall, a captive portal, a cache.
///
/// It may do so at any call, before the platform has done the work or after. Some lies can't be told from the truth, so it
/// never tells those:
///
/// - **Decisions.** By the contract a 4xx with `success: false` and one of ``PlatformModel/refusalCodes`` is the platform's
///   word, and so is a 200 whose intent, terms and transaction are all those of the decision. Neither is said unless
///   the platform did answer that very key so.
/// - **Reads.** Nothing well formed is said of the right id that was never true. What it may do: leave a payment out of one
///   form of the ledger, answer what is no
///   document of that kind, an answer to another call, an earlier answer to the same call (true then), and, for an
///   intent on which this device has an open decision, other terms than those decided on.
/// - **Logging in.** No error code of OAuth's, no tokens and no addresses: only what is no answer of a provider's.
/// - **Time.** The `Date` of a lie is right, and that of an earlier answer the one that it had, as caches leave it
///   (RFC 9111). Another can't be told from a clock that was corrected. Only the feed of the ledger is dated as of now at
///   times, which the published list contradicts.
public enum Lie: String, CaseIterable, Sendable {
    /// Nothing but a status.
    case empty
    /// A page for people.
    case page = "html"
    /// `{}`
    case emptyObject = "empty-object"
    /// `{"success":false,"error":"x"}`, without a code.
    case uncoded
    /// A 200 that says `success: false` beside what else would be a confirmation.
    case failedSuccess = "failed-success"
    /// Another intent.
    case otherIntent = "other-intent"
    /// The right intent with another amount, currency or merchant.
    case otherTerms = "other-terms"
    /// The right intent, completed by another wallet.
    case otherWallet = "other-wallet"
    /// The right intent, with a status in which nothing is decided.
    case stillOpen = "still-open"
    /// The right intent, with the transaction of another intent, wallet or amount.
    case otherTransaction = "other-transaction"
    /// What was answered before, to this call or to another.
    case older
    /// The ledger without the payment of a decision whose outcome is open.
    case rowLeftOut = "row-left-out"
    /// The first part of a true answer.
    case cut
    /// More bytes than a transport takes.
    case huge
    /// Another address.
    case redirect
}
