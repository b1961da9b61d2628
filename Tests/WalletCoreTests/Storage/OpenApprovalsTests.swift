import FexValues
import Foundation
import GRDB
import Testing
import WalletTesting

@testable import WalletCore

/// The database tells which requests are open without reading their documents, and must say the same as reading them.
@Suite struct OpenApprovalsTests {
    let test: TestWallet

    init() throws { test = try TestWallet() }

    private struct Case {
        var status: String
        var kind: DecisionKind?
        var state: DecisionState?
        var isOver: Bool
    }

    private static let statuses = [
        "pending", "pending_approval", "completed", "declined", "cancelled", "expired", "refunded", "new",
    ]

    private static var cases: [Case] {
        statuses.flatMap { status in
            [false, true].flatMap { isOver in
                [Case(status: status, isOver: isOver)]
                    + [DecisionKind.pay, .approve, .decline].flatMap { kind in
                        DecisionState.allCases.map { Case(status: status, kind: kind, state: $0, isOver: isOver) }
                    }
            }
        }
    }

    private func intent(_ number: Int, _ entry: Case, at now: Timestamp) throws -> PaymentIntent {
        let expiresAt = now.advanced(by: .seconds(entry.isOver ? 0 : 60))
        return try PaymentIntent(document: [
            "id": .string("pi_\(number)"), "merchant_id": .string("mer_\(number)"), "amount": .number("1.00"),
            "currency": "USD", "status": .string(entry.status), "expires_at": .string(expiresAt.description),
            "target_wallet_id": .string(ModelPlatform.wallet.rawValue),
        ])
    }

    @Test func `the database's word on which requests are open is that of their documents`() async throws {
        let store = try WalletStore(path: test.configuration.database.path)
        let now = test.clock.now()
        for (number, entry) in Self.cases.enumerated() {
            _ = try await store.saveApproval(try intent(number, entry, at: now), cameBy: .feed, at: now)
            guard let kind = entry.kind, let state = entry.state else { continue }
            try await store.write { db in
                try db.execute(
                    sql: """
                        INSERT INTO decision (id, intent_id, kind, amount, currency, merchant_id, idempotency_key, body,
                            decided_at, expires_at, state, may_have_left, settled_at)
                        VALUES (:id, :id, :kind, 1, 'USD', 'mer_1', :id, x'00', 0, 0, :state, 0, :settled)
                        """,
                    arguments: [
                        "id": "pi_\(number)", "kind": kind.rawValue, "state": state.rawValue,
                        "settled": state.isSettled ? 1 : nil,
                    ])
            }
        }
        let open = try await store.loadApprovals(at: now).filter { $0.state.isOpen }
        #expect(open.count { $0.state == .pending } > 3 && open.count { $0.state == .answered } > 3)
        #expect(try await store.loadOpenApprovals(at: now) == open)
        #expect(try await store.hasOpenApprovals(at: now))
    }

    @Test func `whether others have written is asked while one of them writes`() async throws {
        let store = try WalletStore(path: test.configuration.database.path)
        try await store.noteChangesByOthers()
        var configuration = Configuration()
        configuration.allowsUnsafeTransactions = true
        let other = try DatabaseQueue(path: test.configuration.database.path, configuration: configuration)
        try await other.writeWithoutTransaction { try $0.execute(sql: "BEGIN IMMEDIATE") }
        await #expect(throws: Never.self, "asking waits for no writer") { try await store.noteChangesByOthers() }
        try await other.writeWithoutTransaction { try $0.execute(sql: "ROLLBACK") }
    }

    @Test func `an answer that says what is known writes nothing`() async throws {
        let store = try WalletStore(path: test.configuration.database.path)
        let now = test.clock.now()
        let known = try intent(1, Case(status: "pending_approval", isOver: false), at: now)
        _ = try await store.saveApproval(known, cameBy: .feed, at: now)
        try await store.saveApprovals([known], after: nil, next: FeedCursor(after: 1, etag: "a"), at: now)
        let other = try DatabaseQueue(path: test.configuration.database.path)
        func version() async throws -> Int? {
            try await other.writeWithoutTransaction { try Int.fetchOne($0, sql: "PRAGMA data_version") }
        }
        let before = try await version()
        _ = try await store.saveApproval(known, cameBy: .stream, at: now.advanced(by: .seconds(1)))
        try await store.saveApprovals(
            [known], after: FeedCursor(after: 1), next: FeedCursor(after: 1, etag: "a"), at: now)
        #expect(try await version() == before)
        try await store.saveApprovals(
            [known], after: FeedCursor(after: 1), next: FeedCursor(after: 1, etag: "b"), at: now)
        #expect(try await version() != before)
    }
}
