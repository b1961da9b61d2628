import FexValues

/// The two published forms of what a merchant's QR code says.
public enum QRForm: String, Hashable, Sendable, CaseIterable {
    /// `fex://pay?intent=…&amount=29.99&currency=USD&merchant=…`
    case uri
    /// `{"payment_intent_id":"…","amount":29.99,"currency":"USD","merchant_id":"…","merchant_name":"…"}`
    case json

    /// What the QR code of an intent says. Ids are UUIDs, so nothing in the URI needs escaping.
    func text(of intent: Intent) -> String {
        switch self {
        case .uri:
            "fex://pay?intent=\(intent.id)&amount=\(intent.amount.decimalString)"
                + "&currency=\(intent.amount.currency)&merchant=\(intent.merchantID)"
        case .json:
            ([
                "payment_intent_id": .string(intent.id),
                "amount": .number(intent.amount.decimalString),
                "currency": .string(intent.amount.currency.code),
                "merchant_id": .string(intent.merchantID),
                "merchant_name": .string(intent.merchantName),
            ] as JSON).text
        }
    }
}
