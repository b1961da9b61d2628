import FexValues
import HTTPTypes
import Testing
import WalletTesting

@testable import WalletCore

/// What a feed tells is told a second time by the answer to the next reading: a lie of one answer loses nothing.
@Suite struct ToldTwiceTests {
    let test: TestWallet
    let feeds: TestFeeds
    let box: Middlebox

    init() throws {
        test = try TestWallet()
        feeds = TestFeeds(test)
        box = Middlebox(before: feeds)
    }

    private func plan(_ feed: String, _ rows: [JSON], next: Int, hasMore: Bool = false) {
        let body = (["success": true, "next": .integer(next), "has_more": .bool(hasMore)] as JSON)
            .setting(feed, .array(rows))
        box.plan(
            "/\(feed)",
            .init(passesOn: false, status: 200, body: body.text, headers: [.date: test.clock.now().httpDate]))
    }

    /// A sync of some seconds later than the last.
    @discardableResult
    private func sync(_ wallet: Wallet) async throws -> SyncReport {
        test.clock.advance(by: .seconds(6))
        return try await wallet.sync.once()
    }

    private func history(_ wallet: Wallet) async throws -> Set<String> {
        Set(try await wallet.ledger.loadHistory(HistoryQuery(limit: 50)).entries.map(\.id.rawValue))
    }

    @Test(arguments: 1...4)
    func `numbers that one answer raised pass over nothing`(by count: Int) async throws {
        feeds.ask("pi_1", seq: 1)
        feeds.pay("tx_1", seq: 1)
        let wallet = try await test.openLoggedIn(on: box)
        for _ in 0..<3 { try await sync(wallet) }
        feeds.ask("pi_2", seq: 2)
        feeds.pay("tx_2", seq: 2)
        for feed in ["approvals", "transactions"] {
            let row = feeds.row(feed, 2).setting("seq", .integer(2 + count))
            plan(feed, [row], next: 2 + count)
        }
        try await sync(wallet)
        #expect(box.plannedCount == 0)
        for seq in 3..<3 + count {
            feeds.ask("pi_\(seq)", seq: seq)
            feeds.pay("tx_\(seq)", seq: seq)
        }
        try await sync(wallet)
        #expect(try await wallet.approvals.load().count == 2 + count)
        #expect(try await history(wallet).count == 2 + count)
        #expect(try await sync(wallet).transactions == 0)
    }

    @Test func `rows that one answer left out among others come with the next`() async throws {
        let wallet = try await test.openLoggedIn(on: box)
        for _ in 0..<3 { try await sync(wallet) }
        for seq in 1...3 {
            feeds.ask("pi_\(seq)", seq: seq)
            feeds.pay("tx_\(seq)", seq: seq)
        }
        for feed in ["approvals", "transactions"] { plan(feed, [feeds.row(feed, 3)], next: 3) }
        let first = try await sync(wallet)
        #expect(first.approvals == 1 && first.transactions == 1 && box.plannedCount == 0)
        let second = try await sync(wallet)
        #expect(second.approvals == 2 && second.transactions == 2)
        #expect(try await wallet.approvals.load().count == 3)
        #expect(try await history(wallet).count == 3)
        let third = try await sync(wallet)
        #expect(third.approvals == 0 && third.transactions == 0)
    }

    private static let falsehoods: [(String, JSON)] = [
        ("amount", "0.01"), ("currency", "EUR"), ("transaction_type", "refund"), ("status", "failed"),
        ("created_at", "2020-01-01T00:00:00Z"), ("metadata", ["payment_intent_id": "pi_9"]),
    ]

    @Test(arguments: falsehoods)
    func `a row that one answer told wrongly is put right by two that agree`(name: String, value: JSON) async throws {
        let wallet = try await test.openLoggedIn(on: box)
        for _ in 0..<3 { try await sync(wallet) }
        feeds.pay("tx_1", seq: 1)
        feeds.pay("tx_2", seq: 2)
        plan(
            "transactions", [feeds.row("transactions", 1).setting(name, value), feeds.row("transactions", 2)], next: 2)
        try await sync(wallet)
        #expect(box.plannedCount == 0)
        for _ in 0..<3 {
            test.clock.advance(by: .seconds(60))
            try await sync(wallet)
        }
        #expect(try await wallet.sync.loadQuarantine().isEmpty)
        let told = try await wallet.ledger.loadHistory().entries.first { $0.id.rawValue == "tx_1" }
        let document = feeds.row("transactions", 1)
        let truth = try LedgerTransaction(document: document)
        #expect(told?.amount == truth.amount && told?.type == truth.type && told?.status == truth.status, "\(name)")
        #expect(told?.createdAt == truth.createdAt && told?.intent == truth.intent, "\(name)")
    }

