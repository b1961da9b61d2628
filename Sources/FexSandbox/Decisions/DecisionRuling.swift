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
