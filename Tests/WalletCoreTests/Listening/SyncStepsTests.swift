import FexValues
import Testing
import WalletTesting

@testable import WalletCore

/// A sync's steps: none keeps the others from being done.
@Suite struct SyncStepsTests {
    let test: TestWallet

    init() throws { test = try TestWallet() }

    static let paths: [(SyncStep, String)] = [
        (.approvals, "/approvals"), (.transactions, "/transactions"), (.account, "/wallet"),
    ]

    @Test(arguments: paths, [ModelPlatform.Fate.portal, .status(403), .status(500), .lostAfter, .unreachable])
    func `a step that fails keeps no other from being done, and what was done is said`(
        path: (step: SyncStep, path: String), fate: ModelPlatform.Fate
    ) async throws {
        let wallet = try await test.openLoggedIn()
        let intent = try await wallet.intents.fetch(test.platform.addIntent("pi_1", amount: "1.00"))
        test.fate.plan("/pay", .unreachable)
        _ = try await wallet.decisions.decide(.pay, on: intent.terms)
        test.platform.addIntent("pi_2", target: ModelPlatform.wallet)
        test.fate.plan(path.path, fate, fate, fate)
        let error = await #expect(throws: SyncError.self) { try await wallet.sync.once() }
        let report = try #require(error?.report)
        #expect(error?.failures.map(\.step) == [path.step])
        #expect(report.decisions.map(\.state) == [.confirmed])
        #expect(report.approvals == (path.step == .approvals ? 0 : 1))
        #expect(report.transactions == (path.step == .transactions ? 0 : 1))
        #expect(report.balance.decimalString == (path.step == .account ? "1000.00" : "999.00"))
        #expect(try await wallet.ledger.loadLastSync() == nil)
        test.fate.clear()
        try await wallet.sync.once()
        #expect(try await wallet.ledger.loadLastSync() != nil)
    }

    @Test func `a catch-up goes on past a step that fails, and then says so`() async throws {
        let wallet = try await test.openLoggedIn()
        let intent = try await wallet.intents.fetch(test.platform.addIntent("pi_1", amount: "1.00"))
        _ = try await wallet.decisions.decide(.pay, on: intent.terms)
        test.fate.plan("/approvals", .portal)
        await #expect(throws: PlatformError.self) { try await wallet.sync.catchUp() }
        #expect(try await wallet.ledger.loadAccount()?.balance.decimalString == "999.00")
        #expect(try await wallet.sync.once().transactions == 0)
    }

    @Test func `a session that ends, ends the sync`() async throws {
        let wallet = try await test.openLoggedIn()
        test.platform.revokeTokens()
        test.fate.plan("/token", .altered { _ in ["error": "invalid_grant"] })
        await #expect(throws: (any Error).self) { try await wallet.sync.once() }
        #expect(try await wallet.ledger.loadLastSync() == nil)
    }

    @Test func `what came by the newest page and again by the feed counts once`() async throws {
        let feeds = TestFeeds(test)
        for seq in 1...350 { feeds.pay("tx_\(seq)", seq: seq) }
        let wallet = try await test.openLoggedIn(on: feeds)
        #expect(try await wallet.sync.once().transactions == 350)
        #expect(try await wallet.ledger.loadHistory(HistoryQuery(limit: 500)).entries.count == 350)
        #expect(try await wallet.sync.once().transactions == 0)
        feeds.pay("tx_351", seq: 351)
        #expect(try await wallet.sync.once().transactions == 1)
    }

    @Test func `an answer about another wallet is something in between's, and ends nothing`() async throws {
        let wallet = try await test.openLoggedIn()
        test.platform.addIntent("pi_2", target: ModelPlatform.wallet)
        test.fate.plan(
            "/wallet", .altered { $0.setting("wallet", ($0["wallet"] ?? .null).setting("wallet_id", "wal_2")) })
        let error = await #expect(throws: SyncError.self) { try await wallet.sync.once() }
        #expect(error?.failures.map(\.step) == [.account] && error?.failures.first?.error.code == "not_the_platform")
        #expect(error?.report.approvals == 1)
        #expect(try await wallet.ledger.loadAccount()?.wallet == ModelPlatform.wallet)
        try await wallet.sync.once()
    }
}