    @Test(arguments: falsehoods, [1, 2])
    func `a row that one answer told wrongly and with a later number is put right`(
        falsehood: (name: String, value: JSON), later: Int
    ) async throws {
        let wallet = try await test.openLoggedIn(on: box)
        for _ in 0..<3 { try await sync(wallet) }
        for seq in 1...3 { feeds.pay("tx_\(seq)", seq: seq) }
        let row = feeds.row("transactions", 1).setting(falsehood.name, falsehood.value).setting(
            "seq", .integer(1 + later))
        plan("transactions", [row, feeds.row("transactions", 2), feeds.row("transactions", 3)], next: 3)
        try await sync(wallet)
        #expect(box.plannedCount == 0)
        for _ in 0..<3 {
            test.clock.advance(by: .seconds(60))
            try await sync(wallet)
        }
        #expect(try await wallet.sync.loadQuarantine().isEmpty)
        let told = try await wallet.ledger.loadHistory().entries.first { $0.id.rawValue == "tx_1" }
        let truth = try LedgerTransaction(document: feeds.row("transactions", 1))
        #expect(told?.amount == truth.amount && told?.type == truth.type && told?.status == truth.status)
        #expect(told?.createdAt == truth.createdAt && told?.intent == truth.intent)
    }

    @Test func `an older change that is told again sets nothing back that another process has read since`() async throws
    {
        let held = HeldTransport(feeds)
        let wallet = try await test.openLoggedIn(on: held)
        let other = try await test.open(on: feeds)
        for _ in 0..<3 { try await sync(wallet) }
        feeds.pay("tx_1", seq: 1)
        try await sync(wallet)
        test.clock.advance(by: .seconds(6))
        held.holdAnswers(to: "transactions")
        async let report = wallet.sync.once()
        try await until("the row is told again", moving: test.clock) { held.waiting == 1 }
        feeds.change { $0.transactions = [:] }
        feeds.pay("tx_1", seq: 2) {
            $0["status"] = "refunded"
            $0["created_at"] = .string(Timestamp(milliseconds: 1_767_268_800_001).description)
            $0["description"] = "Order 1"
        }
        try await other.sync.once()
        held.release()
        _ = try await report
        for _ in 0..<2 {
            #expect(try await wallet.ledger.loadHistory().entries.map(\.status) == [.refunded])
            try await sync(wallet)
        }
    }

    @Test func `a row that could not be read and came when it was asked for is not told anew by what follows`()
        async throws
    {
        let wallet = try await test.openLoggedIn(on: box)
        for _ in 0..<3 { try await sync(wallet) }
        feeds.pay("tx_1", seq: 1)
        plan("transactions", [feeds.row("transactions", 1).setting("currency", "QQQQQ")], next: 1)
        #expect(try await sync(wallet).quarantined.count == 1)
        let body = (["success": true, "next": 1, "has_more": false] as JSON)
            .setting("transactions", .array([feeds.row("transactions", 1).setting("amount", "7.77")]))
        test.clock.advance(by: .seconds(6))
        box.plan(
            "limit=1000",
            .init(passesOn: false, status: 200, body: body.text, headers: [.date: test.clock.now().httpDate]))
        try await wallet.sync.once()
        #expect(box.plannedCount == 0)
        for _ in 0..<3 {
            test.clock.advance(by: .seconds(60))
            try await sync(wallet)
        }
        #expect(try await wallet.sync.loadQuarantine().isEmpty)
        #expect(try await wallet.ledger.loadHistory().entries.map(\.amount.description) == ["5.00 USD"])
    }

    @Test func `answers of one moment count as one`() async throws {
        let wallet = try await test.openLoggedIn(on: box)
        for _ in 0..<3 { try await sync(wallet) }
        feeds.pay("tx_1", seq: 1)
        let row = feeds.row("transactions", 1)
        plan("transactions", [row.setting("seq", 2).setting("amount", "0.01")], next: 2)
        plan("transactions", [row.setting("seq", 2).setting("amount", "0.01")], next: 2)
        try await sync(wallet)
        try await wallet.sync.once()
        #expect(box.plannedCount == 0)
        feeds.pay("tx_2", seq: 2)
        for _ in 0..<4 {
            test.clock.advance(by: .seconds(60))
            try await sync(wallet)
        }
        #expect(try await wallet.sync.loadQuarantine().isEmpty)
        let amounts = try await wallet.ledger.loadHistory().entries.map(\.amount.description)
        #expect(amounts == ["5.00 USD", "5.00 USD"])
    }

