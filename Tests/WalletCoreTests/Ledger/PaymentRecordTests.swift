import FexValues
import Foundation
import Testing
import WalletTesting

@testable import WalletCore

@Suite struct PaymentRecordTests {
    let test: TestWallet

    init() throws { test = try TestWallet() }

    typealias What = PaymentMoment.What

    private func timeline(of intent: IntentID, in wallet: Wallet) async throws -> [What] {
        let record = try #require(try await wallet.ledger.loadRecord(of: intent))
        let moments = record.timeline.map(\.at)
        #expect(moments == moments.sorted())
        return record.timeline.map(\.what)
    }

    /// The transaction by which the platform paid an intent back.
    private func refund(
        _ intent: IntentID, _ id: String, amount: String = "35.50", status: String = "completed"
    ) throws -> LedgerTransaction {
        try LedgerTransaction(document: [
            "transaction_id": .string(id), "transaction_type": "refund", "status": .string(status),
            "amount": .string(amount), "currency": "USD", "metadata": ["payment_intent_id": .string(intent.rawValue)],
            "created_at": .string(test.clock.now().description),
        ])
    }

    private func pay(_ id: String = "pi_1", in wallet: Wallet) async throws -> IntentID {
        let intent = try await wallet.intents.fetch(test.platform.addIntent(id))
        for name in ["created_at", "updated_at"] {
            test.platform.set(name, to: .string(test.clock.now().description), of: intent.id)
        }
        let dated = try await wallet.intents.fetch(intent.id)
        test.clock.advance(by: .seconds(5))
        _ = try await wallet.decisions.decide(.pay, on: dated.terms)
        return intent.id
    }

    @Test func `a payment that was paid back tells all that happened, by the id of each of its parts`() async throws {
        let wallet = try await test.openLoggedIn()
        let intent = try await pay(in: wallet)
        try await wallet.sync.once()
        test.clock.advance(by: .seconds(60))
        let store = try WalletStore(path: test.configuration.database.path)
        try await store.saveTransactions([try refund(intent, "tx_r1", amount: "10.00")], next: nil)
        #expect(try await wallet.intents.load(intent)?.status == .completed, "a part came back")
        try await store.saveTransactions([try refund(intent, "tx_r2", amount: "25.50")], next: nil)
        let happened: [What] = [.requested, .decided, .sent, .paid, .completed, .confirmed, .refunded, .refunded]
        #expect(try await timeline(of: intent, in: wallet) == happened)

        let record = try #require(try await wallet.ledger.loadRecord(of: intent))
        #expect(record.intent?.id == intent && record.decisions.map(\.state) == [.confirmed])
        #expect(record.intent?.status == .refunded)
        #expect(record.transactions.map(\.id.rawValue) == ["tx_1", "tx_r1", "tx_r2"])
        #expect(record.payment?.id.rawValue == "tx_1")
        for id in ["pi_1", "tx_1", "tx_r2"] {
            #expect(try await wallet.ledger.loadRecord(id: id) == record)
        }
        #expect(try await wallet.ledger.loadRecord(of: TransactionID("tx_r1")!) == record)
        #expect(try await wallet.ledger.loadTransaction(TransactionID("tx_r2")!)?.amount.decimalString == "25.50")
    }

    @Test func `an intent whose payment the ledger calls refunded is shown as refunded`() async throws {
        let wallet = try await test.openLoggedIn()
        let intent = try await pay(in: wallet)
        try await wallet.sync.once()
        var payment = try #require(try await wallet.ledger.loadRecord(of: intent)?.payment)
        #expect(try await wallet.ledger.loadRecord(of: intent)?.intent?.status == .completed)
        payment.status = .refunded
        try await WalletStore(path: test.configuration.database.path).saveTransactions([payment], next: nil)
        let record = try #require(try await wallet.ledger.loadRecord(of: intent))
        #expect(record.intent?.status == .refunded)
        #expect(!record.timeline.contains { $0.what == .refunded }, "when that was, only the refund tells")
        #expect(record.intent?.terms == (try await wallet.intents.load(intent)?.terms))
    }

    @Test func `a refund that is under way has not come back yet`() async throws {
        let wallet = try await test.openLoggedIn()
        let intent = try await pay(in: wallet)
        let store = try WalletStore(path: test.configuration.database.path)
        try await store.saveTransactions([try refund(intent, "tx_r", status: "pending")], next: nil)
        #expect(try await !timeline(of: intent, in: wallet).contains(.refunded))
    }

    @Test(arguments: [
        (DecisionKind.approve, [What.requested, .decided, .sent, .paid, .completed, .confirmed]),
        (.decline, [.requested, .decided, .sent, .confirmed]),
    ])
    func `a till's request is told from when this device saw it`(kind: DecisionKind, happened: [What]) async throws {
        let wallet = try await test.openLoggedIn()
        let intent = test.platform.addIntent("pi_1", target: ModelPlatform.wallet)
        try await wallet.sync.once()
        let seen = try #require(try await wallet.approvals.load(intent))
        test.clock.advance(by: .seconds(3))
        _ = try await wallet.decisions.decide(kind, on: seen.intent.terms)
        #expect(try await timeline(of: intent, in: wallet) == happened)
        let record = try #require(try await wallet.ledger.loadRecord(of: intent))
        #expect(record.firstSeenAt == seen.firstSeenAt && record.timeline.first?.at == seen.firstSeenAt)
        #expect(record.timeline.filter { $0.what == .decided }.map(\.decision) == [kind])
        #expect(!record.timeline.contains { $0.what == .declined }, "it was declined here, and is told once")
    }

