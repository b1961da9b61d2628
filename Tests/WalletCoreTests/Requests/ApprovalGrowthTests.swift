import FexValues
import Foundation
import GRDB
import Testing
import WalletTesting

@testable import WalletCore

/// What a request and its answer cost, with few and with many that came before.
@Suite struct ApprovalGrowthTests {
    let test: TestWallet

    init() throws { test = try TestWallet() }

    /// How the requests ended that came before.
    enum Past: String, CaseIterable {
        /// The platform said that their time ran out.
        case expired
        /// Their time ran out, and nobody has said so yet.
        case expiredByTheClock = "pending_approval"
        /// The customer said no.
        case declined
        /// The customer said yes.
        case completed
    }

    /// Requests of the same merchant over the same amount, a moment ago: those which a new one could be a repeat of.
    private func fill(_ queue: DatabaseQueue, _ past: Past, count: Int) async throws {
        let now = test.clock.now().milliseconds
        try await queue.write { db in
            for number in 0..<count {
                let id = "pi_past_\(number)"
                try db.execute(
                    sql: """
                        INSERT INTO payment_intent (id, merchant_id, status, expires_at, fetched_at, document)
                            VALUES (:id, 'mer_1', :status, :expires, :now, json_object('id', :id, 'merchant_id', 'mer_1',
                                'amount', '35.50', 'currency', 'USD', 'status', :status,
                                'expires_at', '2026-01-01T11:59:59Z'));
                        INSERT INTO approval (intent_id, first_seen_at, came_by, first_amount, first_currency,
                                first_merchant_id)
                            VALUES (:id, :now - 60000, 'feed', 3550, 'USD', 'mer_1');
                        """,
                    arguments: ["id": id, "status": past.rawValue, "expires": now - 1000, "now": now])
                guard past == .declined || past == .completed else { continue }
                try db.execute(
                    sql: """
                        INSERT INTO decision (id, intent_id, kind, amount, currency, merchant_id, idempotency_key, body,
                            decided_at, expires_at, state, may_have_left, settled_at)
                        VALUES (:id, :id, :kind, 3550, 'USD', 'mer_1', :id, x'00', :now, :now, 'confirmed', 1, :now)
                        """,
                    arguments: ["id": id, "kind": past == .declined ? "decline" : "approve", "now": now])
            }
        }
    }

    /// The instructions that SQLite takes for a request to be shown, in the two ways of watching, and for its answer.
    private func instructions(_ past: Past, count: Int) async throws -> [Int] {
        let test = try TestWallet()
        let queue = try InlineDatabase.makeQueue()
        var configuration = test.configuration
        configuration.inlineDatabase = InlineDatabase(queue) { _ in }
        let wallet = try await Wallet(configuration)
        _ = try await wallet.account.logIn(username: "alice", password: "right", deviceName: "test")
        try await wallet.approvals.catchUp()
        try await fill(queue, past, count: count)
        var news = wallet.approvals.watchNews().makeAsyncIterator()
        var groups = wallet.approvals.watchGroups().makeAsyncIterator()
        _ = (try await news.next(), try await groups.next())
        let counter = InstructionCount(on: queue)
        var costs: [[Int]] = []
        for number in 0..<9 {
            let id = "pi_\(number)"
            let intent = test.platform.addIntent(id, target: ModelPlatform.wallet)
            let before = counter.soFar
            #expect(try await wallet.approvals.receive(push: Data(Self.event(id).utf8)) != nil)
            #expect(try await news.next()?.map(\.intent.id) == [intent])
            #expect(try await groups.next()?.map(\.count) == [1])
            #expect(try await wallet.sync.hasOpenRequests())
            let asked = counter.soFar
            let terms = try #require(try await wallet.intents.load(intent)).terms
            _ = try await wallet.decisions.decide(.decline, on: terms)
            #expect(try await news.next()?.map(\.state) == [.declined])
            #expect(try await groups.next() == [])
            costs.append([asked - before, counter.soFar - asked])
        }
        return (0..<2).map { kind in costs.map { $0[kind] }.sorted()[costs.count / 2] }
    }

    private static func event(_ id: String) -> String {
        #"{"event":"payment.approval_requested","payment_intent_id":"\#(id)","target_wallet_id":"wal_1"}"#
    }

    @Test(arguments: Past.allCases)
    func `a request and its answer cost the same after 4,000 others as after a hundred`(past: Past) async throws {
        let few = try await instructions(past, count: 100)
        let many = try await instructions(past, count: 4000)
        for (few, many) in zip(few, many) {
            #expect(Double(many) <= 1.2 * Double(few), "\(few) instructions after a hundred, \(many) after 4,000")
        }
    }
}