    @Test func `a row that was told twice outlasts one answer that tells it otherwise`() async throws {
        let wallet = try await test.openLoggedIn(on: box)
        feeds.pay("tx_1", seq: 1)
        for _ in 0..<3 { try await sync(wallet) }
        let row = feeds.row("transactions", 1).setting("amount", "0.01").setting("seq", 2)
        plan("transactions", [row], next: 2)
        #expect(try await sync(wallet).quarantined.count == 1)
        feeds.pay("tx_2", seq: 2)
        for _ in 0..<3 {
            test.clock.advance(by: .seconds(60))
            try await sync(wallet)
        }
        #expect(try await wallet.sync.loadQuarantine().isEmpty)
        #expect(try await wallet.ledger.loadHistory().entries.map(\.amount.description) == ["5.00 USD", "5.00 USD"])
    }

    @Test(arguments: [0, 1])
    func `a request that the first answer of all left out comes with the next`(raisedBy count: Int) async throws {
        for seq in 1...2 { feeds.ask("pi_\(seq)", seq: seq) }
        let wallet = try await test.openLoggedIn(on: box)
        plan("approvals", [feeds.row("approvals", 1)], next: 2 + count)
        try await sync(wallet)
        #expect(box.plannedCount == 0)
        if count > 0 { feeds.ask("pi_3", seq: 3) }
        try await sync(wallet)
        #expect(try await wallet.approvals.load().count == 2 + count)
    }

    /// A request as the feed and the platform's answer to what it is show it.
    private func ask(_ id: String, seq: Int) {
        let intent = test.platform.addIntent(id, target: ModelPlatform.wallet, lifetime: .seconds(3600))
        feeds.ask(id, seq: seq) {
            $0["expires_at"] = .string(test.clock.now().advanced(by: .seconds(3600)).description)
        }
        #expect(intent.rawValue == id)
    }

