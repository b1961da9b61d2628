import FexValues
import GRDB

extension StoreTransaction {
    /// The intent with an id.
    func intent(_ id: String) throws -> Intent? {
        try row(Intent.selection + " WHERE i.id = ?", [id]).map(Intent.init)
    }

    /// A page of a merchant's intents, newest first; of all merchants' for `nil`.
    func intents(merchantID: String?, page: Page) throws -> (intents: [Intent], total: Int64) {
        let filter = merchantID == nil ? "?1 IS NULL" : "i.merchant_id = ?1"
        let total = try count("SELECT COUNT(*) FROM intents i WHERE \(filter)", [merchantID])
        let rows = try rows(
            Intent.selection + " WHERE \(filter) ORDER BY i.position DESC LIMIT ?2 OFFSET ?3",
            [merchantID, page.limit, page.offset])
        return (try rows.map(Intent.init), total)
    }

    /// Makes an intent.
    func insert(_ intent: Intent) throws {
        try run(
            """
            INSERT INTO intents (id, merchant_id, counter_id, amount, currency, status, description, reference,
              callback_url, metadata, qr_code_url, target_wallet_id, approval_seq, completed_by, completed_at,
              created_at, updated_at, expires_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                intent.id, intent.merchantID, intent.counterID, intent.amount.minorUnits, intent.amount.currency.code,
                intent.status.rawValue, intent.description, intent.reference, intent.callbackURL, intent.metadata,
                intent.qrCodeURL, intent.targetWalletID, intent.approvalSeq, intent.completedBy,
                intent.completedAt?.milliseconds, intent.createdAt.milliseconds, intent.updatedAt.milliseconds,
                intent.expiresAt.milliseconds,
            ])
    }

    /// Moves an intent along an edge of ``IntentStatus``, and enqueues the webhook that tells its merchant.
    ///
    /// - Returns: The intent afterwards, or `nil` where the event can't happen as things stand.
    func apply(
        _ event: IntentStatus.Event, to intent: Intent, by walletID: String? = nil, reason: String? = nil
    ) throws -> Intent? {
        guard let status = intent.status.after(event) else { return nil }
        var moved = intent
        moved.status = status
        moved.updatedAt = now
        if status == .completed {
            moved.completedBy = walletID
            moved.completedAt = now
        }
        if status == .refunded { moved.refundStatus = .initiated }
        if moved.targetWalletID != nil { moved.approvalSeq = try nextApprovalSeq() }
        try run(
            """
            UPDATE intents SET status = ?, updated_at = ?, completed_by = ?, completed_at = ?, approval_seq = ?,
              decline_reason = ?, refund_status = ? WHERE id = ?
            """,
            [
                status.rawValue, now.milliseconds, moved.completedBy, moved.completedAt?.milliseconds,
                moved.approvalSeq, reason, moved.refundStatus?.rawValue, intent.id,
            ])
        try enqueueWebhook(for: moved)
        return moved
    }

    /// Expires every open intent whose time has come.
    func expireDueIntents() throws {
        let due = try rows(
            Intent.selection + " WHERE i.status IN ('pending', 'pending_approval') AND i.expires_at <= ?",
            [now.milliseconds])
        for row in due { _ = try apply(.expire, to: Intent(row)) }
    }

    /// When something happens by itself next: an open intent expires, or a refund is posted.
    func nextDue() throws -> Timestamp? {
        let expiry = try row(
            "SELECT MIN(expires_at) AS next FROM intents WHERE status IN ('pending', 'pending_approval')")
        let refund = try row("SELECT MIN(due_at) AS next FROM refunds WHERE posted_at IS NULL")
        return [expiry, refund].compactMap { $0?.timestamp("next") }.min()
    }

    /// The next number of the feed of approvals; each change of an aimed intent takes one.
    func nextApprovalSeq() throws -> Int64 {
        try run("UPDATE sequences SET value = value + 1 WHERE name = 'approval'")
        return try count("SELECT value FROM sequences WHERE name = 'approval'")
    }
}
