import FexValues
import GRDB

extension WalletStore {
    /// Everything known of an intent; where nothing is, of a transaction.
    func loadRecord(of intent: IntentID?, or transaction: TransactionID?) async throws -> PaymentRecord? {
        try await read { try PaymentRecord.fetch(intent, or: transaction, $0) }
    }

    /// Everything known of an intent; where nothing is, of a transaction: now and again whenever that changes.
    func watchRecord(
        of intent: IntentID?, or transaction: TransactionID?
    ) -> StoreValues<PaymentRecord?> {
        watch { try PaymentRecord.fetch(intent, or: transaction, $0) }
    }
}

extension PaymentRecord {
    fileprivate static func fetch(
        _ intent: IntentID?, or transaction: TransactionID?, _ db: Database
    ) throws -> PaymentRecord? {
        var record = try PaymentRecord(of: intent, db)
        guard record.isEmpty else { return record }
        guard let transaction = try LedgerTransaction.fetch(db, transaction) else { return nil }
        record = try PaymentRecord(of: transaction.intent, db)
        // Without an intent it is all there is.
        if record.transactions.isEmpty { record.transactions = [transaction] }
        return record
    }

    /// Reads the same tables whether there is an intent or not: it may be watched before there is one.
    private init(of id: IntentID?, _ db: Database) throws {
        let sql = """
            SELECT document, first_seen_at
            FROM payment_intent LEFT JOIN approval ON approval.intent_id = payment_intent.id WHERE payment_intent.id = ?
            """
        let known = try db.row(sql, [id?.rawValue]) { row in
            (
                intent: try PaymentIntent(stored: row.text(0, "payment_intent.document")),
                firstSeenAt: try row.optionalTime(1, "approval.first_seen_at")
            )
        }
        (intent, firstSeenAt) = (known?.intent, known?.firstSeenAt)
        decisions = try Decision.fetch(
            db, "WHERE decision.intent_id = ? ORDER BY decision.rowid DESC", [id?.rawValue])
        transactions = try LedgerTransaction.fetch(db, of: id)
    }
}
