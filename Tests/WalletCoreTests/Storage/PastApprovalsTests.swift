import FexValues
import Foundation
import GRDB
import Testing
import WalletTesting

@testable import WalletCore

/// What strangers can make a device keep.
@Suite struct PastApprovalsTests {
    let test: TestWallet

    init() throws { test = try TestWallet() }

    private func intent(
        _ number: Int, _ status: String, merchant: String = "mer_1", expiresAt: Timestamp
    ) throws -> PaymentIntent {
        try PaymentIntent(document: [
            "id": .string("pi_\(number)"), "merchant_id": .string(merchant), "amount": .number("1.00"),
            "currency": "USD", "status": .string(status), "expires_at": .string(expiresAt.description),
            "target_wallet_id": .string(ModelPlatform.wallet.rawValue),
            "description": .string(String(repeating: "x", count: 500)),
        ])
    }

    /// Requests that come and go, a minute from one page of the feed to the next.
    private func flood(_ store: WalletStore, _ numbers: Range<Int>, from begin: Timestamp) async throws {
        for first in stride(from: numbers.lowerBound, to: numbers.upperBound, by: 100) {
            let now = begin.advanced(by: .seconds(60 * first / 100))
            let page = first..<min(first + 100, numbers.upperBound)
            for status in ["pending_approval", "cancelled"] {
                let intents = try page.map { try intent($0, status, expiresAt: now.advanced(by: .seconds(300))) }
                try await store.saveApprovals(
                    intents, after: FeedCursor(after: 1), next: FeedCursor(after: first + 1), at: now)
            }
        }
    }

    private func pages(_ store: WalletStore) async throws -> Int {
        try await store.read { try Int.fetchOne($0, sql: "PRAGMA page_count") ?? 0 }
    }

    private func kept(_ store: WalletStore, at now: Timestamp) async throws -> Set<String> {
        Set(try await store.loadApprovals(at: now).map(\.intent.id.rawValue))
    }

    @Test func `what strangers asked and nobody answered makes the database grow to a bound`() async throws {
        let store = try WalletStore(path: test.configuration.database.path)
        let now = test.clock.now()
        try await flood(store, 0..<2500, from: now)
        let before = try await pages(store)
        try await flood(store, 2500..<6000, from: now)
        #expect(try await pages(store) <= before + before / 10, "the pages of what was removed are used again")
        let kept = try await kept(store, at: now)
        #expect(kept.count >= PastApprovals.most && kept.count < 2 * PastApprovals.most)
        #expect(kept.contains("pi_5999") && !kept.contains("pi_0"))
        let intents = try await store.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM payment_intent") }
        #expect(intents == kept.count)
    }

    @Test func `what waits, was decided, was paid or is in the ledger stays`() async throws {
        let store = try WalletStore(path: test.configuration.database.path)
        let now = test.clock.now()
        let end = now.advanced(by: .seconds(86_400))
        let statuses = ["pending_approval", "completed", "refunded", "cancelled", "declined"]
        for (number, status) in statuses.enumerated() {
            _ = try await store.saveApproval(
                try intent(-number - 1, status, expiresAt: end), cameBy: .feed, at: now)
        }
        try await store.write { db in
            try db.execute(
                sql: """
                    INSERT INTO decision (id, intent_id, kind, amount, currency, merchant_id, idempotency_key, body,
                        decided_at, expires_at, state, may_have_left, settled_at)
                    VALUES ('d', 'pi_-5', 'approve', 1, 'USD', 'mer_1', 'k', x'00', 0, 0, 'lapsed', 0, 1)
                    """)
        }
        let transaction: JSON = [
            "transaction_id": "tx_1", "transaction_type": "payment", "status": "completed", "amount": "1.00",
            "currency": "USD", "created_at": .string(now.description), "metadata": ["payment_intent_id": "pi_-4"],
        ]
        try await store.saveTransactions([try LedgerTransaction(document: transaction)], next: nil)
        try await flood(store, 0..<2000, from: now)
        #expect(try await kept(store, at: now).isSuperset(of: ["pi_-1", "pi_-2", "pi_-3", "pi_-4", "pi_-5"]))
    }

