import FexValues
import Foundation
import HTTPTypes
import Testing
import WalletTesting

@testable import WalletCore

/// A payment took effect, its answer was lost, and the ledger is read without being seen to hold it: that is no "not paid".
@Suite(.timeLimit(.minutes(15))) struct LedgerSilenceTests {
    let test: TestWallet
    let box: Middlebox

    init() throws {
        test = try TestWallet()
        box = Middlebox(before: test.platform)
    }

    private static let empty = #"{"success":true,"transactions":[],"next":0,"has_more":false}"#

    private func answer(_ body: String, at time: Timestamp?) -> Middlebox.Answer {
        .init(passesOn: false, status: 200, body: body, headers: time.map { [.date: $0.httpDate] } ?? [:])
    }

    /// A wallet behind the box whose payment was made and its answer lost, after the end of the request's time.
    private func payWithoutAnswer() async throws -> (wallet: Wallet, decision: Decision) {
        let wallet = try await test.openLoggedIn(on: box)
        let intent = try await wallet.intents.fetch(test.platform.addIntent("pi_1", lifetime: .seconds(60)))
        test.fate.plan("/pay", .lostAfter)
        let decision = try await wallet.decisions.decide(.pay, on: intent.terms).decision
        test.clock.advance(by: .seconds(70))
        return (wallet, decision)
    }

    private func expectOpenThenConfirmed(_ wallet: Wallet, _ decision: Decision) async throws {
        let asked = try await wallet.decisions.retry(decision.id).decision
        #expect(asked.state == .unknown, "\(asked.state): \(asked.reason ?? "")")
        box.clear()
        test.fate.clear()
        var settled = asked
        // Two answers that agree may have to be heard first on what time it is.
        for _ in 0..<3 where !settled.state.isSettled {
            test.clock.advance(by: .seconds(2))
            settled = try await wallet.decisions.retry(decision.id).decision
        }
        #expect(settled.state == .confirmed, "\(settled.state): \(settled.reason ?? "")")
    }

    /// Puts a transaction of now into the ledger.
    private func addTransaction(_ id: String, of intent: String, amount: String, to account: String) {
        let now = test.clock.now()
        test.platform.change { platform in
            platform.add(
                .init(
                    id: id, intent: intent, amount: amount, from: "wal_1", to: account, summary: nil, createdAt: now))
        }
    }

    // MARK: Answers from before the payment

    @Test(arguments: [-3600, -30, 30, 3600])
    func `a ledger from another time than the wallet knows says nothing`(seconds: Int) async throws {
        let (wallet, decision) = try await payWithoutAnswer()
        // The platform's clock may have been set back since something on the way kept the answer.
        let time = test.clock.now().advanced(by: .seconds(seconds))
        box.plan("/transactions", answer(Self.empty, at: time))
        try await expectOpenThenConfirmed(wallet, decision)
    }

    @Test(arguments: [nil, "", "yesterday"] as [String?])
    func `a ledger that does not say of when it is says nothing`(date: String?) async throws {
        let (wallet, decision) = try await payWithoutAnswer()
        let headers: HTTPFields = date.map { [.date: $0] } ?? [:]
        box.plan("/transactions", .init(passesOn: false, status: 200, body: Self.empty, headers: headers))
        try await expectOpenThenConfirmed(wallet, decision)
    }

    @Test func `a ledger that agrees with an old answer alone says nothing`() async throws {
        let (wallet, decision) = try await payWithoutAnswer()
        let kept = test.clock.now().advanced(by: .seconds(3600))
        // Both were kept in the same second, before the platform's clock was set back.
        test.platform.addIntent("pi_2")
        let other = try await wallet.intents.fetch(IntentID("pi_2")!)
        let document: JSON = ["success": true, "payment_intent": other.document]
        box.plan("/pi_2", answer(document.text, at: kept))
        _ = try await wallet.intents.fetch(other.id)
        box.plan("/transactions", answer(Self.empty, at: kept))
        try await expectOpenThenConfirmed(wallet, decision)
    }

    // MARK: Rows that may be the payment

    private typealias Change = @Sendable (inout JSONObject) -> Void

    /// The next page of the ledger, with another row than the platform's.
    private func altered(_ change: @escaping Change) -> ModelPlatform.Fate {
        .altered { page in
            let rows = (page["transactions"]?.arrayValue ?? []).map { row -> JSON in
                guard var fields = row.objectValue else { return row }
                change(&fields)
                return .object(fields)
            }
            return page.setting("transactions", .array(rows))
        }
    }

    private static let changes: [(String, Change)] = [
        ("an unknown currency", { $0["currency"] = "XYZ" }),
        ("no amount", { $0["amount"] = "abc" }),
        ("a status that is none", { $0["status"] = 7 }),
        ("no metadata", { $0["metadata"] = nil }),
        ("metadata without the request", { $0["metadata"] = ["note": "x"] }),
        ("the request's id as a number", { $0["metadata"] = ["payment_intent_id": 7] }),
        ("no type", { $0["transaction_type"] = nil }),
        ("no id", { $0["transaction_id"] = nil }),
        (
            "no metadata, and no accounts",
            {
                $0["metadata"] = nil
                $0["to_account_id"] = nil
                $0["from_account_id"] = nil
            }
        ),
    ]

    @Test(arguments: 0..<changes.count)
    func `a row that may be the payment leaves the outcome open`(number: Int) async throws {
        let (wallet, decision) = try await payWithoutAnswer()
        // It is asked for again at once, and comes so again, and so in the published list, and in the feed read anew.
        let (name, change) = Self.changes[number]
        for _ in 0..<5 { test.fate.plan("/transactions", altered(change)) }
        let asked = try await wallet.decisions.retry(decision.id).decision
        #expect(asked.state == .unknown, "\(name): \(asked.state), \(asked.reason ?? "")")
        #expect(try await wallet.decisions.retry(decision.id).decision.state == .confirmed, "\(name)")
    }

    @Test func `a row of the request that is no payment leaves the outcome open`() async throws {
        let (wallet, decision) = try await payWithoutAnswer()
        // It is asked for again at once, and comes so again, and so in the published list, and in the feed read anew.
        for _ in 0..<4 { test.fate.plan("/transactions", altered { $0["transaction_type"] = "purchase" }) }
        #expect(try await wallet.decisions.retry(decision.id).decision.state == .unknown)
        #expect(test.fate.left == 0)
    }

    @Test func `a list that has more than could be read leaves the outcome open`() async throws {
        test.platform.change { $0.rules.hasTransactionFeed = false }
        let (wallet, decision) = try await payWithoutAnswer()
        // It says that there is one, and never shows it.
        let list = #"{"success":true,"transactions":[],"page":1,"limit":100,"total":1,"total_pages":1}"#
        for _ in 0..<8 { box.plan("/transactions", answer(list, at: test.clock.now())) }
        try await expectOpenThenConfirmed(wallet, decision)
    }

    @Test(arguments: [true, false])
    func `a row that is too long to come leaves the outcome open`(comesAsSummary: Bool) async throws {
        let (wallet, decision) = try await payWithoutAnswer()
        // Pages of 1000, 125, 15 and 1, then the row's summary.
        func planFeed() {
            for _ in 0..<4 { test.fate.plan("/transactions", .tooLong) }
            if comesAsSummary {
                test.fate.plan("/transactions", altered { $0["metadata"] = nil })
            } else {
                // What follows it, so that it is stepped over.
                test.fate.plan("/transactions", .tooLong, .served)
            }
        }
        planFeed()
        // And again, when it is asked for by itself, and when the feed is told a second time.
        test.fate.plan("/transactions", .tooLong)
        planFeed()
        // In the published list: pages of 20 and 4, then the row, which is the only one.
        test.fate.plan("/transactions", .tooLong, .tooLong, .tooLong, .served)
        // In the feed read anew: pages of 400, 50, 6 and 1.
        planFeed()
        let asked = try await wallet.decisions.retry(decision.id).decision
        #expect(test.fate.left == 0)
        #expect(asked.state == .unknown, "\(asked.state), \(asked.reason ?? "")")
        #expect(try await wallet.decisions.retry(decision.id).decision.state == .confirmed)
    }

    // MARK: One form of the ledger against the other

    /// A wallet that has read a ledger of one payment before, so that its feed has a cursor and an `ETag`.
    private func payAnotherThenWithoutAnswer() async throws -> (wallet: Wallet, decision: Decision) {
        let wallet = try await test.openLoggedIn(on: box)
        let earlier = try await wallet.intents.fetch(test.platform.addIntent("pi_0", lifetime: .seconds(60)))
        _ = try await wallet.decisions.decide(.pay, on: earlier.terms)
        for _ in 0..<3 {
            try await wallet.sync.once()
            test.clock.advance(by: .seconds(6))
        }
        let intent = try await wallet.intents.fetch(test.platform.addIntent("pi_1", lifetime: .seconds(60)))
        test.fate.plan("/pi_1/pay", .lostAfter)
        let decision = try await wallet.decisions.decide(.pay, on: intent.terms).decision
        test.platform.set("completed_by", to: .null, of: intent.id)
        test.clock.advance(by: .seconds(70))
        return (wallet, decision)
    }

    /// Answers of something that keeps what was answered before, and dates it as of now.
    @Test(arguments: [
        (304, ""), (200, LedgerSilenceTests.empty),
        (200, #"{"success":true,"transactions":[],"next":1,"has_more":false}"#),
        (200, #"{"success":true,"transactions":[],"next":2,"has_more":false}"#),
        (200, #"{"success":true,"transactions":[],"next":700,"has_more":false}"#),
    ])
    func `a payment that the feed leaves out is found in the published list`(status: Int, body: String) async throws {
        let (wallet, decision) = try await payAnotherThenWithoutAnswer()
        box.plan(
            "/transactions",
            .init(passesOn: false, status: status, body: body, headers: [.date: test.clock.now().httpDate]))
        let settled = try await wallet.decisions.retry(decision.id)
        #expect(box.plannedCount == 0)
        #expect(settled.decision.state == .confirmed, "\(settled.decision.reason ?? "")")
        #expect(settled.transaction?.intent?.rawValue == "pi_1")
        #expect(try await wallet.ledger.loadHistory().entries.count == 2)
    }

    private static let falsehoods: [(String, Change)] = [
        ("another amount", { $0["amount"] = "1.00" }),
        ("another currency", { $0["currency"] = "EUR" }),
        ("another type", { $0["transaction_type"] = "purchase" }),
        ("another status", { $0["status"] = "failed" }),
        ("another time", { $0["created_at"] = "2026-01-01T11:00:00Z" }),
        ("another intent", { $0["metadata"] = ["payment_intent_id": "pi_9"] }),
        (
            "the accounts changed about",
            {
                ($0["from_account_id"], $0["to_account_id"]) = ($0["to_account_id"], $0["from_account_id"])
            }
        ),
    ]

    @Test(arguments: 0..<falsehoods.count)
    func `a payment that was told wrongly once is put right by what the list says`(number: Int) async throws {
        let (wallet, decision) = try await payAnotherThenWithoutAnswer()
        let (name, change) = Self.falsehoods[number]
        test.fate.plan("/transactions", altered(change))
        let settled = try await wallet.decisions.retry(decision.id)
        #expect(settled.decision.state == .confirmed, "\(name): \(settled.decision.reason ?? "")")
        let told = try await wallet.ledger.loadHistory().entries.filter { $0.intent?.rawValue != "pi_0" }
        #expect(told.map(\.amount) == [decision.terms.amount], "\(name)")
        #expect(told.map(\.status) == [.completed] && told.map(\.type) == [.payment], "\(name)")
        // The feed goes on as ever, and a refund finds its payment.
        for _ in 0..<3 {
            test.clock.advance(by: .seconds(60))
            try await wallet.sync.once()
        }
        #expect(try await wallet.sync.loadQuarantine().isEmpty)
        #expect(try await wallet.ledger.loadHistory().entries.count == 2, "\(name)")
    }

    @Test(arguments: 0..<falsehoods.count)
    func `the payment of a confirmed decision is not rewritten, however often it is told otherwise`(
        number: Int
    ) async throws {
        let (wallet, decision) = try await payAnotherThenWithoutAnswer()
        let (name, change) = Self.falsehoods[number]
        // The list is read once.
        for _ in 0..<2 { test.fate.plan("/transactions", altered(change)) }
        test.fate.plan("/transactions", .served)
        for _ in 0..<40 { test.fate.plan("/transactions", altered(change)) }
        _ = try await wallet.decisions.retry(decision.id)
        for _ in 0..<4 {
            test.clock.advance(by: .seconds(100))
            _ = try? await wallet.sync.once()
        }
        let settled = try await wallet.decisions.load(decision.id)
        test.fate.clear()
        for _ in 0..<2 { try await wallet.sync.once() }
        guard settled?.state == .confirmed else { return }
        let payment = try await wallet.ledger.loadHistory().entries.first { $0.id == settled?.transaction }
        #expect(payment?.isPayment(of: decision.terms, by: ModelPlatform.wallet) == true, "\(name): \(payment as Any)")
    }

    @Test func `answers that say they were kept on the way call nothing unpaid`() async throws {
        let (wallet, decision) = try await payAnotherThenWithoutAnswer()
        for body in [
            Self.empty, #"{"success":true,"transactions":[],"page":1,"limit":20,"total":0,"total_pages":0}"#,
        ] {
            let headers: HTTPFields = [.date: test.clock.now().httpDate, .age: "30"]
            box.plan("/transactions", .init(passesOn: false, status: 200, body: body, headers: headers))
        }
        try await expectOpenThenConfirmed(wallet, decision)
    }

    @Test(arguments: [500, 404, 403, 400])
    func `what the feed alone says is no proof that nothing was paid`(status: Int) async throws {
        let (wallet, decision) = try await payAnotherThenWithoutAnswer()
        let now = test.clock.now()
        box.plan("/transactions", answer(#"{"success":true,"transactions":[],"next":1,"has_more":false}"#, at: now))
        box.plan(
            "/transactions",
            .init(
                passesOn: false, status: status, body: #"{"success":false,"error":"no"}"#,
                headers: [.date: now.httpDate]))
        try await expectOpenThenConfirmed(wallet, decision)
    }

    // MARK: Both forms of the ledger, one after the other

    /// A page without the rows of an intent.
    private func leavingOut(_ intent: IntentID) -> ModelPlatform.Fate {
        .altered { page in
            let rows = (page["transactions"]?.arrayValue ?? [])
                .filter { $0["metadata"]?["payment_intent_id"]?.stringValue != intent.rawValue }
            return page.setting("transactions", .array(rows))
        }
    }

    private static let emptyList =
        #"{"success":true,"transactions":[],"page":1,"limit":20,"total":0,"total_pages":0}"#

    /// The list leaves the payment out too, once, after the end of the request's time: that says nothing.
    private func expectConfirmedDespiteList(_ wallet: Wallet, _ decision: Decision, _ name: String) async throws {
        test.clock.advance(by: .seconds(70))
        box.plan("page=1", answer(Self.emptyList, at: test.clock.now()))
        let asked = try await wallet.decisions.retry(decision.id).decision
        #expect(asked.state == .unknown && box.plannedCount == 0, "\(name): \(asked.reason ?? "")")
        let settled = try await wallet.decisions.retry(decision.id)
        #expect(settled.decision.state == .confirmed, "\(name): \(settled.decision.reason ?? "")")
        #expect(settled.transaction?.intent == decision.terms.intent, "\(name)")
        let told = try await wallet.ledger.loadHistory().entries.filter { $0.intent == decision.terms.intent }
        #expect(told.map(\.amount) == [decision.terms.amount], "\(name)")
    }

    /// A wallet whose payment was made and its answer lost, and a transfer made after it.
    private func payThenTransfer() async throws -> (wallet: Wallet, decision: Decision) {
        let wallet = try await test.openLoggedIn(on: box)
        try await wallet.sync.once()
        let intent = try await wallet.intents.fetch(test.platform.addIntent("pi_1", lifetime: .seconds(60)))
        test.fate.plan("/pi_1/pay", .lostAfter)
        let decision = try await wallet.decisions.decide(.pay, on: intent.terms).decision
        test.platform.set("completed_by", to: .null, of: intent.id)
        addTransaction("tx_friend", of: "pi_none", amount: "1.00", to: "wal_2")
        return (wallet, decision)
    }

    @Test func `a payment that the feed once left out among others is found when it is read anew`() async throws {
        let (wallet, decision) = try await payThenTransfer()
        test.fate.plan("/pi_1", .unreachable)
        test.fate.plan("/transactions", leavingOut(decision.terms.intent))
        try await wallet.sync.once()
        #expect(test.fate.left == 0)
        #expect(try await wallet.ledger.loadHistory().entries.map(\.id.rawValue) == ["tx_friend"])
        try await expectConfirmedDespiteList(wallet, decision, "left out")
    }

    @Test(arguments: 0..<falsehoods.count)
    func `a payment that the feed once told wrongly is found when it is read anew`(number: Int) async throws {
        let (wallet, decision) = try await payThenTransfer()
        let (name, change) = Self.falsehoods[number]
        test.fate.plan("/pi_1", .unreachable)
        test.fate.plan("/transactions", altered(change))
        try await wallet.sync.once()
        #expect(test.fate.left == 0)
        try await expectConfirmedDespiteList(wallet, decision, name)
    }

    /// What has the first reading of the ledger take it that there is no feed.
    private static let noFeed = [
        (200, LedgerSilenceTests.emptyList), (400, #"{"success":false,"error":"page is missing"}"#),
        (404, #"{"success":false,"error":"not found"}"#),
    ]

    @Test(arguments: noFeed)
    func `a payment is found in the feed by a wallet that reads the list`(status: Int, body: String) async throws {
        let wallet = try await test.openLoggedIn(on: box)
        box.plan("after=0", .init(passesOn: false, status: status, body: body, headers: [:]))
        try await wallet.sync.once()
        #expect(box.plannedCount == 0)
        let intent = try await wallet.intents.fetch(test.platform.addIntent("pi_1", lifetime: .seconds(60)))
        test.fate.plan("/pi_1/pay", .lostAfter)
        let decision = try await wallet.decisions.decide(.pay, on: intent.terms).decision
        test.platform.set("completed_by", to: .null, of: intent.id)
        test.clock.advance(by: .seconds(70))
        for page in ["limit=100", "limit=20"] {
            let list = Self.emptyList.replacing("limit\":20", with: page.replacing("=", with: "\":"))
            box.plan(page, answer(list, at: test.clock.now()))
        }
        #expect(try await wallet.decisions.retry(decision.id).decision.state == .unknown)
        let settled = try await wallet.decisions.retry(decision.id).decision
        #expect(settled.state == .confirmed, "\(settled.reason ?? "")")
    }

    // MARK: What was said too early

    private static let ends: [(String, DecisionState)] = [
        ("expired", .lapsed), ("cancelled", .refused), ("declined", .refused),
    ]

    /// Has the next answer to what the decision's intent is say that it came to an end unpaid.
    private func planEnd(_ status: String, of decision: Decision, _ wallet: Wallet) async throws {
        let document = try await #require(wallet.intents.load(decision.terms.intent)).document
            .setting("status", .string(status))
        let body: JSON = ["success": true, "payment_intent": document]
        box.plan("/pi_1", answer(body.text, at: test.clock.now()))
    }

    /// Has the next answer of the feed tell of a payment of `pi_1` that was never made.
    private func planInventedPayment(_ id: String = "tx_1") {
        let row = PlatformModel.Transaction(
            id: id, intent: "pi_1", amount: "35.50", from: "wal_1", to: "mer_1", summary: nil,
            createdAt: test.clock.now())
        let body =
            #"{"success":true,"transactions":[\#(row.document().dropLast()),"seq":1}],"next":1,"has_more":false}"#
        box.plan("after=0", answer(body, at: test.clock.now()))
    }

    private func expectPaid(_ wallet: Wallet, _ decision: Decision) async throws {
        let settled = try await #require(wallet.decisions.load(decision.id))
        #expect(settled.state == .confirmed && settled.refusal == nil && settled.reason == nil)
        #expect(settled.settledAt == test.clock.now() && settled.transaction != nil)
        #expect(try await wallet.ledger.loadHistory().entries.map(\.intent) == [decision.terms.intent])
        #expect(try await wallet.intents.load(decision.terms.intent)?.status == .completed)
        #expect(try await wallet.decisions.loadOutbox().isEmpty)
    }

    @Test(arguments: ends)
    func `an end that the ledger contradicts is not believed`(status: String, state: DecisionState) async throws {
        let (wallet, decision) = try await payWithoutAnswer()
        try await planEnd(status, of: decision, wallet)
        #expect(try await wallet.decisions.retry(decision.id).decision.state == .confirmed)
        try await expectPaid(wallet, decision)
    }

    @Test(arguments: ends)
    func `a decision that was said to have come to nothing is confirmed where the ledger shows the payment`(
        status: String, state: DecisionState
    ) async throws {
        let (wallet, decision) = try await payWithoutAnswer()
        try await planEnd(status, of: decision, wallet)
        test.fate.plan("/transactions", .unreachable)
        #expect(try await wallet.decisions.retry(decision.id).decision.state == state)
        let report = try await wallet.sync.once()
        #expect(report.decisions.map(\.id) == [decision.id] && report.decisions.map(\.state) == [.confirmed])
        #expect(try await wallet.sync.once().decisions.isEmpty)
        try await expectPaid(wallet, decision)
    }

    @Test(arguments: ends)
    func `an end is not believed where the ledger shows a payment and can't be searched`(
        status: String, state: DecisionState
    ) async throws {
        let (wallet, decision) = try await payWithoutAnswer()
        try await planEnd(status, of: decision, wallet)
        // The feed shows it, and the list can't be had.
        box.plan("limit=20", .init(passesOn: false, status: 500, body: "", headers: [:]))
        #expect(try await wallet.decisions.retry(decision.id).decision.state == .unknown)
        #expect(try await wallet.decisions.retry(decision.id).decision.state == .confirmed)
        try await expectPaid(wallet, decision)
    }

    @Test func `an invented payment does not undo that another wallet has paid`() async throws {
        let wallet = try await test.openLoggedIn(on: box)
        let intent = try await wallet.intents.fetch(test.platform.addIntent("pi_1", lifetime: .seconds(60)))
        test.fate.plan("/pay", .lostBefore)
        let decision = try await wallet.decisions.decide(.pay, on: intent.terms).decision
        test.platform.set("status", to: "completed", of: intent.id)
        test.platform.set("completed_by", to: "wal_2", of: intent.id)
        test.clock.advance(by: .seconds(70))
        planInventedPayment()
        #expect(try await wallet.decisions.retry(decision.id).decision.state == .refused)
        #expect(box.plannedCount == 0)
        // And once it is settled.
        planInventedPayment("tx_2")
        for _ in 0..<3 { try await wallet.sync.once() }
        #expect(try await wallet.decisions.load(decision.id)?.state == .refused)
    }

    @Test(arguments: [0, 3])
    func `what another device paid before the decision was made is found in both forms`(days: Int64) async throws {
        let wallet = try await test.openLoggedIn(on: box)
        let intent = try await wallet.intents.fetch(test.platform.addIntent("pi_1", lifetime: .seconds(7 * 86_400)))
        addTransaction("tx_1", of: "pi_1", amount: "35.50", to: "mer_1")
        test.clock.advance(by: .seconds(days * 86_400 + 60))
        for number in 2...25 {
            addTransaction("tx_\(number)", of: "pi_none", amount: "1.00", to: "wal_2")
        }
        for _ in 0..<3 {
            try await wallet.sync.once()
            test.clock.advance(by: .seconds(6))
        }
        test.fate.plan("/pay", .lostBefore)
        let decision = try await wallet.decisions.decide(.pay, on: intent.terms).decision
        test.platform.set("status", to: "completed", of: intent.id)
        test.platform.set("completed_by", to: "wal_1", of: intent.id)
        #expect(try await wallet.decisions.retry(decision.id).decision.state == .confirmed)
    }

    @Test func `a first refusal that was forged with a code is asked after once the ledger shows the payment`()
        async throws
    {
        let wallet = try await test.openLoggedIn(on: box)
        let intent = try await wallet.intents.fetch(test.platform.addIntent("pi_1", lifetime: .seconds(60)))
        let refusal = #"{"success":false,"error":"x","code":"wallet_blocked"}"#
        box.plan("/pay", .init(passesOn: true, status: 403, body: refusal))
        let decision = try await wallet.decisions.decide(.pay, on: intent.terms).decision
        #expect(decision.state == .refused)
        try await wallet.sync.once()
        try await expectPaid(wallet, decision)
    }

    @Test(arguments: [ModelPlatform.Fate.unreachable, .portal, .status(503)])
    func `a payment that stands in one form of the ledger alone is none where nobody can be asked for the intent`(
        fate: ModelPlatform.Fate
    ) async throws {
        let wallet = try await test.openLoggedIn(on: box)
        let intent = try await wallet.intents.fetch(test.platform.addIntent("pi_1", lifetime: .seconds(60)))
        test.fate.plan("/pay", .lostBefore)
        let decision = try await wallet.decisions.decide(.pay, on: intent.terms).decision
        planInventedPayment()
        test.fate.plan("/pi_1", fate, fate)
        try await wallet.sync.once()
        #expect(box.plannedCount == 0)
        #expect(try await wallet.ledger.loadHistory().entries.count == 1)
        #expect(try await wallet.decisions.retry(decision.id).decision.state == .unknown)
        #expect(test.platform.debits.isEmpty)
    }

    @Test(arguments: ends)
    func `what this wallet has paid is never shown as anything else`(
        status: String, state: DecisionState
    ) async throws {
        let (wallet, decision) = try await payWithoutAnswer()
        #expect(try await wallet.decisions.retry(decision.id).decision.state == .confirmed)
        try await planEnd(status, of: decision, wallet)
        _ = try await wallet.intents.fetch(decision.terms.intent)
        #expect(box.plannedCount == 0)
        try await expectPaid(wallet, decision)
    }

    @Test(arguments: ends)
    func `a payment that stands in one form of the ledger alone undoes no end`(
        status: String, state: DecisionState
    ) async throws {
        let wallet = try await test.openLoggedIn(on: box)
        let intent = try await wallet.intents.fetch(test.platform.addIntent("pi_1", lifetime: .seconds(60)))
        test.fate.plan("/pay", .lostBefore)
        let decision = try await wallet.decisions.decide(.pay, on: intent.terms).decision
        test.platform.set("status", to: .string(status), of: intent.id)
        test.clock.advance(by: .seconds(70))
        #expect(try await wallet.decisions.retry(decision.id).decision.state == state)
        planInventedPayment()
        try await wallet.sync.once()
        #expect(box.plannedCount == 0)
        #expect(try await wallet.ledger.loadHistory().entries.count == 1)
        #expect(try await wallet.decisions.load(decision.id)?.state == state)
        #expect(try await wallet.decisions.loadOutbox().isEmpty)
    }

    @Test func `a payment that was told as a refund is none once it is told rightly`() async throws {
        let (wallet, decision) = try await payAnotherThenWithoutAnswer()
        test.fate.plan("/transactions", altered { $0["transaction_type"] = "refund" })
        let settled = try await wallet.decisions.retry(decision.id)
        #expect(settled.decision.state == .confirmed && settled.intent?.status == .completed)
    }

    @Test func `a decision that was refused stays so where another one was confirmed`() async throws {
        let wallet = try await test.openLoggedIn(on: box)
        let intent = try await wallet.intents.fetch(test.platform.addIntent("pi_1", lifetime: .seconds(60)))
        let refusal = #"{"success":false,"error":"too little","code":"insufficient_balance"}"#
        box.plan("/pay", .init(passesOn: false, status: 422, body: refusal))
        let first = try await wallet.decisions.decide(.pay, on: intent.terms).decision
        #expect(first.state == .refused)
        let second = try await wallet.decisions.decide(.pay, on: intent.terms).decision
        #expect(second.state == .confirmed)
        try await wallet.sync.once()
        #expect(try await wallet.decisions.load(first.id) == first)
    }

    @Test func `a decision that never left stays lapsed where another device paid`() async throws {
        let wallet = try await test.openLoggedIn(on: box)
        let intent = try await wallet.intents.fetch(test.platform.addIntent("pi_1", lifetime: .seconds(60)))
        test.fate.plan("/pay", .unreachable)
        let decision = try await wallet.decisions.decide(.pay, on: intent.terms).decision
        #expect(decision.state == .waiting)
        test.platform.set("status", to: "completed", of: intent.id)
        test.platform.set("completed_by", to: "wal_1", of: intent.id)
        addTransaction("tx_1", of: "pi_1", amount: "35.50", to: "mer_1")
        test.clock.advance(by: .seconds(70))
        #expect(try await wallet.decisions.retry(decision.id).decision.state == .lapsed)
        try await wallet.sync.once()
        #expect(try await wallet.decisions.load(decision.id)?.state == .lapsed)
    }

    // MARK: Where it is true

    @Test func `rows of other requests, be they readable or not, are not taken for the payment`() async throws {
        let wallet = try await test.openLoggedIn()
        let intent = try await wallet.intents.fetch(test.platform.addIntent("pi_1", lifetime: .seconds(60)))
        let others = try await wallet.intents.fetch(test.platform.addIntent("pi_2", amount: "35.50"))
        _ = try await wallet.decisions.decide(.pay, on: others.terms)
        test.fate.plan("/pi_1/pay", .lostBefore)
        let decision = try await wallet.decisions.decide(.pay, on: intent.terms).decision
        test.platform.set("status", to: "completed", of: intent.id)
        addTransaction("tx_odd", of: "pi_odd", amount: "abc", to: "mer_1")
        test.clock.advance(by: .seconds(70))
        #expect(try await wallet.decisions.retry(decision.id).decision.state == .refused)
    }

    /// Rows that no wallet can read, and that name no request: by when they were made, or first seen, they are no payment of
    /// this one.
    @Test(arguments: [true, false], [true, false])
    func `what can't be read and stood there days before leaves no outcome open`(
        hasFeed: Bool, isSeenThen: Bool
    ) async throws {
        test.platform.change { $0.rules.hasTransactionFeed = hasFeed }
        let wallet = try await test.openLoggedIn()
        let moment = test.clock.now()
        test.platform.change { platform in
            var odd = PlatformModel.Transaction(
                id: "tx_odd", intent: "pi_none", amount: "1.00", currency: "QQQ", from: "wal_1", to: "wal_2",
                summary: nil, createdAt: moment)
            odd.showsIntent = false
            platform.add(odd)
        }
        if isSeenThen { #expect(try await wallet.sync.once().quarantined.count == 1) }
        test.clock.advance(by: .seconds(3 * 86_400))
        let intent = try await wallet.intents.fetch(test.platform.addIntent("pi_1", lifetime: .seconds(60)))
        test.fate.plan("/pi_1/pay", .lostBefore)
        let decision = try await wallet.decisions.decide(.pay, on: intent.terms).decision
        test.platform.set("status", to: "completed", of: intent.id)
        test.clock.advance(by: .seconds(70))
        let asked = try await wallet.decisions.retry(decision.id).decision
        #expect(asked.state == .refused, "\(asked.state): \(asked.reason ?? "")")
    }

    /// What a customer sends to a friend belongs to no request.
    @Test(arguments: [(Int64(0), DecisionState.unknown), (-3, .refused), (3, .refused)])
    func `a transfer of the same amount leaves the outcome open where it can be the payment by its time`(
        days: Int64, state: DecisionState
    ) async throws {
        let wallet = try await test.openLoggedIn()
        let intent = try await wallet.intents.fetch(test.platform.addIntent("pi_1", lifetime: .seconds(60)))
        test.fate.plan("/pi_1/pay", .lostBefore)
        let decision = try await wallet.decisions.decide(.pay, on: intent.terms).decision
        test.platform.set("status", to: "completed", of: intent.id)
        let moment = test.clock.now().advanced(by: .seconds(days * 86_400))
        test.platform.change { platform in
            var transfer = PlatformModel.Transaction(
                id: "tx_friend", intent: "pi_none", amount: "35.50", from: "wal_1", to: "wal_2", summary: nil,
                createdAt: moment)
            transfer.showsIntent = false
            platform.add(transfer)
        }
        test.clock.advance(by: .seconds(70))
        #expect(try await wallet.decisions.retry(decision.id).decision.state == state)
    }
}
