#if DEBUG || LIBFUZZER
    import FexValues
    import Foundation
    @testable import WalletCore

    extension FuzzTarget {
        /// Events and push payloads: a hint of a request, or a reason for the log. Neither says what is to be paid.
        static let events = FuzzTarget(
            name: "events", maximumLength: 8192, seeds: { try corpus("events.txt") },
            run: { bytes in
                do throws(HintRefusal) {
                    let hint = try ApprovalHint(payload: Data(bytes))
                    hold(PlainText.isClean(hint.intent.rawValue), "the intent's id can't be shown")
                    hold(hint.amount.map { $0.minorUnits >= 0 } ?? true, "the amount is below zero")
                    try hint.check(isFor: WalletID("wal_1")!)
                    hold(hint.targetWallet?.rawValue ?? "wal_1" == "wal_1", "it is another wallet's")
                    guard let asked else { return hold(false, "there is no intent") }
                    try hint.check(against: asked, wallet: WalletID("wal_1")!, now: now)
                    hold(hint.amount ?? asked.amount == asked.amount, "it says another amount, and is followed")
                    hold(hint.merchant ?? asked.merchantID == asked.merchantID, "it names another merchant")
                } catch {
                    hold(PlainText.isClean(error.why) && error.why.utf8.count <= 1024, "the reason can't be shown")
                }
            })

        private static let now = Timestamp("2026-01-01T12:00:00Z")!

        /// The intent as the platform has it.
        private static let asked = try? PaymentIntent(document: [
            "id": "pi_1", "merchant_id": "mer_1", "amount": .number("35.50"), "currency": "USD",
            "status": "pending_approval", "expires_at": "2026-01-01T13:00:00Z", "target_wallet_id": "wal_1",
        ])
    }
#endif
