import FexValues
import Foundation
import GRDB
import Testing

@testable import WalletCore

/// What any shipped version left behind is found again by this one.
@Suite(.serialized) struct MigrationTests {
    let directory: URL

    init() throws {
        directory = FileManager.default.temporaryDirectory.appending(path: "fixture-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    }

    private func open(_ fixture: Fixture) async throws -> WalletStore {
        try await fixture.make()
        let path = directory.appending(path: "wallet.sqlite")
        try FileManager.default.copyItem(at: fixture.file, to: path)
        return try WalletStore(path: path.path)
    }

    @Test(arguments: Fixture.all) func `the ledger of every version is found again`(fixture: Fixture) async throws {
        let store = try await open(fixture)
        try await store.refreshSearchIndex()
        let history = try await store.loadHistory(HistoryQuery(limit: 10)).entries
        #expect(history.map(\.id.rawValue).first == "tx_4" && history.map(\.id.rawValue).last == "tx_5")
        #expect(
            Set(history.map(\.id.rawValue).dropFirst().dropLast())
                == ["0b9f7a52-1c3d-4e5f-8a6b-7c8d9e0f1a2b", "tx_2", "TX-3"])
        let paid = try #require(history.first { $0.id.rawValue.hasPrefix("0b9f") })
        #expect(paid.merchantName == "Café Zoë" && paid.amount.description == "35.50 USD")
        #expect(paid.createdAt == Timestamp(milliseconds: 1_767_268_800_000) && paid.summary == "Two coffees")
        #expect(try await store.loadTransactions(of: IntentID("3f0c3d1e-52a4-4c8e-9d1b-6a7b8c9d0e1f")!).count == 2)
        #expect(try await store.loadUnsettledTransactions() == [TransactionID("TX-3")!])
        var query = HistoryQuery(limit: 10)
        query.text = "zoe"
        let found = try await store.loadHistory(query).entries
        #expect(found.count == 2, "a payment and its refund")
    }

    @Test(arguments: Fixture.all) func `what was decided in every version goes on`(fixture: Fixture) async throws {
        let store = try await open(fixture)
        let outbox = try await store.loadOutbox()
        #expect(outbox.map(\.id.rawValue) == ["dec_2", "dec_3"])
        #expect(outbox.map(\.state) == [.waiting, .unknown])
        #expect(outbox.map(\.idempotencyKey.rawValue) == ["key-dec_2", "key-dec_3"])
        #expect(outbox.allSatisfy { $0.body == Data(#"{"amount":"35.50"}"#.utf8) })
        #expect(outbox.first?.schedule?.attempts == 3)
        let paid = try await store.loadLatestDecision(on: IntentID("3f0c3d1e-52a4-4c8e-9d1b-6a7b8c9d0e1f")!)
        #expect(paid?.state == .confirmed)
        let asked = try await store.loadApprovals(at: Timestamp(milliseconds: 1_767_268_900_000))
        #expect(asked.map(\.intent.id.rawValue) == ["pi_asked", "pi_declined"])
        #expect(asked.map { $0.state == .pending } == [true, false])
        #expect(try await store.loadAccount()?.balance.description == "910.00 USD")
        #expect(try await store.loadDevice()?.rawValue == "dev_1")
        #expect(try await store.loadServerTime().offset == .milliseconds(250))
    }

    @Test(arguments: Fixture.all) func `no migration is edited once it is shipped`(fixture: Fixture) async throws {
        try await fixture.make()
        let shipped = try DatabaseQueue(path: fixture.file.path)
        #expect(try Fixture.schema(of: shipped) == Fixture.schema(of: fixture.migrated()))
    }

    @Test func `the schema is the one that was looked at`() throws {
        let queue = try DatabaseQueue()
        try WalletStore.migrator.migrate(queue)
        let schema = try Fixture.schema(of: queue)
        if Fixture.isMaking { try schema.write(to: Fixture.schema, atomically: true, encoding: .utf8) }
        #expect(try String(contentsOf: Fixture.schema, encoding: .utf8) == schema)
    }

    @Test func `a new database is made in one commit, and as one that every version has had`() throws {
        let queue = try DatabaseQueue()
        let commits = CommitCount()
        queue.add(transactionObserver: commits)
        try WalletStore.migrate(queue)
        #expect(commits.count == 1)
        #expect(try String(contentsOf: Fixture.schema, encoding: .utf8) == Fixture.schema(of: queue))
        #expect(try queue.read { try WalletStore.migrator.hasCompletedMigrations($0) })
        // Another process may find it made already.
        try WalletStore.migrate(queue)
        #expect(try String(contentsOf: Fixture.schema, encoding: .utf8) == Fixture.schema(of: queue))
    }

    @Test(arguments: Fixture.all)
    func `what can be read of a damaged database of any version is kept`(fixture: Fixture) async throws {
        try await fixture.make()
        let path = directory.appending(path: "wallet.sqlite")
        var file = try Data(contentsOf: fixture.file)
        file.replaceSubrange(0..<100, with: Data(count: 100))
        try file.write(to: path)
        let store = try WalletStore(path: path.path)
        let recovery = try #require(store.recovery)
        #expect(recovery.decisions == 3 && recovery.unsettled == 2 && recovery.requests == 2 && recovery.hasAccount)
        #expect(recovery.hasAllDecisions && recovery.lostDecisions == 0)
        #expect(try await store.loadOutbox().map(\.id.rawValue) == ["dec_2", "dec_3"])
        #expect(try await store.loadOutbox().first?.schedule?.attempts == 3)
    }
}

/// Counts what is committed to a database.
private final class CommitCount: TransactionObserver {
    private(set) var count = 0

    func observes(eventsOfKind eventKind: DatabaseEventKind) -> Bool { false }
    func databaseDidChange(with event: DatabaseEvent) {}
    func databaseDidCommit(_ db: Database) { count += 1 }
    func databaseDidRollback(_ db: Database) {}
}
