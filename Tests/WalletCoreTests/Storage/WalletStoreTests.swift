import FexValues
import Foundation
import GRDB
import Testing
import WalletTesting

@testable import WalletCore

/// The database holds the rules too: nothing that forgets them in code gets past it.
@Suite struct WalletStoreTests {
    let test: TestWallet

    init() throws { test = try TestWallet() }

    /// A store in which one payment was confirmed and another waits.
    private func store() async throws -> WalletStore {
        let wallet = try await test.openLoggedIn()
        for (id, fate) in [("pi_1", ModelPlatform.Fate.served), ("pi_2", .unreachable)] {
            let intent = try await wallet.intents.fetch(test.platform.addIntent(id))
            test.fate.plan("/pay", fate)
            _ = try await wallet.decisions.decide(.pay, on: intent.terms)
        }
        return try WalletStore(path: test.configuration.database.path)
    }

    @Test(arguments: [
        "UPDATE decision SET body = x'00'", "UPDATE decision SET idempotency_key = 'other'",
        "UPDATE decision SET amount = 1", "UPDATE decision SET state = 'waiting' WHERE state = 'confirmed'",
        "UPDATE decision SET settled_at = NULL WHERE state = 'confirmed'",
        "UPDATE decision SET state = 'paid'", "UPDATE account SET balance = -1", "UPDATE account SET balance = 1.5",
        "INSERT INTO account SELECT 2, wallet_id, user_id, scan_token, 0, currency, 1, 1, NULL FROM account",
        "INSERT INTO approval VALUES ('pi_never', 0, 'feed')", "DELETE FROM payment_intent",
        """
        INSERT INTO decision SELECT 'd', intent_id, kind, amount, currency, merchant_id, 'k', body, decided_at, expires_at,
            'recorded', 0, NULL, NULL, NULL FROM decision WHERE intent_id = 'pi_2'
        """,
    ])
    func `the database refuses what must never be`(sql: String) async throws {
        let store = try await store()
        await #expect(throws: StorageError.self) { try await store.write { try $0.execute(sql: sql) } }
        #expect(try await store.loadOutbox().count == 1)
    }

    @Test func `a commit outlives a power cut`() async throws {
        let store = try await store()
        let (journal, synchronous, full) = try await store.write { db in
            (
                try String.fetchOne(db, sql: "PRAGMA journal_mode"), try Int.fetchOne(db, sql: "PRAGMA synchronous"),
                try Int.fetchOne(db, sql: "PRAGMA fullfsync")
            )
        }
        #expect(journal == "wal")
        #expect(synchronous == 2, "FULL")
        #expect(full == 1, "past the drive's own cache, on systems that tell the two apart")
    }

    @Test func `an error tells nothing that was being stored`() async throws {
        let store = try await store()
        let error = await #expect(throws: StorageError.self) {
            try await store.write { db in
                try db.execute(sql: "INSERT INTO approval VALUES (?, 0, 'feed')", arguments: ["s3cret"])
            }
        }
        #expect(error?.description.contains("s3cret") == false)
        #expect(error?.money == .notMoved && error?.retry == .later)
    }

    @Test func `what is over never becomes open again`() async throws {
        let store = try await store()
        let paid = try #require(try await store.loadIntent(IntentID("pi_1")!))
        var stale = try #require(paid.document.objectValue)
        stale["status"] = "pending"
        try await store.save(try PaymentIntent(document: .object(stale)), at: test.clock.now())
        #expect(try await store.loadIntent(paid.id)?.status == .completed)
    }

    @Test(arguments: ["pi_1", "pi_2"], [("amount", JSON("29.98")), ("currency", "EUR"), ("merchant_id", "mer_other")])
    func `what was decided on keeps the terms that were decided on`(id: String, other: (key: String, value: JSON))
        async throws
    {
        let store = try await store()
        let known = try #require(try await store.loadIntent(IntentID(id)!))
        var changed = try #require(known.document.objectValue)
        changed[other.key] = other.value
        changed["status"] = "refunded"
        try await store.save(try PaymentIntent(document: .object(changed)), at: test.clock.now())
        #expect(try await store.loadIntent(known.id) == known)
        changed[other.key] = known.document.objectValue?[other.key]
        try await store.save(try PaymentIntent(document: .object(changed)), at: test.clock.now())
        #expect(try await store.loadIntent(known.id)?.status == .refunded, "the same answer with the terms is taken")
    }
}
