import FexValues

/// What the platform tells merchants about: a change of an intent's status, once each.
enum WebhookEvent: String, Hashable, Sendable, CaseIterable {
    /// A customer paid.
    case completed = "payment.completed"
    /// Nobody decided in time.
    case expired = "payment.expired"
    /// The merchant's refund was accepted; the ledger posts it within seconds.
    case refunded = "payment.refunded"
    /// The customer refused. Not documented, so it is sent only to those who ask for extended webhooks.
    case declined = "payment.declined"

    /// The event of a status that has just been reached, or `nil` where merchants are told nothing.
    ///
    /// - Parameter isExtended: Whether what is not documented is told too.
    init?(_ status: IntentStatus, isExtended: Bool) {
        switch status {
        case .completed: self = .completed
        case .expired: self = .expired
        case .refunded: self = .refunded
        case .declined where isExtended: self = .declined
        case .pending, .pendingApproval, .cancelled, .declined: return nil
        }
    }

    /// The body that tells of it, as published; members that the intent has no value for are absent.
    func body(for intent: Intent) -> JSON {
        var object = JSONObject([
            JSONObject.Member("event", .string(rawValue)),
            JSONObject.Member("payment_intent_id", .string(intent.id)),
            JSONObject.Member("merchant_id", .string(intent.merchantID)),
            JSONObject.Member("amount", .number(intent.amount.decimalString)),
            JSONObject.Member("currency", .string(intent.amount.currency.code)),
            JSONObject.Member("status", .string(intent.status.rawValue)),
        ])
        object["completed_at"] = intent.completedAt.map { .string($0.rfc3339) }
        object["reference"] = intent.reference.map { .string($0) }
        object["metadata"] = intent.metadata.flatMap { try? JSON(parsing: $0) }
        return .object(object)
    }
}
