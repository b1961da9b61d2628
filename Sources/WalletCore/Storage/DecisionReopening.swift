import FexValues
import GRDB

/// Opens decisions again that were said to have come to nothing, where the ledger shows a payment of them.
struct DecisionReopening {
    private let db: Database
    private let now: Timestamp
    private let wallet: WalletID?

    private static let mayBePaid = "decision.state IN ('refused', 'lapsed') AND decision.may_have_left"

    /// - Returns: `nil` where no decision can be meant, as is nearly always so.
    init?(_ db: Database, at now: Timestamp) throws {
        let sql = "SELECT EXISTS (SELECT 1 FROM decision INDEXED BY decision_that_may_be_paid WHERE \(Self.mayBePaid))"
        guard try db.step(sql) == 1 else { return nil }
        self.db = db
        self.now = now
        wallet = try Account.load(db)?.wallet
    }

    /// Takes in a transaction that was stored.
    ///
    /// - Returns: The decision that is open again by it.
    func take(_ transaction: LedgerTransaction) throws -> DecisionID? {
        guard let intent = transaction.intent else { return nil }
        let found = try Decision.fetch(
            db,
            from: "decision INDEXED BY decision_that_may_be_paid LEFT JOIN outbox ON outbox.decision_id = decision.id",
            "WHERE decision.intent_id = ? AND \(Self.mayBePaid) ORDER BY decision.rowid DESC LIMIT 1",
            [intent.rawValue])
        guard var decision = found.first, transaction.isPayment(of: decision.terms, by: wallet),
            decision.effectTimes.contains(transaction.createdAt), try !isPaidByAnother(intent),
            try Decision.loadStanding(on: intent, db) == nil, decision.reopen(at: now)
        else { return nil }
        try decision.update(db)
        return decision.id
    }

    /// Whether the platform has said that another wallet has paid.
    private func isPaidByAnother(_ intent: IntentID) throws -> Bool {
        guard let payer = try PaymentIntent.load(intent, db)?.completedBy else { return false }
        return payer != wallet
    }
}