    private func expectOpen(_ wallet: Wallet) async throws {
        let open = try await wallet.approvals.loadOpen()
        #expect(open.map(\.state) == [.pending] && open.first?.changedFrom == nil)
        #expect(open.first?.intent.terms == (try await wallet.intents.fetch(IntentID("pi_1")!)).terms)
        let result = try await wallet.decisions.decide(.approve, on: try #require(open.first).intent.terms)
        #expect(result.decision.state == .confirmed)
    }

    private func approvals(_ change: [String: JSON]) -> JSON {
        let row = feeds.row("approvals", 1)
        guard var intent = row["payment_intent"]?.objectValue else { return row }
        for (name, value) in change { intent[name] = value }
        return row.setting("payment_intent", .object(intent))
    }

    @Test(arguments: ["cancelled", "expired", "declined", "completed", "refunded"], [true, false])
    func `a request that one answer said to be over is open`(status: String, isFirst: Bool) async throws {
        if isFirst { ask("pi_1", seq: 1) }
        let wallet = try await test.openLoggedIn(on: box)
        if !isFirst {
            for _ in 0..<3 { try await sync(wallet) }
            ask("pi_1", seq: 1)
        }
        plan("approvals", [approvals(["status": .string(status)])], next: 1)
        try await sync(wallet)
        #expect(try await wallet.approvals.loadOpen().isEmpty && box.plannedCount == 0)
        for _ in 0..<2 { try await sync(wallet) }
        try await expectOpen(wallet)
    }

    private static let otherwise: [(name: String, value: JSON)] = [
        ("amount", "500.00"), ("merchant_id", "mer_9"), ("expires_at", "2026-01-01T11:00:00Z"), ("status", "zzz"),
        ("status", "pending"), ("status", "cancelled"),
    ]

    @Test(arguments: otherwise, [true, false])
    func `a request that was told rightly first is what a third answer says`(
        other: (name: String, value: JSON), isFirst: Bool
    ) async throws {
        if isFirst { ask("pi_1", seq: 1) }
        let wallet = try await test.openLoggedIn(on: box)
        if !isFirst {
            for _ in 0..<3 { try await sync(wallet) }
            ask("pi_1", seq: 1)
        }
        try await sync(wallet)
        plan("approvals", [approvals([other.name: other.value])], next: 1)
        try await sync(wallet)
        #expect(box.plannedCount == 0)
        try await expectOpen(wallet)
    }

    @Test func `what can't be asked a third time is told again with the next reading`() async throws {
        let wallet = try await test.openLoggedIn(on: box)
        for _ in 0..<3 { try await sync(wallet) }
        ask("pi_1", seq: 1)
        plan("approvals", [approvals(["status": "cancelled"])], next: 1)
        try await sync(wallet)
        test.fate.plan("/pi_1", .unreachable)
        try await sync(wallet)
        #expect(try await wallet.approvals.loadOpen().isEmpty && test.fate.left == 0)
        try await sync(wallet)
        try await expectOpen(wallet)
    }

    @Test func `what can't be asked a third time is told again, also where more pages followed`() async throws {
        let wallet = try await test.openLoggedIn(on: box)
        for _ in 0..<3 { try await sync(wallet) }
        ask("pi_1", seq: 1)
        plan("approvals", [approvals(["status": "cancelled"])], next: 1)
        try await sync(wallet)
        ask("pi_2", seq: 2)
        plan("approvals", [feeds.row("approvals", 1)], next: 1, hasMore: true)
        test.fate.plan("/pi_1", .unreachable)
        try await sync(wallet)
        #expect(test.fate.left == 0 && box.plannedCount == 0)
        #expect(try await wallet.approvals.loadOpen().map(\.intent.id.rawValue) == ["pi_2"])
        try await sync(wallet)
        #expect(Set(try await wallet.approvals.loadOpen().map(\.intent.id.rawValue)) == ["pi_1", "pi_2"])
    }

    @Test func `a third answer that is about another wallet's request decides nothing`() async throws {
        let wallet = try await test.openLoggedIn(on: box)
        for _ in 0..<3 { try await sync(wallet) }
        ask("pi_1", seq: 1)
        try await sync(wallet)
        plan("approvals", [approvals(["amount": "500.00"])], next: 1)
        let document = try await wallet.intents.fetch(IntentID("pi_1")!).document.setting("target_wallet_id", "wal_9")
        let body: JSON = ["success": true, "payment_intent": document]
        test.clock.advance(by: .seconds(6))
        box.plan(
            "/pi_1", .init(passesOn: false, status: 200, body: body.text, headers: [.date: test.clock.now().httpDate]))
        try await wallet.sync.once()
        #expect(box.plannedCount == 0)
        #expect(try await wallet.approvals.loadOpen().map(\.intent.targetWallet) == [ModelPlatform.wallet])
        try await expectOpen(wallet)
    }

    @Test func `a request that is over stays so, whatever one answer tells`() async throws {
        let wallet = try await test.openLoggedIn(on: box)
        for _ in 0..<3 { try await sync(wallet) }
        ask("pi_1", seq: 1)
        let open = feeds.row("approvals", 1)
        test.platform.set("status", to: "cancelled", of: IntentID("pi_1")!)
        feeds.ask("pi_1", seq: 1) { $0["status"] = "cancelled" }
        try await sync(wallet)
        plan("approvals", [open], next: 1)
        for _ in 0..<2 {
            try await sync(wallet)
            #expect(try await wallet.approvals.load().map(\.state) == [.cancelled])
        }
    }

    @Test(arguments: ["cancelled", "expired", "declined", "completed"])
    func `an intent that one answer said to be over can be paid`(status: String) async throws {
        let wallet = try await test.openLoggedIn(on: box)
        let id = test.platform.addIntent("pi_1", lifetime: .seconds(3600))
        let document = try await wallet.intents.fetch(id).document.setting("status", .string(status))
        let body: JSON = ["success": true, "payment_intent": document]
        box.plan(
            "/pi_1", .init(passesOn: false, status: 200, body: body.text, headers: [.date: test.clock.now().httpDate]))
        _ = try await wallet.intents.fetch(id)
        #expect(box.plannedCount == 0)
        test.clock.advance(by: .seconds(6))
        let intent = try await wallet.intents.fetch(id)
        #expect(try await wallet.decisions.decide(.pay, on: intent.terms).decision.state == .confirmed)
    }

    @Test func `once all was told twice nothing is asked for but what is new`() async throws {
        feeds.ask("pi_1", seq: 1)
        feeds.pay("tx_1", seq: 1)
        let wallet = try await test.openLoggedIn(on: box)
        for _ in 0..<3 { try await sync(wallet) }
        let before = feeds.queries.count
        try await sync(wallet)
        let asked = feeds.queries.dropFirst(before)
        #expect(asked.count == 2 && asked.allSatisfy { $0.contains("after=1&") }, "\(asked)")
    }
}
