import FexValues
import WalletCore
import WalletDocuments

extension CommandContext {
    /// The intent as it is now, or as it was last seen, which is said.
    ///
    /// - Throws: ``PlatformError`` if it was never seen on this device either.
    func current(_ id: IntentID) async throws -> PaymentIntent {
        let (intent, failure) = try await wallet.intents.fetchOrLoad(id)
        if let failure { terminal.note("\(failure); going by what was last seen") }
        return intent
    }

    /// Shows what would be decided on, asks the person as far as they have not agreed yet, decides, and reports.
    ///
    /// - Parameter consent: How they have agreed; `nil` where they have to be asked.
    func decide(
        _ kind: DecisionKind, on intent: PaymentIntent, reason: String? = nil, consent: Consent?
    ) async throws {
        var consent = consent
        // What was agreed to beforehand is for the core to take or to refuse: whoever said so wants no question.
        if consent != .preauthorised {
            let required = kind.movesMoney ? try await wallet.limits.requiredConsent(for: intent.terms) : .asked
            if consent.map({ $0 < required }) ?? true {
                consent = try ask(kind, intent, byTyping: required == .amountTyped)
            }
        }
        let result = try await wallet.decisions.decide(
            kind, on: intent.terms, reason: reason, consent: consent ?? .preauthorised)
        if result.decision.state == .confirmed, kind.movesMoney {
            // The balance shown next should be the one after; a failure to learn it is no failure of the payment.
            _ = try? await wallet.sync.refreshAccount()
        }
        try await report(result)
    }

    /// Shows the terms, and asks for a yes to them, or for their amount.
    private func ask(_ kind: DecisionKind, _ intent: PaymentIntent, byTyping: Bool) throws -> Consent {
        terminal.show(intent.shownTerms)
        let terms = "\(kind.question) \(intent.amount) to \(intent.quotedPayee)?"
        let isAgreed: Bool?
        if byTyping {
            let question = Question(text: "\(terms) To agree, type the amount.", choices: intent.amount.currency.code)
            isAgreed = question.askForLine().map { intent.amount.isTyped(as: $0) }
        } else {
            isAgreed = Question(text: terms, choices: "y/N").ask().map { $0 == .yes }
        }
        switch isAgreed {
        case true?: return byTyping ? .amountTyped : .asked
        case false?: throw CommandFailure(.refused, "not_agreed", "nothing was done")
        case nil:
            throw CommandFailure(
                .usage, "no_terminal", "there is no terminal to ask on, and no --yes: nothing was done")
        }
    }

    /// Prints where a decision stands, and ends as the decision did.
    ///
    /// - Throws: Where that can't be written, an error that says it in the place of the output.
    func report(_ result: DecisionResult) async throws {
        var failure = result.failure
        // What waits for a login is not sent later by itself.
        if failure?.status == .queued, await hasSessionEnded() {
            failure?.status = .noPermission
            failure?.code = SessionError.ended.code
            failure?.description += " \(CommandContext.logInAdvice)"
        }
        let sentence = failure?.description ?? result.sentence
        do { try terminal.result(result.outputDocument, text: sentence) } catch {
            throw error.afterDoing(sentence, money: result.money)
        }
        if let failure { throw ReportedFailure(failure: failure) }
    }

    /// What to do where nobody is logged in any more.
    static let logInAdvice = "Log in again: `wallet-cli login`."

    private func hasSessionEnded() async -> Bool {
        do { try await wallet.account.check() } catch { return error as? SessionError == .ended }
        return false
    }
}

/// A failure whose sentence the result already holds: repeated on standard error only for programs.
struct ReportedFailure: Error {
    var failure: CommandFailure
}

extension DecisionKind {
    fileprivate var question: String {
        switch self {
        case .pay: "Pay"
        case .approve: "Approve paying"
        case .decline: "Decline paying"
        }
    }
}
