import FexValues
package import Foundation

/// The event, or push, that tells a wallet of a till's request; forged where it says otherwise than the intent.
///
/// - Parameters:
///   - amount: Digits of US dollars.
///   - name: The event's name.
package func requestEvent(
    _ intent: String, wallet: String = "wal_1", amount: String = "35.50", merchant: String = "mer_1",
    name: String = "payment.approval_requested"
) -> Data {
    let event: JSON = [
        "event": .string(name), "event_id": "e1", "payment_intent_id": .string(intent),
        "target_wallet_id": .string(wallet), "merchant_id": .string(merchant), "amount": .number(amount),
        "currency": "USD",
    ]
    return event.data
}
