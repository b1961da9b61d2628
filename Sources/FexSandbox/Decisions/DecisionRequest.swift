import Crypto
import FexValues
import Foundation

/// A customer's decision as it came in, checked for form only.
struct DecisionRequest: Hashable, Sendable {
    var kind: DecisionKind
    var intentID: String
    var walletID: String
    /// The session by which it came.
    var sessionID: String
    var idempotencyKey: String
    /// The amount as it was written; its digits are compared with what was signed.
    var amountText: String
    var currency: String
    var merchantID: String
    var decidedAt: Timestamp
    var deviceID: String
    var proof: String
    var reason: String?
    /// A hash of everything that makes two requests the same: what is decided, on which intent, and the body's bytes.
    var fingerprint: Data

    /// Reads a request.
    ///
    /// - Throws: ``PlatformError`` 400 for a key that is no UUID or a field that is missing or invalid.
    init(
        _ kind: DecisionKind, intentID: String, walletID: String, sessionID: String, idempotencyKey: String?,
        body: [UInt8]
    ) throws(PlatformError) {
        guard let idempotencyKey, UUID(uuidString: idempotencyKey) != nil else {
            throw .badRequest("the header Idempotency-Key is required, and must be a UUID")
        }
        let object = try RequestBodyObject(parsing: body)
        self.kind = kind
        self.intentID = intentID
        self.walletID = walletID
        self.sessionID = sessionID
        self.idempotencyKey = idempotencyKey.lowercased()
        amountText = try object.text("amount")
        currency = try object.text("currency")
        merchantID = try object.text("merchant_id")
        deviceID = try object.text("device_id")
        proof = try object.text("proof")
        reason = try object.optionalText("reason")
        guard let decidedAt = Timestamp(rfc3339: try object.text("decided_at")) else {
            throw .badRequest("decided_at must be a time of RFC 3339")
        }
        self.decidedAt = decidedAt
        guard let known = try? Currency(currency) else { throw .badRequest("currency must be an ISO 4217 code") }
        do {
            _ = try Money(digits: amountText, currency: known)
        } catch {
            throw .badRequest("amount: \(error)")
        }
        var hash = SHA256()
        hash.update(data: Data("\(kind.rawValue)\n\(intentID)\n".utf8))
        hash.update(data: body)
        fingerprint = Data(hash.finalize())
    }

    /// Whether amount, currency and merchant are those of the intent: what the person saw is what is so.
    func agreesWithTerms(of intent: Intent) -> Bool {
        guard currency == intent.amount.currency.code, merchantID == intent.merchantID else { return false }
        return (try? Money(digits: amountText, currency: intent.amount.currency)) == intent.amount
    }
}

/// What a customer may decide.
enum DecisionKind: String, Hashable, Sendable, CaseIterable {
    /// To pay an intent whose code was scanned.
    case pay
    /// To agree to an intent that is aimed at the wallet.
    case approve
    /// To refuse an intent that is aimed at the wallet.
    case decline

    /// What it does to an intent.
    var event: IntentStatus.Event {
        switch self {
        case .pay: .pay
        case .approve: .approve
        case .decline: .decline
        }
    }

    /// Whether money moves.
    var movesMoney: Bool { self != .decline }
}