    @Test func `one that only the clock has ended stays as long as the platform may still say otherwise`() async throws
    {
        let store = try WalletStore(path: test.configuration.database.path)
        let now = test.clock.now()
        _ = try await store.saveApproval(try intent(-1, "pending_approval", expiresAt: now), cameBy: .feed, at: now)
        try await flood(store, 0..<2000, from: now)
        #expect(try await kept(store, at: now).contains("pi_-1"))
        try await flood(store, 2000..<2100, from: now.advanced(by: .seconds(8 * 86_400)))
        #expect(try await !kept(store, at: now).contains("pi_-1"))
    }

    @Test func `an upkeep removes what an earlier version kept, a few at a time`() async throws {
        let store = try WalletStore(path: test.configuration.database.path)
        let now = test.clock.now()
        try await store.write { db in
            for number in 0..<3000 {
                try self.intent(number, "cancelled", expiresAt: now).save(db, at: now)
                try db.execute(
                    sql: "INSERT INTO approval (intent_id, first_seen_at, came_by) VALUES (?, 0, 'feed')",
                    arguments: ["pi_\(number)"])
            }
        }
        try await store.saveSync(at: now.advanced(by: .seconds(600)), ServerTime.Memory())
        try await store.settle()
        let kept = try await kept(store, at: now)
        #expect(kept.count == PastApprovals.most && kept.contains("pi_2999") && !kept.contains("pi_0"))
    }

    @Test func `a request that was removed is not asked again`() async throws {
        let wallet = try await test.openLoggedIn()
        let intent = test.platform.addIntent("pi_old", target: ModelPlatform.wallet)
        try await wallet.approvals.catchUp()
        test.platform.set("status", to: "cancelled", of: intent)
        try await wallet.approvals.catchUp()
        try await flood(wallet.approvals.store, 0..<2000, from: test.clock.now())
        #expect(try await wallet.approvals.load(intent) == nil)
        var (watch, news) = (
            wallet.approvals.watch().makeAsyncIterator(), wallet.approvals.watchNews().makeAsyncIterator()
        )
        #expect(try await watch.next() == [])
        #expect(try await news.next() == [])
        let event = #"{"event":"payment.approval_requested","payment_intent_id":"pi_old","target_wallet_id":"wal_1"}"#
        #expect(try await wallet.approvals.receive(push: Data(event.utf8)) == nil)
        #expect(try await wallet.approvals.load(intent) == nil)
        // The feed is read anew, and tells of it as it is now.
        let document = test.platform.addIntent("pi_new", target: ModelPlatform.wallet)
        let old = try PaymentIntent(document: [
            "id": "pi_old", "merchant_id": "mer_1", "amount": "35.50", "currency": "USD", "status": "cancelled",
            "expires_at": "2026-01-01T12:05:00Z", "target_wallet_id": "wal_1",
        ])
        try await wallet.approvals.store.saveApprovals(
            [old], after: FeedCursor(after: 1), next: FeedCursor(after: 1), at: test.clock.now())
        try await wallet.approvals.receive(
            push: Data(event.replacing("pi_old", with: document.rawValue).utf8))
        #expect(try await watch.next()?.map(\.intent.id) == [document])
        #expect(try await news.next()?.map(\.intent.id) == [document])
    }

    @Test func `who was muted is still muted after a damaged database was mended`() async throws {
        let path = test.configuration.database.path
        do {
            let store = try WalletStore(path: path)
            try await store.mute(MerchantID("mer_1")!, at: test.clock.now())
        }
        var file = try Data(contentsOf: test.configuration.database)
        file.replaceSubrange(0..<16, with: Data(count: 16))
        try file.write(to: test.configuration.database)
        let store = try WalletStore(path: path)
        #expect(store.recovery != nil)
        #expect(try await store.loadMutedMerchants() == [MerchantID("mer_1")!])
    }
}
