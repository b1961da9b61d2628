import FexValues

/// What a decision meets, and what follows: a pure function of how things stand.
enum DecisionRuling: Hashable, Sendable {
    /// It takes effect.
    case effective
    /// It doesn't, and nothing has changed.
    ///
    /// `detail`: more on what is wrong, for people, if there is more to say.
    case refused(DecisionRefusal, detail: String? = nil)

    /// Judges a decision whose proof has been found good.
    static func judge(_ request: DecisionRequest, on intent: Intent?, by wallet: Wallet) -> DecisionRuling {
        guard let intent else { return .refused(.intentUnknown) }
        let isAimedHere = intent.targetWalletID == wallet.id
        let isAimedElsewhere = intent.targetWalletID != nil && !isAimedHere
        if isAimedElsewhere || (request.kind != .pay && !isAimedHere) { return .refused(.notThisWallet) }
        guard request.agreesWithTerms(of: intent) else { return .refused(.termsChanged) }
        guard intent.status.after(request.kind.event) != nil else {
            return .refused(intent.status == .expired ? .intentExpired : .intentNotPayable)
        }
        guard request.kind.movesMoney else { return .effective }
        // The contract has no code of its own for a wallet of another currency: of this one it holds nothing.
        guard wallet.currency == intent.amount.currency else {
            return .refused(.insufficientBalance, detail: "it holds another currency")
        }
        guard wallet.balance.minorUnits >= intent.amount.minorUnits else { return .refused(.insufficientBalance) }
        return .effective
    }
}

/// Why a decision doesn't take effect: the codes of the wallet's contract, by which a refusal is the platform's word.
///
/// The contract's `limit_exceeded` is not among them: the sandbox knows no limits.
enum DecisionRefusal: String, Hashable, Sendable, CaseIterable {
    case idempotencyMismatch = "idempotency_mismatch"
    case intentExpired = "intent_expired"
    case intentNotPayable = "intent_not_payable"
    case notThisWallet = "not_this_wallet"
    case deviceUnknown = "device_unknown"
    case deviceRevoked = "device_revoked"
    case walletBlocked = "wallet_blocked"
    case intentUnknown = "intent_unknown"
    case termsChanged = "terms_changed"
    case insufficientBalance = "insufficient_balance"
    case proofInvalid = "proof_invalid"

    /// The refusal as the wallet reads it.
    ///
    /// - Parameters:
    ///   - detail: More on what is wrong, if there is more to say.
    ///   - intent: The intent as it stands, for refusals on which the wallet has to look at it.
    func error(detail: String? = nil, intent: JSON? = nil) -> PlatformError {
        let message = detail.map { "\(text): \($0)" } ?? text
        var error: PlatformError
        switch self {
        case .idempotencyMismatch, .intentExpired, .intentNotPayable:
            error = .conflict(message, code: rawValue)
        case .notThisWallet, .deviceUnknown, .deviceRevoked, .walletBlocked:
            error = .forbidden(message, code: rawValue)
        case .intentUnknown:
            error = .notFound(message, code: rawValue)
        case .termsChanged, .insufficientBalance, .proofInvalid:
            error = .unprocessable(message, code: rawValue)
        }
        if let intent, [.intentExpired, .intentNotPayable, .termsChanged].contains(self) {
            error.members.append(JSONObject.Member("payment_intent", intent))
        }
        return error
    }

    private var text: String {
        switch self {
        case .idempotencyMismatch: "this Idempotency-Key was used for another request"
        case .intentExpired: "the payment intent has expired"
        case .intentNotPayable: "the payment intent can no longer be decided on"
        case .notThisWallet: "the payment intent is not aimed at this wallet"
        case .deviceUnknown: "no such device is registered for this wallet"
        case .deviceRevoked: "this device has been removed from the wallet"
        case .walletBlocked: "the wallet is not on file any more"
        case .intentUnknown: "there is no payment intent with this id"
        case .termsChanged: "amount, currency or merchant are not those of the payment intent"
        case .insufficientBalance: "the wallet holds too little money"
        case .proofInvalid: "the proof is not valid"
        }
    }
}
