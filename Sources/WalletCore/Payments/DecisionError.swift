public import FexValues

/// Why a decision was not written down, or not changed. Nothing was sent.
///
/// Errors are told apart by their ``code``, or by comparing with those that have nothing further to say:
/// `catch DecisionError.expired`.
public struct DecisionError: WalletError, Hashable, Sendable {
    package enum Reason: Hashable, Sendable {
        case notPayable(IntentStatus)
        case expired
        case otherWallet
        case wrongKind(DecisionKind)
        case termsChanged(shown: Terms, now: Terms)
        case codeDiffers(CodeMismatch)
        case alreadyDecided(DecisionKind, DecisionState)
        case unknownIntent
        case settled(DecisionKind, DecisionState)
        case notCancellable(DecisionState)
        case unknownDecision
        case ownLimit(OwnLimit)
    }

    package let reason: Reason

    private init(_ reason: Reason) { self.reason = reason }

    /// The intent is no longer, or not yet, one that can be decided on: its status says why.
    public static func notPayable(_ status: IntentStatus) -> DecisionError { DecisionError(.notPayable(status)) }
    /// The intent's time has run out on the platform's clock.
    public static let expired = DecisionError(.expired)
    /// The intent is aimed at another wallet.
    public static let otherWallet = DecisionError(.otherWallet)
    /// A till's request is approved or declined, not paid; a scanned intent is paid.
    public static func wrongKind(_ kind: DecisionKind) -> DecisionError { DecisionError(.wrongKind(kind)) }
    /// What the person saw is not what the platform has now.
    public static func termsChanged(shown: Terms, now: Terms) -> DecisionError {
        DecisionError(.termsChanged(shown: shown, now: now))
    }
    /// The code says something else than the platform.
    public static func codeDiffers(_ mismatch: CodeMismatch) -> DecisionError { DecisionError(.codeDiffers(mismatch)) }
    /// This device has decided on the intent already: what was said, and where that stands.
    public static func alreadyDecided(_ kind: DecisionKind, _ state: DecisionState) -> DecisionError {
        DecisionError(.alreadyDecided(kind, state))
    }
    /// The intent was never seen on this device.
    public static let unknownIntent = DecisionError(.unknownIntent)
    /// The decision is settled: nothing is left to be done about it.
    public static func settled(_ kind: DecisionKind, _ state: DecisionState) -> DecisionError {
        DecisionError(.settled(kind, state))
    }
    /// The decision may have been sent: it can't be taken back.
    public static func notCancellable(_ state: DecisionState) -> DecisionError { DecisionError(.notCancellable(state)) }
    /// There is no such decision on this device.
    public static let unknownDecision = DecisionError(.unknownDecision)
    /// The person has limited what this device pays, and this is beyond it; or they have to agree in another way.
    public static func ownLimit(_ limit: OwnLimit) -> DecisionError { DecisionError(.ownLimit(limit)) }

    /// The intent's status, where that is why nothing can be decided.
    public var status: IntentStatus? {
        if case .notPayable(let status) = reason { status } else { nil }
    }

    /// Where the decision stands that is in the way or can't be changed; `nil` where there is none.
    public var state: DecisionState? {
        switch reason {
        case .alreadyDecided(_, let state), .settled(_, let state), .notCancellable(let state): state
        default: nil
        }
    }

    /// What this device has said to the intent before, where that is in the way.
    public var earlierKind: DecisionKind? {
        if case .alreadyDecided(let kind, _) = reason { kind } else { nil }
    }

    /// What the person saw and what the platform has now, where these differ.
    public var changedTerms: (shown: Terms, now: Terms)? {
        if case .termsChanged(let shown, let now) = reason { (shown, now) } else { nil }
    }

    /// In what the code differs from the platform, where it does.
    public var mismatch: CodeMismatch? {
        if case .codeDiffers(let mismatch) = reason { mismatch } else { nil }
    }

    /// Which limit of the person's own is in the way, where one is.
    public var ownLimit: OwnLimit? {
        if case .ownLimit(let limit) = reason { limit } else { nil }
    }

    /// A name for each of the errors above, in snake case; of an intent that is paid, `already_paid`.
    public var code: String {
        switch reason {
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
        case .ownLimit: "own_limit"
        }
    }

    /// Never: it says no to what was asked, not to when; but for a limit a day, which is another tomorrow.
    public var retry: RetryAdvice {
        if case .ownLimit(.daily) = reason { .later } else { .never }
    }
    /// Whether money may have moved: by this decision or the one that stands.
    public var money: MoneyEffect {
        switch reason {
        case .notCancellable: .unknown
        case .alreadyDecided(let kind, let state) where kind.movesMoney,
            .settled(let kind, let state) where kind.movesMoney:
            if state == .confirmed { .moved } else { state.isSettled ? .notMoved : .unknown }
        default: .notMoved
        }
    }

    /// Why nothing was written down or changed, in English, on one line.
    public var description: String {
        switch reason {
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
        case .settled(_, let state): "it is settled (\(state.rawValue))"
        case .notCancellable:
            "it may have reached the platform already, and can't be taken back; `sync` tells how it stands"
        case .unknownDecision: "there is no such decision on this device"
        case .ownLimit(let limit): limit.description
        }
    }
}
