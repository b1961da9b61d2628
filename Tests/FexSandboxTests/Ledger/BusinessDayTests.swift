import FexValues
import Foundation
import GRDB
import Testing

@testable import FexSandbox

/// A day of business, drawn at random, on the state alone.
@Suite(.timeLimit(.minutes(15))) struct BusinessDayTests {
    @Test(arguments: [1, 2, 3] as [UInt64])
    func `all through a day the entries add up to zero, and who paid is paid back once`(seed: UInt64) async throws {
        let clock = SandboxClock(.virtual)
        let store = try Store(directory: nil, clock: clock, entropy: Entropy(seed: seed))
        try await store.transaction { try $0.seedIfEmpty() }
        var generator = SplitMix64(seed: seed)
        for _ in 0..<600 {
            clock.advance(milliseconds: Int64.random(in: 0...20_000, using: &generator))
            let step = generator
            try await store.transaction { transaction in
                var generator = step
                try Business(transaction).step(using: &generator)
                try expectBalanced(transaction)
            }
            _ = generator.next()
        }
        clock.advance(milliseconds: 86_400_000)
        try await store.transaction { transaction in
            try expectBalanced(transaction)
            for (status, event) in [
                ("completed", "payment.completed"), ("expired", "payment.expired"), ("refunded", "payment.refunded"),
            ] {
                let reached = try transaction.count("SELECT COUNT(*) FROM intents WHERE status = ?", [status])
                #expect(reached > 5, "\(status) is never reached")
                let told = try transaction.count(
                    """
                    SELECT COUNT(*) FROM intents i WHERE status = ?
                      AND (SELECT COUNT(*) FROM webhooks w WHERE w.intent_id = i.id AND w.event = ?) = 1
                    """, [status, event])
                #expect(told == reached)
            }
            // Each refunded intent has its payment and its refund, each paid one its payment, all others nothing.
            let wrong = try transaction.count(
                """
                SELECT COUNT(*) FROM intents i WHERE
                  (SELECT COUNT(*) FROM ledger_transactions t WHERE t.payment_intent_id = i.id AND type = 'payment')
                    <> (status IN ('completed', 'refunded'))
                  OR (SELECT COUNT(*) FROM ledger_transactions t WHERE t.payment_intent_id = i.id AND type = 'refund')
                    <> (status = 'refunded')
                  OR (status = 'refunded') <> (refund_status IS 'completed')
                  OR (refund_status IS 'completed') <> (refund_ledger_tx_id IS NOT NULL)
                """)
            #expect(wrong == 0)
            for (wallet, opening) in zip(try transaction.wallets(), [100_000, 25_000, 50_000] as [Int64]) {
                let spent = try transaction.count(
                    "SELECT COALESCE(SUM(amount), 0) FROM intents WHERE status = 'completed' AND completed_by = ?",
                    [wallet.id])
                #expect(wallet.balance.minorUnits == opening - spent)
            }
        }
    }

    private func expectBalanced(_ transaction: StoreTransaction) throws {
        let sums = try transaction.rows(
            """
            SELECT a.currency, SUM(e.amount) AS total FROM ledger_entries e JOIN accounts a ON a.id = e.account_id
            GROUP BY a.currency
            """)
        #expect(sums.count == 2 && sums.allSatisfy { $0["total"] as Int64 == 0 })
        let unbalanced = try transaction.count(
            "SELECT COUNT(*) FROM (SELECT 1 FROM ledger_entries GROUP BY transaction_id HAVING SUM(amount) <> 0)")
        #expect(unbalanced == 0)
    }

    /// What merchants and customers may do, one thing at a time.
    private struct Business {
        let transaction: StoreTransaction

        init(_ transaction: StoreTransaction) { self.transaction = transaction }

        func step(using generator: inout SplitMix64) throws {
            switch Int.random(in: 0..<10, using: &generator) {
            case 0..<4: try ask(using: &generator)
            case 4..<8: try decide(using: &generator)
            case 8:
                guard let intent = try anyIntent(in: "('completed', 'refunded')", using: &generator) else { return }
                _ = try? transaction.refundIntent(intent.id, for: .merchant(id: intent.merchantID, counterID: nil))
            default:
                guard let intent = try anyIntent(in: "('pending', 'completed')", using: &generator) else { return }
                _ = try? transaction.cancelIntent(intent.id, for: .merchant(id: intent.merchantID, counterID: nil))
            }
        }

        private func ask(using generator: inout SplitMix64) throws {
            let (merchants, wallets) = (try transaction.merchants(), try transaction.wallets())
            let merchant = merchants[Int.random(in: 0..<merchants.count, using: &generator)]
            let wallet = wallets[Int.random(in: 0..<wallets.count, using: &generator)]
            let counter = try transaction.counters(merchantID: merchant.id)[0]
            let isAimed = Bool.random(using: &generator)
            let amount = "\(Int.random(in: 0...40, using: &generator)).\(Int.random(in: 10...99, using: &generator))"
            let body = """
                {"amount": \(amount), "currency": "\(wallet.currency)", "expires_in": 60, "scan_token": "\(wallet.id)",
                 "counter_id": "\(counter.id)", "callback_url": "http://127.0.0.1/"}
                """
            let order = try NewIntent(RequestBodyObject(parsing: body.utf8), call: isAimed ? .scan : .create)
            if isAimed {
                _ = try transaction.createAimedIntent(order, merchantID: merchant.id)
            } else {
                _ = try transaction.createIntent(order, merchantID: merchant.id) { _ in nil }
            }
        }

        private func decide(using generator: inout SplitMix64) throws {
            guard let intent = try anyIntent(in: "('pending', 'pending_approval')", using: &generator) else { return }
            let wallets = try transaction.wallets().filter { wallet in
                wallet.currency == intent.amount.currency && wallet.balance.minorUnits >= intent.amount.minorUnits
                    && (intent.targetWalletID == nil || intent.targetWalletID == wallet.id)
            }
            guard let wallet = wallets.first else { return }
            let declines = intent.targetWalletID != nil && Int.random(in: 0..<4, using: &generator) == 0
            let event: FexSandbox.IntentStatus.Event =
                declines ? .decline : intent.targetWalletID == nil ? .pay : .approve
            guard let decided = try transaction.apply(event, to: intent, by: wallet.id), !declines else { return }
            _ = try transaction.postPayment(of: decided, by: wallet.id)
            try transaction.touchBalance(walletID: wallet.id)
        }

        private func anyIntent(in statuses: String, using generator: inout SplitMix64) throws -> Intent? {
            let rows = try transaction.rows(
                Intent.selection + " WHERE i.status IN \(statuses) ORDER BY i.position DESC LIMIT 20")
            return try rows.randomElement(using: &generator).map(Intent.init)
        }
    }
}
