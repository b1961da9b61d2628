import FexValues

/// What is settled about a decision.
enum Verdict: Hashable, Sendable {
    /// It took effect.
    case confirmed
    /// The platform refused it, or something else was decided first: it never takes effect.
    case refused(DecisionRefusal)
    /// Its time ran out before it could take effect.
    case lapsed
    /// Nothing: what was heard is not the platform's word on it. With what was heard, for people.
    case inconclusive(String)
}

/// What came of asking the platform how an intent stands.
enum Finding: Hashable, Sendable {
    /// It settles the decision.
    case settled(Verdict)
    /// It leaves the decision open: within its time the same call, with the same key, may settle it.
    case undecided
    /// It can't be understood: nothing new is said yes to, and what may have been sent is asked after. With what was seen.
    case notUnderstood(String)
    /// Nobody could be asked; with the problem.
    case unavailable(String)
}

/// What this wallet's own ledger says about the payment of an intent.
enum LedgerFinding: Hashable, Sendable {
    /// This wallet has paid it.
    case paid(LedgerTransaction)
    /// It has not, by a whole ledger that was read after the intent was, and has no row that may be the payment.
    case notPaid
    /// A payment does not stand in both its forms, or they can't be searched for it.
    case unclear
    /// The ledger can't be had or may be an old one, or tells of no finished payment of these terms.
    case silent
}

/// Judges what was heard about one decision: a value that asks nobody.
///
/// Gateways, firewalls and captive portals answer in the platform's place, also after it has done its work. So only what
/// the platform is documented to say, about these very terms, settles a decision. Everything else is inconclusive.
struct AnswerJudge: Hashable, Sendable {
    let kind: DecisionKind
    let terms: Terms
    /// Whose decision it is; `nil` where a mended database does not know.
    var wallet: WalletID?
    /// Whether this device has sent an earlier decision on the intent: who was first may have been that.
    var isSecond = false

    // MARK: An answer to the decision

    /// Judges an answer to the decision itself.
    ///
    /// - Parameter isKnownAsPaid: Whether this device knows that this wallet has paid the intent. Then no refusal is
    ///   believed: an earlier attempt took effect.
    func verdict(on answer: DecisionAnswer, isKnownAsPaid: Bool) -> Verdict {
        switch answer.status {
        case 200: confirmation(in: answer)
        case 400..<500: refusal(in: answer, isKnownAsPaid: isKnownAsPaid)
        default: .inconclusive(said("HTTP \(answer.status)"))
        }
    }

    private func confirmation(in answer: DecisionAnswer) -> Verdict {
        func contradicts(_ what: String) -> Verdict { .inconclusive("the answer contradicts itself: \(what)") }
        guard answer.document["success"] == true else { return contradicts("it does not say that it succeeded") }
        guard let intent = answer.intent else { return contradicts("it shows no payment intent") }
        guard intent.terms == terms else { return contradicts("it is about something else") }
        guard intent.status == (kind == .decline ? .declined : .completed) else {
            return contradicts("the request is \"\(intent.status)\"")
        }
        if let payer = intent.completedBy, payer != wallet { return contradicts("another wallet paid") }
        switch answer.transaction {
        case .absent: return .confirmed
        case .malformed: return contradicts("its transaction can't be read")
        case .present(let transaction):
            guard kind.movesMoney, isPayment(transaction) else { return contradicts("its transaction is another one") }
            return .confirmed
        }
    }

    private func refusal(in answer: DecisionAnswer, isKnownAsPaid: Bool) -> Verdict {
        let message = answer.message ?? "HTTP \(answer.status)"
        guard answer.document["success"] == false, let code = answer.code, RefusalCode.final.contains(code) else {
            return .inconclusive(said("\(PlainText.quoted(message)) (HTTP \(answer.status))"))
        }
        let mayBePaid = isKnownAsPaid || answer.intent.map(mayBePaidByThisWallet) == true
        guard !mayBePaid || !kind.movesMoney else {
            return .inconclusive("it was refused (\(code.rawValue)), but this wallet may have paid the request")
        }
        switch code {
        case .intentExpired: return .lapsed
        case .intentNotPayable:
            let isThis = answer.intent?.id == terms.intent
            let first = isThis ? answer.intent.flatMap(describeFirstDecision) : nil
            return .refused(DecisionRefusal(code: code, message: first ?? message))
        default: return .refused(DecisionRefusal(code: code, message: message))
        }
    }

