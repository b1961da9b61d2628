import FexValues
import GRDB

/// How long the ledger takes to post a refund.
enum Refund {
    /// Milliseconds from the merchant's call to the posting; "within seconds", as published.
    static let postingDelay: Int64 = 2_000
}

extension StoreTransaction {
    /// Begins to pay an intent back in full; the ledger posts it ``Refund/postingDelay`` later.
    ///
    /// - Throws: ``PlatformError`` 404, 409 where the intent is not paid or a refund was issued already, or 422 where
    ///   the wallet that paid is not on file any more.
    func refundIntent(_ id: String, for principal: Principal) throws -> Intent {
        let intent = try intent(id, for: principal)
        guard intent.status != .refunded else {
            throw PlatformError.conflict("a refund has already been issued for this payment intent")
        }
        guard intent.status.after(.refund) != nil else {
            throw PlatformError.conflict("a payment intent that is \(intent.status.rawValue) can't be refunded")
        }
        guard let walletID = intent.completedBy, try isOnFile(walletID: walletID) else {
            throw PlatformError.unprocessable("there is no customer wallet on file to refund")
        }
        guard let refunded = try apply(.refund, to: intent) else {
            throw PlatformError.conflict("a payment intent that is \(intent.status.rawValue) can't be refunded")
        }
        try run(
            "INSERT INTO refunds (intent_id, requested_at, due_at) VALUES (?, ?, ?)",
            [id, now.milliseconds, now.milliseconds + Refund.postingDelay])
        return refunded
    }

    /// Posts every refund whose time has come: the money moves, the intent says so, the wallet is told.
    func postDueRefunds() throws {
        let due = try rows(
            """
            SELECT i.*, m.business_name AS merchant_name FROM refunds r
            JOIN intents i ON i.id = r.intent_id JOIN merchants m ON m.id = i.merchant_id
            WHERE r.posted_at IS NULL AND r.due_at <= ? ORDER BY r.due_at, i.position
            """,
            [now.milliseconds])
        for row in due { try post(Intent(row)) }
    }

    private func post(_ refunded: Intent) throws {
        guard let walletID = refunded.completedBy else { return }
        let transaction = try postRefund(of: refunded, to: walletID)
        let seq = refunded.targetWalletID == nil ? nil : try nextApprovalSeq()
        try run(
            """
            UPDATE intents SET refund_status = ?, refund_ledger_tx_id = ?, updated_at = ?, approval_seq = ? WHERE id = ?
            """,
            [RefundStatus.completed.rawValue, transaction.id, now.milliseconds, seq, refunded.id])
        try run("UPDATE refunds SET posted_at = ? WHERE intent_id = ?", [now.milliseconds, refunded.id])
        try touchBalance(walletID: walletID)
    }
}

/// How far a refund has come.
enum RefundStatus: String, Hashable, Sendable {
    /// It was asked for, and will be posted.
    case initiated
    /// The ledger has posted it.
    case completed
}
