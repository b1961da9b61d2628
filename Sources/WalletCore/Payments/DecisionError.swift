public import FexValues

/// Why a decision was not written down, or not changed. Nothing was sent.
public enum DecisionError: WalletError, Hashable, Sendable {
    /// The intent is no longer, or not yet, one that can be decided on; with its status.
    case notPayable(IntentStatus)
    /// The intent's time has run out on the platform's clock.
    case expired
    /// The intent is aimed at another wallet.
    case otherWallet
    /// A till's request is approved or declined, not paid; a scanned intent is paid.
    case wrongKind(DecisionKind)
    /// What the person saw is not what the platform has now.
    case termsChanged(shown: Terms, now: Terms)
    /// The code says something else than the platform.
    case codeDiffers(CodeMismatch)
    /// This device has decided on the intent already.
    case alreadyDecided(DecisionKind, DecisionState)
    /// The intent was never seen on this device.
    case unknownIntent
    /// The decision is settled: nothing about it changes any more.
    case settled(DecisionState)
    /// The decision may have been sent: it can't be taken back.
    case notCancellable(DecisionState)
    /// There is no such decision.
    case unknownDecision

    /// A stable name for programs, in snake case.
    public var code: String {
        switch self {
        case .notPayable(let status): status == .completed ? "already_paid" : "intent_not_payable"
        case .expired: "intent_expired"
        case .otherWallet: "other_wallet"
        case .wrongKind: "wrong_kind"
        case .termsChanged: "terms_changed"
        case .codeDiffers: "code_differs"
        case .alreadyDecided: "already_decided"
        case .unknownIntent: "unknown_intent"
        case .settled: "settled"
        case .notCancellable: "not_cancellable"
        case .unknownDecision: "unknown_decision"
        }
    }

    /// Whether trying again can help.
    public var retry: RetryAdvice { .never }
    /// Whether money may have moved: by this decision or the one that stands.
    public var money: MoneyEffect {
        switch self {
        case .notCancellable: .unknown
        case .alreadyDecided(let kind, let state) where kind.movesMoney:
            if state == .confirmed { .moved } else { state.isSettled ? .notMoved : .unknown }
        default: .notMoved
        }
    }

    /// A sentence or a name for people, fit to be shown.
    public var description: String {
        switch self {
        case .notPayable(.completed): "this has been paid already"
        case .notPayable(.refunded): "this was paid, and the merchant has paid it back"
        case .notPayable(.cancelled): "the merchant has withdrawn this request"
        case .notPayable(.declined): "this request was declined"
        case .notPayable(.expired), .expired: "this request has expired"
        case .notPayable(let status): "this can't be paid: its status is \"\(status)\""
        case .otherWallet: "this request is aimed at another wallet"
        case .wrongKind(.pay): "a till's request is approved or declined, not paid"
        case .wrongKind: "no till has asked this wallet for it: a scanned intent is paid, not approved or declined"
        case .termsChanged(let shown, let now):
            "what was shown has changed: \(shown.amount) to \(shown.merchant) then, \(now.amount) to \(now.merchant) now"
        case .codeDiffers(let mismatch):
            "the code is not to be trusted: "
                + mismatch.differences.map { "it says \($0.field) \($0.inCode), the platform says \($0.atPlatform)" }
                .joined(separator: "; ")
        case .alreadyDecided(let kind, let state):
            "this device has already said \"\(kind.rawValue)\" to it (\(state.rawValue))"
        case .unknownIntent: "this device has never seen that intent"
        case .settled(let state): "it is settled (\(state.rawValue))"
        case .notCancellable:
            "it may have reached the platform already, and can't be taken back; `sync` tells how it stands"
        case .unknownDecision: "there is no such decision on this device"
        }
    }
}
