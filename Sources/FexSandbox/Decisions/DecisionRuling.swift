import WalletCore

/// What a decision meets, and what follows: a pure function of how things stand.
enum DecisionRuling: Hashable, Sendable {
    /// It takes effect.
    case effective
    /// It doesn't, and nothing has changed.
    case refused(Refusal)

    /// Why a decision doesn't take effect.
    enum Refusal: String, Hashable, Sendable, CaseIterable {
        case idempotencyMismatch = "idempotency_mismatch"
        case unknownDevice = "unknown_device"
        case proofInvalid = "proof_invalid"
        case notFound = "not_found"
        case notAimedHere = "not_aimed_at_wallet"
        case termsChanged = "terms_changed"
        case intentExpired = "intent_expired"
        case intentNotPayable = "intent_not_payable"
        case currencyMismatch = "currency_mismatch"
        case insufficientBalance = "insufficient_balance"
    }

    /// Judges a decision whose proof has been found good.
    static func judge(_ request: DecisionRequest, on intent: Intent?, by wallet: Wallet) -> DecisionRuling {
        guard let intent else { return .refused(.notFound) }
        let isAimedHere = intent.targetWalletID == wallet.id
        let isAimedElsewhere = intent.targetWalletID != nil && !isAimedHere
        if isAimedElsewhere || (request.kind != .pay && !isAimedHere) { return .refused(.notAimedHere) }
        guard request.agreesWithTerms(of: intent) else { return .refused(.termsChanged) }
        guard intent.status.after(request.kind.event) != nil else {
            return .refused(intent.status == .expired ? .intentExpired : .intentNotPayable)
        }
        guard request.kind.movesMoney else { return .effective }
        guard wallet.currency == intent.amount.currency else { return .refused(.currencyMismatch) }
        guard wallet.balance.minorUnits >= intent.amount.minorUnits else { return .refused(.insufficientBalance) }
        return .effective
    }
}

extension DecisionRuling.Refusal {
    /// The refusal as the wallet reads it.
    ///
    /// - Parameters:
    ///   - detail: More on what is wrong, if there is more to say.
    ///   - intent: The intent as it stands, for refusals on which the wallet has to look at it.
    func error(detail: String? = nil, intent: JSON? = nil) -> PlatformError {
        let message = detail.map { "\(text): \($0)" } ?? text
        var error: PlatformError
        switch self {
        case .notFound:
            error = .notFound(message)
        case .notAimedHere, .unknownDevice:
            error = .forbidden(message, code: rawValue)
        case .idempotencyMismatch, .intentExpired, .intentNotPayable:
            error = .conflict(message, code: rawValue)
        case .proofInvalid, .termsChanged, .currencyMismatch, .insufficientBalance:
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
        case .unknownDevice: "no such device is registered for this wallet"
        case .proofInvalid: "the proof is not valid"
        case .notFound: "there is no payment intent with this id"
        case .notAimedHere: "the payment intent is not aimed at this wallet"
        case .termsChanged: "amount, currency or merchant are not those of the payment intent"
        case .intentExpired: "the payment intent has expired"
        case .intentNotPayable: "the payment intent can no longer be decided on"
        case .currencyMismatch: "the wallet holds another currency"
        case .insufficientBalance: "the wallet holds too little money"
        }
    }
}
