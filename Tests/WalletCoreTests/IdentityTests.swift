import FexValues
import Foundation
import Testing
import WalletCore
import WalletTesting

/// What lists on a screen tell their rows apart by.
@Suite(.timeLimit(.minutes(15))) struct IdentityTests {
    let test: TestWallet

    init() throws { test = try TestWallet() }

    /// The identity by which a list knows a row.
    private func id<Row: Identifiable>(_ row: Row) -> Row.ID { row.id }

    @Test func `a row that changes stays the same row`() async throws {
        let wallet = try await test.openLoggedIn()
        let intent = test.platform.addIntent("pi_1", target: ModelPlatform.wallet)
        let asked = try #require(try await wallet.approvals.receive(push: requestEvent("pi_1")))
        let group = try #require(try await wallet.approvals.loadGroups().first)
        test.fate.plan("/approve", .lostBefore)
        let first = try await wallet.decisions.decide(.approve, on: asked.intent.terms)
        let second = try await wallet.decisions.retry(first.decision.id)
        let answered = try #require(try await wallet.approvals.load(intent))
        #expect(asked != answered && id(asked) == id(answered) && id(asked) == intent)
        #expect(first != second && id(first) == id(second) && id(first.decision) == id(second))
        #expect(id(group) == asked.intent.merchantID && id(asked.intent) == intent)

        _ = try await wallet.sync.once()
        let total = try #require(try await wallet.ledger.loadMonthTotals().first)
        let merchant = try #require(try await wallet.ledger.loadMerchantTotals().first)
        let next = try await wallet.intents.fetch(test.platform.addIntent("pi_2"))
        _ = try await wallet.decisions.decide(.pay, on: next.terms)
        let later = try #require(try await wallet.ledger.loadMonthTotals().first)
        #expect(total != later && id(total) == id(later))
        let laterMerchant = try #require(try await wallet.ledger.loadMerchantTotals().first)
        #expect(merchant != laterMerchant && id(merchant) == id(laterMerchant))
        let entries = try await wallet.ledger.loadHistory().entries
        #expect(Set(entries.map { id($0) }).count == 2)

        let devices = try await wallet.account.fetchDevices()
        let own = try #require(try await wallet.account.loadDevice())
        #expect(devices.map { id($0) } == [own])
        #expect(id(SpendingLimit(currency: try Currency("USD"))) == "USD")
        let checks = try await wallet.diagnosis.checks()
        #expect(Set(checks.map { id($0) }).count == checks.count)
    }
}
