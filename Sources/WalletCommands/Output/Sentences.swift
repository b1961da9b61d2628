import FexValues
import WalletCore
import WalletDocuments

// What people read. Everything from outside is made fit for a terminal on its way in here: on its own in a column, in quotation
// marks in a sentence.

extension PaymentIntent {
    /// The payee as a person reads them: a name is anybody's to choose, the id beside it is the platform's.
    var shownPayee: String {
        guard let name = shownName else { return "\(merchantID) (no name)" }
        return "\(TerminalText.shown(name, columns: 80)) (\(merchantID))"
    }

    /// The payee as a person is asked about them.
    var quotedPayee: String {
        guard let name = shownName else { return "\(merchantID) (no name)" }
        return "\(TerminalText.quoted(name, columns: 80)) (\(merchantID))"
    }

    /// The payee in a sentence: by their name, or by their id where they have none.
    var quotedMerchant: String {
        shownName.map { TerminalText.quoted($0, columns: 80) } ?? merchantID.rawValue
    }

    /// The terms as a person is asked about them.
    var shownTerms: String {
        let purpose = TerminalText.visible(summary, columns: 120)
        return """
              Amount    \(amount)
              Merchant  \(shownPayee)
              For       \(purpose ?? "-")
              Expires   \(expiresAt)
              Status    \(status)
              Intent    \(id)
            """
    }
}

extension DecisionResult {
    /// Where the decision stands, in a sentence.
    var sentence: String {
        let amount = decision.terms.amount
        let merchant = intent?.quotedMerchant ?? decision.terms.merchant.rawValue
        let reason = decision.shownReason ?? "it is being sent at this moment"
        switch decision.state {
        case .confirmed:
            switch decision.kind {
            case .pay: return "Paid \(amount) to \(merchant)."
            case .approve: return "Approved: paid \(amount) to \(merchant)."
            case .decline: return "Declined \(amount) to \(merchant). No money moved."
            }
        case .refused:
            // A no that came too late: another of the customer's devices had said yes.
            let money = hasPaid ? "" : " No money moved."
            let advice = decision.refusal?.code.callsForLogin == true ? " \(CommandContext.logInAdvice)" : ""
            return "Refused, \(amount) to \(merchant): \(reason).\(money)\(advice)"
        case .lapsed: return "Lapsed, \(amount) to \(merchant): \(reason). No money moved."
        case .cancelled: return "Taken back before it was sent, \(amount) to \(merchant). No money moved."
        case .recorded, .waiting:
            return "Queued, not sent yet: \(reason). No money moved; it is tried again with `sync`."
        case .sending, .unknown:
            return "The outcome is not known yet: \(reason). `sync` asks the platform; paying again is not needed."
        }
    }

    /// What to report beside the result where the decision has not taken effect.
    var failure: CommandFailure? {
        let status = ExitStatus(decision.state)
        guard status != .done else { return nil }
        var failure = CommandFailure(status, status == .queued ? "queued" : decision.state.rawValue, sentence)
        if let code = decision.refusal?.code, code.callsForLogin {
            (failure.status, failure.code) = (.noPermission, code.rawValue)
        }
        failure.money = money
        if status == .queued { failure.retry = .sameKey }
        return failure
    }
}

extension ApprovalRequest {
    /// The request on one line.
    var line: String {
        let purpose = TerminalText.visible(intent.summary, columns: 60) ?? ""
        let merchant = intent.shownName.map { TerminalText.shown($0, columns: 80) } ?? "\(intent.merchantID) (no name)"
        var parts = [intent.id.rawValue, state.rawValue, intent.amount.description, merchant, purpose]
        if let changedFrom { parts.append("(changed: it was \(changedFrom.amount) to \(changedFrom.merchant))") }
        if let repeats { parts.append("(looks like a repeat of \(repeats))") }
        return parts.filter { !$0.isEmpty }.joined(separator: "  ")
    }
}

extension LedgerTransaction {
    /// The entry on one line, its id last: it is long, and for `show`.
    var line: String {
        let name = merchantName.map { TerminalText.visible($0, columns: 40) ?? "(no name)" } ?? ""
        let purpose = TerminalText.visible(summary, columns: 60) ?? ""
        let type = TerminalText.shown(self.type.rawValue, columns: 20)
        let status = TerminalText.shown(self.status.rawValue, columns: 20)
        let parts = [createdAt.description, type, status, amount.description, name, purpose, id.rawValue]
        return parts.filter { !$0.isEmpty }.joined(separator: "  ")
    }
}

extension Decision {
    /// Why it stands where it does, as it stands in a sentence: the platform's word is quoted.
    var shownReason: String? {
        guard let reason else { return nil }
        return refusal == nil ? TerminalText.sentence(reason, columns: 512) : TerminalText.quoted(reason, columns: 200)
    }
}

extension Duration {
    /// How long ago something was, in the largest unit that it was at least once.
    var ago: String {
        let seconds = Int(components.seconds)
        let units = [(86_400, "day"), (3600, "hour"), (60, "minute"), (1, "second")]
        guard let (length, name) = units.first(where: { seconds >= $0.0 }) else { return "just now" }
        return (seconds / length).counted(name).map { "\($0) ago" } ?? "just now"
    }
}

extension Int {
    /// How many of something, "2 requests"; `nil` for none.
    func counted(_ thing: String) -> String? {
        self == 0 ? nil : self == 1 ? "1 \(thing)" : "\(self) \(thing)s"
    }
}
