import FexValues
import GRDB

extension StoreTransaction {
    /// Writes down the webhook that an intent's new status calls for, to be sent after this transaction is committed.
    ///
    /// It goes to the intent's `callback_url`, else the counter's `webhook_url`, else the merchant's; where there is none
    /// nobody is told.
    func enqueueWebhook(for intent: Intent) throws {
        guard let event = WebhookEvent(intent.status, isExtended: extendsWebhooks),
            let url = try intent.callbackURL ?? webhookURL(of: intent)
        else { return }
        try run(
            """
            INSERT INTO webhooks (id, event, intent_id, url, body, state, next_attempt_at, created_at)
            VALUES (?, ?, ?, ?, ?, 'waiting', ?, ?)
            """,
            [
                entropy.uuid(), event.rawValue, intent.id, url, event.body(for: intent).text, now.milliseconds,
                now.milliseconds,
            ])
    }

    private func webhookURL(of intent: Intent) throws -> String? {
        try row(
            """
            SELECT COALESCE(
              (SELECT webhook_url FROM counters WHERE id = ? AND merchant_id = ?),
              (SELECT webhook_url FROM merchants WHERE id = ?)) AS url
            """,
            [intent.counterID, intent.merchantID, intent.merchantID])?["url"]
    }

    /// The webhooks to send now: of each intent the oldest that waits, if its time has come.
    ///
    /// - Parameter limit: The most of them.
    func dueWebhooks(limit: Int) throws -> [Webhook] {
        try rows(
            """
            SELECT * FROM webhooks w WHERE state = 'waiting' AND next_attempt_at <= ?
              AND NOT EXISTS (SELECT 1 FROM webhooks e
                WHERE e.intent_id = w.intent_id AND e.state = 'waiting' AND e.position < w.position)
            ORDER BY next_attempt_at, position LIMIT ?
            """,
            [now.milliseconds, limit]
        ).map(Webhook.init)
    }

    /// When the next webhook that is not due yet will be.
    func nextWebhookAttempt() throws -> Timestamp? {
        try row(
            "SELECT MIN(next_attempt_at) AS next FROM webhooks WHERE state = 'waiting' AND next_attempt_at > ?",
            [now.milliseconds])?.timestamp("next")
    }

    /// The secret that signs an intent's webhooks as things stand: its counter's, else its merchant's.
    func webhookSecret(intentID: String) throws -> String? {
        try row(
            """
            SELECT COALESCE(c.webhook_secret, m.webhook_secret) AS secret FROM intents i
            JOIN merchants m ON m.id = i.merchant_id
            LEFT JOIN counters c ON c.id = i.counter_id AND c.merchant_id = i.merchant_id
            WHERE i.id = ?
            """,
            [intentID])?["secret"]
    }

    /// Records what an attempt met: it is settled, or waits for the next one.
    func record(_ outcome: WebhookOutcome, of webhook: Webhook) throws {
        let attempts = webhook.attempts + 1
        let pause = outcome.isAcknowledged ? nil : RetrySchedule.pause(afterFailures: attempts)
        let state: Webhook.State =
            outcome.isAcknowledged ? .delivered : pause == nil ? .failed : .waiting
        try run(
            """
            UPDATE webhooks SET state = ?, attempts = ?, next_attempt_at = ?, last_outcome = ?, settled_at = ?
            WHERE id = ? AND state = 'waiting'
            """,
            [
                state.rawValue, attempts, pause.map { now.milliseconds + $0 }, outcome.text,
                state == .waiting ? nil : now.milliseconds, webhook.id,
            ])
    }

    /// All webhooks, in the order in which they were enqueued.
    func webhooks() throws -> [Webhook] {
        try rows("SELECT * FROM webhooks ORDER BY position").map(Webhook.init)
    }
}
