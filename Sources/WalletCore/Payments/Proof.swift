import FexValues
import Foundation

/// What is sent to make a decision take effect, signed by the device (dynamic linking: the signature covers the amount
/// and the payee).
enum Proof {
    /// The body of a decision's call. Made once; every attempt sends these bytes.
    static func body(
        kind: DecisionKind, terms: Terms, wallet: WalletID, device: DeviceID, key: DeviceKey,
        idempotencyKey: IdempotencyKey, decidedAt: Timestamp, reason: String?
    ) async throws -> Data {
        let amount = terms.amount.decimalString
        let currency = terms.amount.currency.code
        let claims: JSON = [
            "intent": .string(terms.intent.rawValue), "wallet": .string(wallet.rawValue),
            "decision": .string(kind.rawValue), "amount": .string(amount), "currency": .string(currency),
            "merchant": .string(terms.merchant.rawValue), "iat": .integer(decidedAt.milliseconds / 1000),
            "jti": .string(idempotencyKey.rawValue),
        ]
        let proof = try await key.sign(claims, as: .decision, by: device)
        var body = JSONObject([
            .init("amount", .string(amount)), .init("currency", .string(currency)),
            .init("merchant_id", .string(terms.merchant.rawValue)), .init("decided_at", .string(decidedAt.description)),
            .init("device_id", .string(device.rawValue)),
            .init("proof", .string(proof)),
        ])
        if let reason { body["reason"] = .string(reason) }
        return JSON.object(body).data
    }
}
