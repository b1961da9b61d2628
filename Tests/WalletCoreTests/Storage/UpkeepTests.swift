import FexValues
import Foundation
import GRDB
import Testing
import WalletTesting

@testable import WalletCore

@Suite struct UpkeepTests {
    let test: TestWallet

    init() throws { test = try TestWallet() }

    private var logSize: Int {
        let path = test.configuration.database.path + "-wal"
        return (try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int) ?? 0
    }

    private func transactions(_ numbers: Range<Int>) throws -> [LedgerTransaction] {
        try numbers.map { number in
            try LedgerTransaction(
                document: [
                    "transaction_id": .string("tx_\(number)"), "transaction_type": "payment", "status": "completed",
                    "amount": "1.00",
                    "currency": "USD", "created_at": .string(Timestamp(milliseconds: Int64(number)).description),
                    "description": .string("coffee \(number) and cake"), "seq": .integer(number + 1),
                ])
        }
    }

    @Test func `after a sync what was decided is in the file itself`() async throws {
        let wallet = try await test.openLoggedIn()
        let intent = try await wallet.intents.fetch(test.platform.addIntent("pi_1"))
        _ = try await wallet.decisions.decide(.pay, on: intent.terms)
        let file = test.configuration.database
        let id = try #require(try await wallet.decisions.load(on: intent.id)?.id)
        try #require(Data(contentsOf: file).range(of: Data(id.rawValue.utf8)) == nil)
        try await wallet.sync.once()
        #expect(try Data(contentsOf: file).range(of: Data(id.rawValue.utf8)) != nil)
    }

    @Test func `a log that a long sync has made long is cut`() async throws {
        let store = try WalletStore(path: test.configuration.database.path)
        try await store.saveTransactions(try transactions(0..<9000), next: nil)
        #expect(logSize > WalletStore.largestLog)
        try await store.settle()
        #expect(logSize == 0)
    }

    @Test func `a log that a reader still needs is left as it is`() async throws {
        let store = try WalletStore(path: test.configuration.database.path)
        try await store.saveTransactions(try transactions(0..<10), next: nil)
        var configuration = Configuration()
        configuration.allowsUnsafeTransactions = true
        let reader = try DatabaseQueue(path: test.configuration.database.path, configuration: configuration)
        try await reader.writeWithoutTransaction { try $0.execute(sql: "BEGIN; SELECT * FROM ledger_transaction") }
        try await store.saveTransactions(try transactions(10..<9000), next: nil)
        try await store.settle()
        #expect(logSize > WalletStore.largestLog)
        try await reader.writeWithoutTransaction { try $0.execute(sql: "COMMIT") }
    }

    @Test func `the index of words is merged, in short transactions`() async throws {
        let store = try WalletStore(path: test.configuration.database.path)
        for batch in 0..<12 {
            try await store.saveTransactions(try transactions(batch * 50..<batch * 50 + 50), next: nil)
        }
        func segments() async throws -> Int {
            try await store.read { try Int.fetchOne($0, sql: "SELECT count(DISTINCT segid) FROM ledger_text_idx")! }
        }
        let before = try await segments()
        try await store.settle()
        let after = try await segments()
        #expect(after < before && after < 4, "\(before) segments before, \(after) after")
        var query = HistoryQuery(limit: 1000)
        query.text = "coffee"
        let found = try await store.loadHistory(query).entries.count
        #expect(found == 600)
    }
}
