import FexValues
import Foundation
import GRDB
import Testing

@testable import FexSandbox

@Suite struct LedgerTests {
    @Test func `after any business the sum of all is zero, and each balance that of its entries`() async throws {
        try await SandboxWorld.run { world in
            let wallets = [
                try await TestWallet(world.client), try await TestWallet(world.client, index: 1),
                try await TestWallet(world.client, index: 2),
            ]
            var generator = SplitMix64(seed: 5)
            for _ in 0..<40 {
                let wallet = wallets[Int.random(in: 0..<3, using: &generator)]
                let amount =
                    "\(Int.random(in: 1...90, using: &generator)).\(Int.random(in: 10...99, using: &generator))"
                let currency = Bool.random(using: &generator) ? "USD" : "EUR"
                let intent = try await world.aimedIntent(at: wallet, amount, currency: currency)
                let kind = Int.random(in: 0..<4, using: &generator) == 0 ? "decline" : "approve"
                _ = try await TestDecision(kind, on: intent, by: wallet).send(by: wallet)
            }
            let ledger = try await world.sandbox.ledger()
            var sums: [String: Int64] = [:]
            for entry in ledger["entries"]?.arrayValue ?? [] {
                let currency = try Currency(entry["currency"]?.stringValue ?? "")
                let amount = try Money(digits: entry["amount"]?.stringValue ?? "", currency: currency).minorUnits
                sums[entry["debit_account_id"]?.stringValue ?? "", default: 0] -= amount
                sums[entry["credit_account_id"]?.stringValue ?? "", default: 0] += amount
            }
            let balances = try (ledger["balances"]?.objectValue?.members ?? []).map { member in
                (member.name, try minorUnits(member.value.stringValue ?? ""))
            }
            #expect(Dictionary(uniqueKeysWithValues: balances) == sums)
            #expect(balances.map(\.1).reduce(0, +) == 0)
            #expect(balances.count > 6)
            for wallet in wallets {
                #expect(sums[wallet.id] == (try minorUnits(try await wallet.balance() ?? "")))
            }
        }
    }

    private func minorUnits(_ text: String) throws -> Int64 {
        let magnitude = try Money(digits: text.replacing("-", with: ""), currency: Currency("USD")).minorUnits
        return text.hasPrefix("-") ? -magnitude : magnitude
    }

    @Test(arguments: [
        "UPDATE ledger_entries SET amount = amount + 1", "DELETE FROM ledger_entries",
        "UPDATE ledger_transactions SET amount = amount + 1", "DELETE FROM ledger_transactions",
        "INSERT INTO ledger_entries (transaction_id, account_id, amount, balance_after) "
            + "SELECT transaction_id, 'treasury.EUR', 5, 5 FROM ledger_entries LIMIT 1",
    ])
    func `what was entered is never changed`(sql: String) async throws {
        let store = try await seededStore()
        await #expect(throws: DatabaseError.self) { try await store.transaction { try $0.run(sql) } }
    }

    @Test func `a wallet can't be overdrawn, and nothing of the attempt stays`() async throws {
        let store = try await seededStore()
        let before = try await store.transaction { try $0.ledgerReport() }
        await #expect(throws: DatabaseError.self) {
            try await store.transaction { transaction in
                let merchant = try transaction.merchants()[0]
                let wallet = try transaction.wallets()[0]
                let order = try NewIntent(RequestBodyObject(parsing: #"{"amount":1000.01}"#.utf8), call: .create)
                let intent = try transaction.createIntent(order, merchantID: merchant.id) { _ in nil }
                _ = try transaction.postPayment(of: intent, by: wallet.id)
            }
        }
        #expect(try await store.transaction { try $0.ledgerReport() } == before)
        #expect(try await store.transaction { try $0.count("SELECT COUNT(*) FROM intents") } == 0)
    }

    @Test func `an intent is paid once`() async throws {
        let store = try await seededStore()
        await #expect(throws: DatabaseError.self) {
            try await store.transaction { transaction in
                let merchant = try transaction.merchants()[0]
                let wallet = try transaction.wallets()[0]
                let order = try NewIntent(RequestBodyObject(parsing: #"{"amount":1}"#.utf8), call: .create)
                let intent = try transaction.createIntent(order, merchantID: merchant.id) { _ in nil }
                _ = try transaction.postPayment(of: intent, by: wallet.id)
                _ = try transaction.postPayment(of: intent, by: wallet.id)
            }
        }
    }

    private func seededStore() async throws -> Store {
        let store = try Store(directory: nil, clock: SandboxClock(.virtual), entropy: Entropy(seed: 1))
        try await store.transaction { try $0.seedIfEmpty() }
        return store
    }
}
