import FexValues

/// What of a ledger that was read is, or may be, the payment of one decision's intent.
struct PaymentTraces: Hashable, Sendable {
    /// The rows that name the intent, oldest first.
    var named: [LedgerTransaction] = []
    /// Rows of its amount that name no intent.
    var unnamed: [LedgerTransaction] = []
    /// Rows that could not be taken in, and say of no other intent.
    var kept: [QuarantinedRow] = []
    /// Whether so many could not be taken in that one may be forgotten.
    var mayBeLost = false

    /// Whether there is nothing that may be it.
    var isEmpty: Bool { named.isEmpty && unnamed.isEmpty && kept.isEmpty && !mayBeLost }

    /// Adds what was found elsewhere.
    mutating func add(_ other: PaymentTraces) {
        named += other.named
        unnamed += other.unnamed
        kept += other.kept
        mayBeLost = mayBeLost || other.mayBeLost
    }

    /// Adds what rows tell that were read, and are not stored.
    ///
    /// - Parameter foundAt: When a row that can't be read was first refused, by its key.
    mutating func add(
        _ rows: FeedRows<LedgerTransaction>, of decision: Decision, by wallet: WalletID,
        foundAt: (String) -> Timestamp
    ) {
        let taken = rows.taken.map(\.value)
        named += taken.filter { $0.intent == decision.terms.intent }
        unnamed += taken.filter { $0.mayBeUnnamedPayment(of: decision, by: wallet) }
        kept += rows.refused.map { QuarantinedRow($0, foundAt: foundAt($0.key)) }.filter {
            $0.mayBePayment(of: decision)
        }
    }
}

extension LedgerTransaction {
    /// Whether it names no intent, and may by amount, time and account be the payment of a decision's.
    func mayBeUnnamedPayment(of decision: Decision, by wallet: WalletID?) -> Bool {
        intent == nil && amount == decision.terms.amount && decision.effectTimes.contains(createdAt)
            && (fromAccount == nil || wallet == nil || fromAccount == wallet?.rawValue)
    }

    /// Whether it is the payment of these terms by a wallet, and done.
    func isPayment(of terms: Terms, by wallet: WalletID?) -> Bool {
        type == .payment && intent == terms.intent && amount == terms.amount
            && [.completed, .refunded].contains(status)
            && (fromAccount == nil || fromAccount == wallet?.rawValue)
    }
}