    private func said(_ what: String) -> String { "the platform, or something before it, said \(what)" }

    // MARK: The intent

    /// Judges an intent that the platform was asked for.
    ///
    /// - Parameter ledger: What this wallet's ledger says, where the intent is paid.
    func finding(on intent: PaymentIntent, ledger: LedgerFinding) -> Finding {
        if case .paid(let payment) = ledger, kind.movesMoney, isPayment(payment) { return .settled(.confirmed) }
        guard intent.terms == terms else {
            return intent.status.isOpen ? .undecided : .notUnderstood("the platform shows other terms now")
        }
        switch intent.status {
        case .pending, .pendingApproval: return .undecided
        case _ where ledger == .unclear && kind.movesMoney:
            return .notUnderstood("the request is \"\(intent.status)\", and the ledger may have its payment")
        case .expired: return .settled(.lapsed)
        case .declined where kind == .decline: return .settled(.confirmed)
        case .completed, .refunded:
            // This wallet may have paid from another device, and the ledger not show it yet.
            guard kind == .decline || ledger == .notPaid && !isPaidByThisWallet(intent) else { return .undecided }
            return .settled(refusedByOthers(intent))
        case .cancelled, .declined: return .settled(refusedByOthers(intent))
        default: return .notUnderstood("the request is \"\(intent.status)\" at the platform")
        }
    }

    /// Judges that an intent could not be had.
    ///
    /// - Parameter ledger: What this wallet's ledger says, as far as it can be had.
    func finding(on error: PlatformError, ledger: LedgerFinding) -> Finding {
        if case .paid(let payment) = ledger, kind.movesMoney, isPayment(payment) { return .settled(.confirmed) }
        guard error.isAnswer else { return .unavailable("\(error)") }
        // A platform that was restored from a backup may have lost the intent, and the payment with it.
        if ledger == .notPaid, error.refusal?.code == RefusalCode.intentUnknown.rawValue { return .settled(.lapsed) }
        return .notUnderstood("\(error)")
    }

    private func refusedByOthers(_ intent: PaymentIntent) -> Verdict {
        let first = describeFirstDecision(intent) ?? "something else was decided first"
        return .refused(DecisionRefusal(code: .intentNotPayable, message: first))
    }

    /// Whether an intent says that this wallet has paid it: what is aimed at a wallet no other can pay. Where it isn't known
    /// whose decision it is, that may be so of each.
    func isPaidByThisWallet(_ intent: PaymentIntent) -> Bool {
        guard intent.id == terms.intent, intent.status.isPaid, let payer = intent.payer else { return false }
        return wallet == nil || payer == wallet
    }

    /// Whether this wallet can have paid an intent, by what that says.
    private func mayBePaidByThisWallet(_ intent: PaymentIntent) -> Bool {
        isPaidByThisWallet(intent) || intent.id == terms.intent && intent.status.isPaid && intent.payer == nil
    }

    /// Whether a transaction is the payment of these terms by this wallet, and done.
    func isPayment(_ transaction: LedgerTransaction) -> Bool {
        transaction.isPayment(of: terms, by: wallet)
    }

    /// A sentence on who decided on an intent, and when, told to the owner of the wallet.
    private func describeFirstDecision(_ intent: PaymentIntent) -> String? {
        let when = (intent.completedAt ?? intent.updatedAt).map { " at \($0)" } ?? ""
        switch intent.status {
        case .completed, .refunded:
            let isOurs = intent.payer != nil && intent.payer == wallet
            let yes = isSecond ? "an earlier yes of yours" : "another of your devices"
            return "\(isOurs ? yes : "another wallet") paid it first\(when)"
        case .declined:
            return "\(isSecond ? "an earlier no of yours" : "another of your devices") declined it first\(when)"
        case .cancelled: return "the merchant withdrew it first\(when)"
        default: return nil
        }
    }
}

extension PaymentIntent {
    /// Whose wallet has paid it, if it is paid and says so.
    fileprivate var payer: WalletID? { completedBy ?? targetWallet }
}

extension PlatformError {
    /// Whether somebody has answered with a document, though not with what was asked for.
    fileprivate var isAnswer: Bool {
        switch reason {
        case .transport: isTooLong
        case .malformed, .unavailable: false
        case .refused, .refusedByOther, .unknownCurrency: true
        }
    }
}
