/// Why a decision was refused, for programs: they read the code, shells choose the words.
///
/// A platform may think of further ones; those this version knows are the static members.
public struct RefusalCode: RawRepresentable, Hashable, Sendable {
    /// The code as it stands on the wire, in snake case.
    public let rawValue: String

    /// A code as it stands on the wire.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// The intent's time had run out.
    public static let intentExpired = RefusalCode(rawValue: "intent_expired")
    /// The intent was paid, declined or withdrawn before.
    public static let intentNotPayable = RefusalCode(rawValue: "intent_not_payable")
    /// The platform has seen the decision's key with another body.
    public static let idempotencyMismatch = RefusalCode(rawValue: "idempotency_mismatch")
    /// The intent is aimed at another wallet.
    public static let notThisWallet = RefusalCode(rawValue: "not_this_wallet")
    /// The platform does not know the device that signed.
    public static let deviceUnknown = RefusalCode(rawValue: "device_unknown")
    /// The device that signed was revoked.
    public static let deviceRevoked = RefusalCode(rawValue: "device_revoked")
    /// The wallet may not decide anything at present.
    public static let walletBlocked = RefusalCode(rawValue: "wallet_blocked")
    /// There is no such intent.
    public static let intentUnknown = RefusalCode(rawValue: "intent_unknown")
    /// What the person saw is not what the platform has.
    public static let termsChanged = RefusalCode(rawValue: "terms_changed")
    /// The wallet holds too little.
    public static let insufficientBalance = RefusalCode(rawValue: "insufficient_balance")
    /// The device's signature did not hold.
    public static let proofInvalid = RefusalCode(rawValue: "proof_invalid")
    /// The payment is beyond what the wallet may pay.
    public static let limitExceeded = RefusalCode(rawValue: "limit_exceeded")

    /// The codes by which the platform refuses a decision for good. An answer with any other says nothing.
    static let final: Set<RefusalCode> = [
        .intentExpired, .intentNotPayable, .idempotencyMismatch, .notThisWallet, .deviceUnknown, .deviceRevoked,
        .walletBlocked, .intentUnknown, .termsChanged, .insufficientBalance, .proofInvalid, .limitExceeded,
    ]

    /// Whether logging in again, which registers the device anew, may help.
    public var callsForLogin: Bool { self == .deviceUnknown || self == .deviceRevoked }
}

/// Why a decision was refused: a code for programs, a sentence for people.
public struct DecisionRefusal: Hashable, Sendable {
    /// What a program decides by, for example whether to offer a login.
    public var code: RefusalCode
    /// A sentence for people: the platform's, or the wallet's where it found out by asking. Fit to be shown.
    public var message: String

    package init(code: RefusalCode, message: String) {
        self.code = code
        self.message = message
    }
}
