import FexValues
import Foundation
import HTTPTypes
import Testing
import WalletTesting

@testable import WalletCore

/// Decisions where gateways, firewalls and captive portals answer in the platform's place.
@Suite(.timeLimit(.minutes(15))) struct MiddleboxTests {
    let test: TestWallet
    let box: Middlebox

    init() throws {
        test = try TestWallet()
        box = Middlebox(before: test.platform)
    }

    private func open() async throws -> Wallet {
        _ = try await test.openLoggedIn()
        return try await test.open(on: box)
    }

    /// Bodies that are no word of the platform's on a decision.
    private static let bodies = [
        "", "{}", "[]", "null", "<html><body>blocked</body></html>", #"{"success":false,"error":"x"}"#,
        #"{"success":false,"code":"unheard_of","error":"x"}"#, #"{"code":"insufficient_balance"}"#,
        #"{"success":true}"#, #"{"success":false,"cod"#,
    ]

    static let answers = [401, 403, 404, 409, 451, 200, 201, 302, 500].flatMap { status in
        [true, false].flatMap { passesOn in
            bodies.map { Middlebox.Answer(passesOn: passesOn, status: status, body: $0) }
        }
    }

    @Test(arguments: DecisionKind.allCases)
    func `what a gateway answers settles nothing, and one honest sync tells the truth`(kind: DecisionKind) async throws
    {
        let wallet = try await open()
        for (number, answer) in Self.answers.enumerated() {
            let id = test.platform.addIntent(
                "pi_\(number)", amount: "0.01", target: kind == .pay ? nil : ModelPlatform.wallet)
            let terms = try await wallet.intents.fetch(id).terms
            box.plan("/\(id)/\(kind.rawValue)", answer)
            // A 401 is followed by one more attempt with a fresh token.
            if answer.status == 401 { box.plan("/\(id)/\(kind.rawValue)", answer) }
            let decision = try await wallet.decisions.decide(kind, on: terms).decision
            box.clear()
            #expect(decision.state == .unknown, "\(answer.description)")
            #expect(decision.reason?.isEmpty == false)
        }
        let report = try await wallet.sync.once()
        #expect(report.decisions.count == Self.answers.count)
        #expect(report.decisions.allSatisfy { $0.state == .confirmed })
        #expect(test.platform.debits.count == (kind.movesMoney ? Self.answers.count : 0))
        #expect(Set(test.platform.debits).count == test.platform.debits.count)
    }

    @Test(arguments: DecisionKind.allCases)
    func `a gateway's refusal after a lost answer leaves the outcome unknown`(kind: DecisionKind) async throws {
        let wallet = try await open()
        for (number, answer) in Self.answers.enumerated() where answer.status != 200 {
            let id = test.platform.addIntent(
                "pi_\(number)", amount: "0.01", target: kind == .pay ? nil : ModelPlatform.wallet)
            let terms = try await wallet.intents.fetch(id).terms
            test.fate.plan("/\(id)/\(kind.rawValue)", .lostBefore)
            let first = try await wallet.decisions.decide(kind, on: terms).decision
            for _ in 0..<(answer.status == 401 ? 2 : 1) { box.plan("/\(id)/\(kind.rawValue)", answer) }
            let second = try await wallet.decisions.retry(first.id).decision
            box.clear()
            #expect(second.state == .unknown, "\(answer.description)")
        }
        #expect(try await wallet.sync.once().decisions.allSatisfy { $0.state == .confirmed })
        #expect(Set(test.platform.debits).count == test.platform.debits.count)
    }

    @Test func `a refusal in a gateway's words is told as somebody's who may not be the platform`() async throws {
        let wallet = try await open()
        let terms = try await wallet.intents.fetch(test.platform.addIntent("pi_1")).terms
        box.plan("/pay", .init(passesOn: false, status: 403, body: #"{"success":false,"error":"no entry"}"#))
        let decision = try await wallet.decisions.decide(.pay, on: terms).decision
        #expect(decision.reason == #"the platform, or something before it, said "no entry" (HTTP 403)"#)
        #expect(decision.schedule?.waitingFor == decision.reason && decision.refusal == nil)
    }

    @Test func `a token that is refused in the middle of a payment leaves its outcome open, not unsent`() async throws {
        let wallet = try await open()
        let terms = try await wallet.intents.fetch(test.platform.addIntent("pi_1")).terms
        // A gateway passes the payment on, calls the token bad, and no other is to be had.
        box.plan("/pay", .init(passesOn: true, status: 401, body: "{}"))
        box.plan("/token", .init(passesOn: false, status: 503, body: ""))
        let decision = try await wallet.decisions.decide(.pay, on: terms).decision
        #expect(decision.state == .unknown && test.platform.debits == ["pi_1"])

        let other = try await wallet.intents.fetch(test.platform.addIntent("pi_2")).terms
        box.plan("/pi_2/pay", .init(passesOn: true, status: 401, body: "{}"))
        test.fate.plan("/pi_2/pay", .served, .unreachable)
        #expect(try await wallet.decisions.decide(.pay, on: other).decision.state == .unknown)
        #expect(test.platform.debits == ["pi_1", "pi_2"])
        await #expect(throws: DecisionError.notCancellable(.unknown)) { try await wallet.decisions.cancel(decision.id) }
        #expect(try await wallet.decisions.retry(decision.id).decision.state == .confirmed)
    }

    @Test func `one old answer alone doesn't tell the time by which a payment is sent`() async throws {
        _ = try await test.openLoggedIn()
        let terms = try await test.open().intents.fetch(test.platform.addIntent("pi_1", lifetime: .seconds(60))).terms
        let document = try #require(try await test.open().intents.load(terms.intent)).document
        test.clock.advance(by: .seconds(61))
        // The device has been started anew, with a wrong clock: what it hears first is what something on the way has kept.
        var configuration = test.configuration
        configuration.clock = DrivenClock(Timestamp("2025-01-01T00:00:00Z")!)
        configuration.http = box
        let wallet = try await Wallet(configuration)
        let kept: JSON = ["success": true, "payment_intent": document]
        box.plan(
            "/pi_1",
            .init(
                passesOn: false, status: 200, body: kept.text, headers: [.date: "Thu, 01 Jan 2026 12:00:01 GMT"]))
        let decision = try await wallet.decisions.decide(.pay, on: terms).decision
        #expect(decision.state == .lapsed)
        #expect(test.platform.calls.allSatisfy { !$0.path.hasSuffix("/pay") })
    }

    @Test(arguments: [("pi_2", 0), ("pi_1", 0), ("pi_2", 1)])
    func `old answers set no time back, be they about something else or one and the same`(
        asked: String, age: Int
    ) async throws {
        let wallet = try await open()
        let terms = try await wallet.intents.fetch(test.platform.addIntent("pi_1", lifetime: .seconds(60))).terms
        let other = test.platform.addIntent("pi_2")
        let document = try #require(try await wallet.intents.load(terms.intent)).document
        test.clock.advance(by: .seconds(70))
        _ = try await wallet.intents.fetch(other)
        let kept: JSON = ["success": true, "payment_intent": document]
        for number in 0..<2 {
            let date = Timestamp("2026-01-01T12:00:0\(number * age)Z")!.httpDate
            box.plan("/\(asked)", .init(passesOn: false, status: 200, body: kept.text, headers: [.date: date]))
            _ = try? await wallet.intents.fetch(IntentID(asked)!)
            test.clock.advance(by: .seconds(age))
        }
        await #expect(throws: DecisionError.self) { try await wallet.decisions.decide(.pay, on: terms) }
        #expect(test.platform.debits.isEmpty)
    }

    @Test func `a payment whose token comes too late is not sent any more`() async throws {
        let wallet = try await open()
        let terms = try await wallet.intents.fetch(test.platform.addIntent("pi_1", lifetime: .seconds(60))).terms
        let held = HeldTransport(test.platform)
        var configuration = test.configuration
        configuration.http = held
        let slow = try await Wallet(configuration)
        // The last token is over, and the next takes until after the request's end.
        test.clock.advance(by: .seconds(1))
        test.platform.revokeTokens()
        _ = try await slow.intents.fetch(terms.intent)
        held.hold("token")
        await slow.session.reject(try await slow.session.accessToken())
        async let decided = slow.decisions.decide(.pay, on: terms)
        try await until("a call is held up") { held.waiting > 0 }
        test.clock.advance(by: .seconds(60))
        held.release()
        #expect(try await decided.decision.state == .lapsed)
        #expect(test.platform.calls.allSatisfy { !$0.path.hasSuffix("/pay") })
    }

    @Test(arguments: [
        ("600", 600), ("Thu, 01 Jan 2026 12:10:00 GMT", 600), ("Thu, 01 Jan 2026 11:00:00 GMT", 0),
        ("Thursday, 01-Jan-26 12:10:00 GMT", 600), ("Thu Jan  1 12:10:00 2026", 600), ("soon", 0),
    ])
    func `a pause is asked for in seconds or by a date`(text: String, seconds: Int64) async throws {
        let wallet = try await open()
        let terms = try await wallet.intents.fetch(test.platform.addIntent("pi_1", lifetime: .seconds(3000))).terms
        box.plan("/pay", .init(passesOn: false, status: 503, body: "", headers: [.retryAfter: text]))
        let schedule = try #require(try await wallet.decisions.decide(.pay, on: terms).decision.schedule)
        let pause = schedule.nextAttemptAt.duration(since: test.clock.now())
        #expect(pause >= .seconds(seconds) && pause < .seconds(seconds + 60))
    }

    @Test func `what a platform refuses is kept by its code`() async throws {
        let wallet = try await open()
        let terms = try await wallet.intents.fetch(test.platform.addIntent("pi_1", amount: "5000.00")).terms
        let refused = try await wallet.decisions.decide(.pay, on: terms).decision
        #expect(refused.refusal?.code == .insufficientBalance)
        let reopened = try await Wallet(test.configuration)
        #expect(try await reopened.decisions.load(on: terms.intent)?.refusal == refused.refusal)
    }

    /// Answers to the question for an intent that say nothing of it, for good.
    private static let unheard = [
        Middlebox.Answer(passesOn: false, status: 404, body: #"{"success":false,"error":"x","code":"intent_unknown"}"#),
        .init(passesOn: false, status: 403, body: "{}"),
    ]

    @Test(arguments: unheard.indices, [ModelPlatform.Fate.lostAfter, .lostBefore])
    func `where an intent can't be had, the ledger tells of its payment, or the same key settles it in time`(
        index: Int, fate: ModelPlatform.Fate
    ) async throws {
        let wallet = try await open()
        let id = test.platform.addIntent("pi_1")
        let terms = try await wallet.intents.fetch(id).terms
        test.fate.plan("/pay", fate)
        let decision = try await wallet.decisions.decide(.pay, on: terms).decision
        box.plan("/public/payment-intents/\(id)", Self.unheard[index])
        #expect(try await wallet.decisions.retry(decision.id).decision.state == .confirmed)
        #expect(test.platform.debits == ["pi_1"] && box.plannedCount == 0)
    }

    @Test(arguments: ["cancelled", "expired"])
    func `an intent that is told without success, or with another one, settles nothing`(status: String) async throws {
        let wallet = try await open()
        for (number, (code, start)) in [
            (200, #"{"success":false,"#), (200, "{"), (200, #"{"success":"true","#), (201, #"{"success":true,"#),
            (206, #"{"success":true,"#), (200, #"{"success":true,"payment_intent":{},"#),
        ].enumerated() {
            let id = test.platform.addIntent("pi_\(number)")
            let terms = try await wallet.intents.fetch(id).terms
            test.fate.plan("/pay", .lostAfter)
            let decision = try await wallet.decisions.decide(.pay, on: terms).decision
            let intent = AnswerJudgeTests.intent(status, ["id": .string(id.rawValue)])
            let body = start + #""payment_intent":\#(intent.text)}"#
            box.plan("/public/payment-intents/\(id)", .init(passesOn: false, status: code, body: body))
            let asked = try await wallet.decisions.retry(decision.id).decision
            #expect(asked.state == .unknown, "\(code) \(start) \(asked.state)")
            #expect(try await wallet.decisions.retry(decision.id).decision.state == .confirmed && box.plannedCount == 0)
        }
    }

    @Test func `a feed and a wallet that are told without success are stored by nobody`() async throws {
        let wallet = try await open()
        test.platform.addIntent("pi_1", target: ModelPlatform.wallet)
        for name in ["/approvals", "/transactions", "/wallet"] {
            test.fate.plan(name, .altered { $0.setting("success", false) }, .altered { $0.setting("success", false) })
        }
        let error = await #expect(throws: SyncError.self) { try await wallet.sync.once() }
        #expect(error?.failures.map(\.step) == [.approvals, .transactions, .account])
        #expect(try await wallet.approvals.loadOpen().isEmpty)
        test.fate.clear()
        #expect(try await wallet.sync.once().approvals == 1)
    }

    @Test(arguments: [ModelPlatform.Fate.unreachable, .portal, .status(503)])
    func `where nobody can be asked for an intent, a payment that was read before tells`(fate: ModelPlatform.Fate)
        async throws
    {
        let wallet = try await open()
        let id = test.platform.addIntent("pi_1")
        let terms = try await wallet.intents.fetch(id).terms
        test.fate.plan("/pay", .lostAfter)
        let decision = try await wallet.decisions.decide(.pay, on: terms).decision
        test.fate.plan("/pi_1", fate, fate)
        let report = try await wallet.sync.once()
        #expect(report.decisions.map(\.state) == [.unknown] && report.transactions == 1)
        #expect(try await wallet.decisions.retry(decision.id).decision.state == .confirmed)
        #expect(test.platform.debits == ["pi_1"])
    }

    @Test func `a platform that has lost a request, and has no payment of it, lets the decision lapse`() async throws {
        let wallet = try await open()
        let id = test.platform.addIntent("pi_1", lifetime: .seconds(60))
        let terms = try await wallet.intents.fetch(id).terms
        test.fate.plan("/pay", .lostBefore)
        var decision = try await wallet.decisions.decide(.pay, on: terms).decision
        test.clock.advance(by: .seconds(70))
        box.plan("/public/payment-intents/\(id)", Self.unheard[1])
        decision = try await wallet.decisions.retry(decision.id).decision
        #expect(decision.state == .unknown, "a gateway's word is none")
        for _ in 0..<3 where !decision.state.isSettled {
            box.plan("/public/payment-intents/\(id)", Self.unheard[0])
            test.clock.advance(by: .seconds(2))
            decision = try await wallet.decisions.retry(decision.id).decision
        }
        #expect(decision.state == .lapsed && test.platform.debits.isEmpty)
    }
}
