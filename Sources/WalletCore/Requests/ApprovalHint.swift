import FexValues
import Foundation

/// What an event or a push notification claims about a request. A hint only: the platform is asked before anything is
/// shown.
struct ApprovalHint: Hashable, Sendable {
    var intent: IntentID
    var targetWallet: WalletID?
    var amount: Money?
    var merchant: MerchantID?

    /// The longest payload that is read, in bytes: events are small.
    static let longestPayload = 64 * 1024

    /// The published name of the event.
    static let eventName = "payment.approval_requested"

    init(payload: Data) throws(HintRefusal) {
        do {
            try self.init(document: payload)
        } catch {
            throw HintRefusal(kind: .unreadable, why: PlainText.clean("\(error)", limit: 120))
        }
    }

    private init(document payload: Data) throws {
        // Nothing larger is even parsed.
        guard payload.count <= ApprovalHint.longestPayload else {
            throw MalformedDocument(field: "event", problem: "is too large")
        }
        let fields = try JSONFields(JSON(parsing: payload), at: "event")
        guard try fields.string("event") == ApprovalHint.eventName else {
            throw fields.malformed("event", "is of another kind")
        }
        intent = try fields.id("payment_intent_id")
        targetWallet = try fields.optionalID("target_wallet_id")
        amount = try fields.value("amount") == nil ? nil : fields.money()
        merchant = try fields.optionalID("merchant_id")
    }

    /// Refuses a hint that names another wallet; nobody need be asked about it.
    func check(isFor wallet: WalletID) throws(HintRefusal) {
        guard let targetWallet, targetWallet != wallet else { return }
        throw HintRefusal(kind: .otherWallet, why: "it names another wallet")
    }

    /// Refuses a hint where the platform's word on the intent makes it one not to follow.
    func check(against intent: PaymentIntent, wallet: WalletID, now: Timestamp) throws(HintRefusal) {
        if intent.targetWallet != wallet {
            throw HintRefusal(kind: .otherWallet, why: "the intent is aimed at another wallet")
        }
        if let amount, amount != intent.amount {
            throw HintRefusal(
                kind: .contradiction, why: "it says \(amount), the platform says \(intent.amount)")
        }
        if let merchant, merchant != intent.merchantID {
            throw HintRefusal(kind: .contradiction, why: "it names another merchant than the platform")
        }
        if intent.status != .pendingApproval {
            throw HintRefusal(kind: .notWaiting, why: "the request is \(intent.status)")
        }
        if now >= intent.expiresAt { throw HintRefusal(kind: .notWaiting, why: "the request has expired") }
    }
}

/// Why a hint is not followed.
struct HintRefusal: Error, Hashable {
    /// What is wrong with such hints; how many came of each is counted.
    enum Kind: String, CaseIterable {
        /// It is no event of a request.
        case unreadable
        /// It is meant for another wallet, or the intent is.
        case otherWallet = "other_wallet"
        /// The platform has no such intent.
        case unknownIntent = "unknown_intent"
        /// It says otherwise than the platform.
        case contradiction
        /// The request does not wait any more, or never did.
        case notWaiting = "not_waiting"
    }

    var kind: Kind
    /// A sentence for the log, fit to be shown.
    var why: String
}