    @Test func `decisions that came to nothing stay in the timeline, the latest first in the record`() async throws {
        let wallet = try await test.openLoggedIn()
        let intent = try await wallet.intents.fetch(test.platform.addIntent("pi_1"))
        test.fate.plan("/pay", .unreachable)
        let waiting = try await wallet.decisions.decide(.pay, on: intent.terms)
        #expect(try await timeline(of: intent.id, in: wallet).prefix(2) == [.decided, .sent])
        _ = try await wallet.decisions.cancel(waiting.decision.id)
        test.clock.advance(by: .seconds(10))
        _ = try await wallet.decisions.decide(.pay, on: intent.terms)
        let record = try #require(try await wallet.ledger.loadRecord(of: intent.id))
        #expect(record.decisions.map(\.state) == [.confirmed, .cancelled])
        let ends: [What] = record.timeline.map(\.what).filter { [.cancelled, .confirmed].contains($0) }
        #expect(ends == [.cancelled, .confirmed])
    }

    @Test func `what ran out without a word of this device says so`() async throws {
        let wallet = try await test.openLoggedIn()
        let intent = try await wallet.intents.fetch(test.platform.addIntent("pi_1", lifetime: .seconds(30)))
        test.clock.advance(by: .seconds(31))
        _ = try await wallet.intents.fetch(intent.id)
        let record = try #require(try await wallet.ledger.loadRecord(of: intent.id))
        #expect(record.timeline == [PaymentMoment(at: intent.expiresAt, what: .expired)])
        #expect(record.decisions.isEmpty && record.transactions.isEmpty && record.payment == nil)
    }

    @Test func `what is not known here is nobody's record, and a transaction without an intent its own`() async throws {
        let ledger = try TestLedger()
        try await ledger.add(
            try .payment("tx_1", intent: "pi_elsewhere"),
            try .payment("tx_2", at: 5, type: .init(rawValue: "transfer"), merchant: nil))
        for id in ["pi_never", "", "../x", "tx_1'", "tx_1\0", String(repeating: "x", count: 10_000)] {
            #expect(try await ledger.ledger.loadRecord(id: id) == nil)
        }
        let elsewhere = try #require(try await ledger.ledger.loadRecord(id: "pi_elsewhere"))
        #expect(elsewhere.intent == nil && elsewhere.timeline.map(\.what) == [.paid, .completed])
        let transfer = try #require(try await ledger.ledger.loadRecord(id: "tx_2"))
        #expect(transfer.transactions.count == 1 && transfer.timeline.map(\.what) == [.moved, .completed])
    }

    @Test func `a type or status that nobody knows is kept, found and exported as it came`() async throws {
        let ledger = try TestLedger()
        let document: JSON = [
            "transaction_id": "tx_1", "transaction_type": "Charge Back", "status": "on_hold", "amount": "1.00",
            "currency": "USD", "created_at": "2026-01-01T00:00:00Z",
        ]
        let given = try LedgerTransaction(document: document)
        try await ledger.add(given)
        let kept = try #require(try await ledger.ledger.loadTransaction(given.id))
        #expect(kept.type.rawValue == "Charge Back" && kept.status.rawValue == "on_hold")
        #expect(kept.type != .payment && kept.status != .completed)
        var query = HistoryQuery()
        (query.type, query.status) = (given.type, given.status)
        #expect(try await ledger.ledger.loadHistory(query).entries.map(\.id) == [given.id])
        query.status = .completed
        #expect(try await ledger.ledger.loadHistory(query).entries.isEmpty)
        for format in HistoryFormat.allCases {
            var export = ledger.ledger.export(as: format).makeAsyncIterator()
            var text = ""
            while let piece = try await export.next() { text += String(decoding: piece.bytes, as: UTF8.self) }
            #expect(text.contains("Charge Back") && text.contains("on_hold"))
        }
    }

    @Test func `a watched record begins with now, and tells only when it has become another`() async throws {
        let store = try WalletStore(path: test.configuration.database.path)
        let ledger = Ledger(store: store, time: ServerTime(clock: test.clock))
        var records = ledger.watchRecord(of: IntentID("pi_1")!).makeAsyncIterator()
        #expect(try await records.next() == .some(nil), "nothing is known yet")
        let document: JSON = [
            "id": "pi_1", "merchant_id": "mer_1", "amount": .number("1.00"), "currency": "USD", "status": "pending",
            "expires_at": "2026-01-01T13:00:00Z",
        ]
        try await store.save(try PaymentIntent(document: document), at: test.clock.now())
        #expect(try await records.next()??.intent?.status == .pending)
        // What is another's is no news of this one.
        try await store.saveTransactions([try .payment("tx_other", intent: "pi_2")], next: nil)
        try await store.saveTransactions([try .payment("tx_1", intent: "pi_1")], next: nil)
        #expect(try await records.next()??.transactions.map(\.id.rawValue) == ["tx_1"])
    }
}
