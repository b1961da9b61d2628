import Foundation

/// What an event or a push notification claims about a request. A hint only: the platform is asked before anything is
/// shown.
struct ApprovalHint: Hashable, Sendable {
    var intent: IntentID
    var targetWallet: WalletID?
    var amount: Money?
    var merchant: MerchantID?

    /// The published name of the event.
    static let eventName = "payment.approval_requested"

    init(payload: Data) throws {
        // Events are small; nothing larger is even parsed.
        guard payload.count <= 64 * 1024 else { throw MalformedDocument(field: "event", problem: "is too large") }
        let fields = try JSONFields(JSON(parsing: payload), at: "event")
        guard try fields.string("event") == ApprovalHint.eventName else {
            throw fields.malformed("event", "is of another kind")
        }
        intent = try fields.id("payment_intent_id")
        targetWallet = try fields.optionalID("target_wallet_id")
        amount = try fields.value("amount") == nil ? nil : fields.money()
        merchant = try fields.optionalID("merchant_id")
    }

    /// Why the platform's word on the intent makes this hint one not to follow; `nil` if the two agree.
    func problem(with intent: PaymentIntent, wallet: WalletID, now: Timestamp) -> String? {
        if let targetWallet, targetWallet != wallet { return "it names another wallet" }
        if intent.targetWallet != wallet { return "the intent is aimed at another wallet" }
        if let amount, amount != intent.amount { return "it says \(amount), the platform says \(intent.amount)" }
        if let merchant, merchant != intent.merchantID { return "it names another merchant than the platform" }
        if intent.status != .pendingApproval { return "the request is \(intent.status)" }
        if now >= intent.expiresAt { return "the request has expired" }
        return nil
    }
}
