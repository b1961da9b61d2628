import FexValues
import Testing
import WalletCore
import WalletTesting

@Suite struct SyncTests {
    let test: TestWallet

    init() throws { test = try TestWallet() }

    @Test func `one sync brings history, balance and requests, and the next brings nothing again`() async throws {
        let wallet = try await test.openLoggedIn()
        for number in 1...5 {
            let intent = try await wallet.intents.fetch(test.platform.addIntent("pi_\(number)", amount: "\(number).00"))
            _ = try await wallet.decisions.decide(.pay, on: intent.terms)
            test.clock.advance(by: .seconds(1))
        }
        let report = try await wallet.sync.once()
        #expect(report.transactions == 5)
        #expect(report.balance.decimalString == "985.00")
        #expect(try await wallet.sync.once().transactions == 0)
        #expect(try await wallet.ledger.loadAccount()?.balance.decimalString == "985.00")
        #expect(try await wallet.ledger.loadLastSync() != nil)
    }

    @Test func `the history is paged newest first, each entry once`() async throws {
        let wallet = try await test.openLoggedIn()
        for number in 1...7 {
            let intent = try await wallet.intents.fetch(test.platform.addIntent("pi_\(number)"))
            _ = try await wallet.decisions.decide(.pay, on: intent.terms)
            // Several in the same second: the order must still be one.
            if number.isMultiple(of: 3) { test.clock.advance(by: .seconds(1)) }
        }
        try await wallet.sync.once()
        var seen: [LedgerTransaction] = []
        var query = HistoryQuery(limit: 2)
        repeat {
            let page = try await wallet.ledger.loadHistory(query)
            seen += page.entries
            query.after = page.next.flatMap { HistoryCursor($0.text) }
        } while query.after != nil
        #expect(Set(seen.map(\.id)).count == 7 && seen.count == 7)
        let moments = seen.map(\.createdAt)
        #expect(moments == moments.sorted(by: >))
        #expect(seen.allSatisfy { $0.merchantName == "Café Zoë" })
    }

    @Test func `a sync that finds nobody there changes nothing, and says so`() async throws {
        let wallet = try await test.openLoggedIn()
        test.fate.plan("/approvals", .portal)
        let error = await #expect(throws: SyncError.self) { try await wallet.sync.once() }
        #expect(error?.isOutOfReach == true && error?.code == "not_the_platform")
        #expect(try await wallet.ledger.loadLastSync() == nil)
    }

    @Test(arguments: ["", "x", "MSAy", "!!!!", "LTE", "garbage", "-1", "+g", "7vvvvvvvvvvvv", "q47h8jjj0"])
    func `a cursor that was never given is refused`(text: String) {
        #expect(HistoryCursor(text) == nil)
    }
}
