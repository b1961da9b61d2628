import FexValues
import Foundation
import Testing
import WalletTesting

@testable import WalletCore

@Suite struct ApprovalsTests {
    let test: TestWallet

    init() throws { test = try TestWallet() }

    private func event(
        _ intent: String, wallet: String = "wal_1", amount: String = "35.50", merchant: String = "mer_1",
        name: String = "payment.approval_requested"
    ) -> Data {
        let event: JSON = [
            "event": .string(name), "event_id": "e1", "payment_intent_id": .string(intent),
            "target_wallet_id": .string(wallet), "merchant_id": .string(merchant), "amount": .number(amount),
            "currency": "USD",
        ]
        return event.data
    }

    @Test func `a request is shown once, however often and by whichever way it comes`() async throws {
        let wallet = try await test.openLoggedIn()
        test.platform.addIntent("pi_1", target: ModelPlatform.wallet)
        #expect(try await wallet.approvals.receive(pushPayload: event("pi_1")))
        #expect(try await !wallet.approvals.receive(pushPayload: event("pi_1")))
        try await wallet.approvals.catchUp()
        try await wallet.approvals.catchUp()
        #expect(try await wallet.approvals.load().map(\.state) == [.pending])
    }

    @Test func `a request that came before the feed was first read, and is withdrawn, goes`() async throws {
        let wallet = try await test.openLoggedIn()
        let intent = test.platform.addIntent("pi_1", target: ModelPlatform.wallet)
        try await wallet.approvals.receive(pushPayload: event("pi_1"))
        #expect(try await wallet.approvals.load().map(\.state) == [.pending])
        test.platform.set("status", to: "cancelled", of: intent)
        try await wallet.approvals.catchUp()
        #expect(try await wallet.approvals.load().map(\.state) == [.cancelled])
    }

    /// What a wallet shows of a request that is withdrawn while an answer is on its way that says it waits, and while the
    /// feed is begun.
    private func shown(
        holding name: String, _ body: @escaping @Sendable (Wallet) async throws -> Void
    ) async throws -> ApprovalRequest.State? {
        let wallet = try await test.openLoggedIn()
        let transport = HeldTransport(test.platform)
        transport.holdAnswers(to: name)
        var configuration = test.configuration
        configuration.http = transport
        let slow = try await Wallet(configuration)
        let intent = test.platform.addIntent("pi_1", target: ModelPlatform.wallet)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await body(slow) }
            try await until("a call is held up") { transport.waiting > 0 }
            test.platform.set("status", to: "cancelled", of: intent)
            try await wallet.approvals.catchUp()
            transport.release()
            try await group.waitForAll()
        }
        return try await wallet.approvals.load(intent)?.state
    }

    @Test func `a request fetched before the feed is first read, and withdrawn by then, is not shown`() async throws {
        let event = event("pi_1")
        #expect(try await shown(holding: "pi_1") { _ = try await $0.approvals.receive(pushPayload: event) } == nil)
    }

    @Test func `a beginning of the feed that is overtaken by another shows nothing that is over`() async throws {
        #expect(try await shown(holding: "approvals") { try await $0.approvals.catchUp() } == nil)
    }

    /// The wallet has heard of a request by an event, and reads the feed for the first time, with something on the way that
    /// answers as it did at that time when the request is asked for.
    @Test(arguments: ["cancelled", "declined", "pending_approval"])
    func `what the feed does not begin with is not open because an old answer says so`(status: String) async throws {
        _ = try await test.openLoggedIn()
        let box = Middlebox(before: test.platform)
        var configuration = test.configuration
        configuration.http = box
        let wallet = try await Wallet(configuration)
        let intent = test.platform.addIntent("pi_1", target: ModelPlatform.wallet)
        #expect(try await wallet.approvals.receive(pushPayload: event("pi_1")))
        let document = try #require(try await wallet.intents.load(intent)).document
        let old = #"{"success":true,"payment_intent":\#(document.text)}"#
        test.platform.set("status", to: .string(status), of: intent)
        // What something else lists first leaves it out, even where it is open.
        let empty = #"{"success":true,"approvals":[],"next":0,"has_more":false}"#
        box.plan("/approvals", .init(passesOn: false, status: 200, body: empty))
        for _ in 0..<2 { box.plan("/pi_1", .init(passesOn: false, status: 200, body: old)) }
        try await wallet.approvals.catchUp()
        let states: [String: ApprovalRequest.State] = ["cancelled": .cancelled, "declined": .decidedElsewhere]
        #expect(try await wallet.approvals.load(intent)?.state == states[status, default: .pending])
        test.platform.set("status", to: "cancelled", of: intent)
        try await wallet.approvals.catchUp()
        if status == "pending_approval" { #expect(try await wallet.approvals.load(intent)?.state == .cancelled) }
    }

    /// The feed was begun without a request that was over by then; an event about it comes late, and the answer to it is old.
    @Test(arguments: ["cancelled", "declined"])
    func `a request that is over is not shown for ever because an old answer followed its event`(
        status: String
    ) async throws {
        let other = try await test.openLoggedIn()
        let box = Middlebox(before: test.platform)
        var configuration = test.configuration
        configuration.http = box
        let wallet = try await Wallet(configuration)
        let intent = test.platform.addIntent("pi_1", target: ModelPlatform.wallet)
        let document = try await other.intents.fetch(intent).document
        test.platform.set("status", to: .string(status), of: intent)
        try await wallet.approvals.catchUp()
        let old = #"{"success":true,"payment_intent":\#(document.text)}"#
        box.plan("/pi_1", .init(passesOn: false, status: 200, body: old))
        #expect(try await wallet.approvals.receive(pushPayload: event("pi_1")))
        // As long as it is answered so, nothing else is known; nor where nothing is to be had.
        box.plan("/pi_1", .init(passesOn: false, status: 200, body: old))
        box.plan("/pi_1", .init(passesOn: false, status: 502, body: ""))
        for _ in 0..<2 {
            try await wallet.approvals.catchUp()
            #expect(try await wallet.approvals.load(intent)?.state == .pending)
        }
        try await wallet.approvals.catchUp()
        let over: ApprovalRequest.State = status == "declined" ? .decidedElsewhere : .cancelled
        #expect(try await wallet.approvals.load(intent)?.state == over)
    }

    @Test func `a request that the feed has named is not asked for again`() async throws {
        let wallet = try await test.openLoggedIn()
        let intent = test.platform.addIntent("pi_1", target: ModelPlatform.wallet)
        try await wallet.approvals.catchUp()
        test.platform.addIntent("pi_2", target: ModelPlatform.wallet)
        try await wallet.approvals.receive(pushPayload: event("pi_2"))
        let calls = test.platform.calls.count
        for _ in 0..<3 { try await wallet.approvals.catchUp() }
        #expect(test.platform.calls.dropFirst(calls).allSatisfy { $0.path.hasSuffix("/approvals") })
        #expect(try await wallet.approvals.load(intent)?.state == .pending)
    }

    @Test func `a newer request hides none`() async throws {
        let wallet = try await test.openLoggedIn()
        for number in 1...5 { test.platform.addIntent("pi_\(number)", target: ModelPlatform.wallet) }
        try await wallet.approvals.catchUp()
        #expect(try await wallet.approvals.load().count { $0.state == .pending } == 5)
    }

    @Test func `an event that says otherwise than the platform is not shown`() async throws {
        let wallet = try await test.openLoggedIn()
        test.platform.addIntent("pi_1", target: ModelPlatform.wallet)
        test.platform.addIntent("pi_other", target: WalletID("wal_2")!)
        test.platform.addIntent("pi_scan")
        let forged = [
            event("pi_1", amount: "3.55"), event("pi_1", merchant: "mer_2"), event("pi_1", wallet: "wal_2"),
            event("pi_other"), event("pi_scan"), event("pi_1", name: "payment.completed"),
            Data("{".utf8), Data(), Data("[]".utf8), Data(repeating: 0x20, count: 100_000),
        ]
        for payload in forged { #expect(try await !wallet.approvals.receive(pushPayload: payload)) }
        #expect(try await wallet.approvals.load().isEmpty)
    }

    @Test(arguments: [403, 404])
    func `a request whose intent somebody refuses to show is brought by the feed`(status: Int) async throws {
        _ = try await test.openLoggedIn()
        let box = Middlebox(before: test.platform)
        var configuration = test.configuration
        configuration.http = box
        let wallet = try await Wallet(configuration)
        test.platform.addIntent("pi_1", target: ModelPlatform.wallet)
        box.plan("/pi_1", .init(passesOn: false, status: status, body: #"{"success":false,"error":"x"}"#))
        #expect(try await wallet.approvals.receive(pushPayload: event("pi_1")))
        #expect(try await wallet.approvals.load().map(\.state) == [.pending])
        #expect(try await !wallet.approvals.receive(pushPayload: event("pi_never")))
    }

    @Test func `what changed while away shows up, and what is over never comes back`() async throws {
        let wallet = try await test.openLoggedIn()
        let cancelled = test.platform.addIntent("pi_1", target: ModelPlatform.wallet)
        test.platform.addIntent("pi_2", target: ModelPlatform.wallet, lifetime: .seconds(60))
        let declined = test.platform.addIntent("pi_3", target: ModelPlatform.wallet)
        try await wallet.approvals.catchUp()
        let terms = try #require(try await wallet.intents.load(declined)).terms
        _ = try await wallet.decisions.decide(.decline, on: terms)
        test.platform.set("status", to: "cancelled", of: cancelled)
        test.clock.advance(by: .seconds(61))
        try await wallet.approvals.catchUp()
        for payload in ["pi_1", "pi_2", "pi_3"] {
            #expect(try await !wallet.approvals.receive(pushPayload: event(payload)))
        }
        let states = try await wallet.approvals.load().map { ($0.intent.id.rawValue, $0.state) }
        #expect(Dictionary(uniqueKeysWithValues: states) == ["pi_1": .cancelled, "pi_2": .expired, "pi_3": .declined])
    }

    @Test func `a request whose terms change is shown as changed, not swapped`() async throws {
        let wallet = try await test.openLoggedIn()
        let intent = test.platform.addIntent("pi_1", target: ModelPlatform.wallet)
        try await wallet.approvals.catchUp()
        let shown = try #require(try await wallet.approvals.load(intent))
        #expect(shown.changedFrom == nil)
        test.platform.set("amount", to: .number("99.00"), of: intent)
        try await wallet.approvals.catchUp()
        let changed = try #require(try await wallet.approvals.load(intent))
        #expect(changed.changedFrom == shown.intent.terms)
        #expect(changed.intent.amount.decimalString == "99.00")
        await #expect(throws: DecisionError.termsChanged(shown: shown.intent.terms, now: changed.intent.terms)) {
            try await wallet.decisions.decide(.approve, on: shown.intent.terms)
        }
        #expect(test.platform.debits.isEmpty)
    }

    @Test func `a request that looks like a repeat is shown as one, beside the first`() async throws {
        let wallet = try await test.openLoggedIn()
        func ask(_ id: String, _ amount: String = "35.50") async throws -> IntentID {
            let intent = test.platform.addIntent(
                id, amount: amount, target: ModelPlatform.wallet, lifetime: .seconds(3600))
            try await wallet.approvals.catchUp()
            return intent
        }
        let first = try await ask("pi_1")
        test.clock.advance(by: .seconds(10))
        let other = try await ask("pi_2", "35.51")
        test.clock.advance(by: .seconds(10))
        let second = try await ask("pi_3")
        test.clock.advance(by: .seconds(301))
        let late = try await ask("pi_4")
        let repeats = try await wallet.approvals.load().map { ($0.intent.id, $0.repeats) }
        #expect(Dictionary(uniqueKeysWithValues: repeats) == [first: nil, other: nil, second: first, late: nil])
        #expect(try await wallet.approvals.load().allSatisfy { $0.state == .pending })
        #expect(try await wallet.approvals.load(second)?.repeats == first)
    }

    @Test(arguments: [DecisionKind.approve, .decline])
    func `what looks like a repeat of a request approved a moment ago is shown as one, wherever requests are shown`(
        kind: DecisionKind
    ) async throws {
        let wallet = try await test.openLoggedIn()
        let first = test.platform.addIntent("pi_1", target: ModelPlatform.wallet)
        try await wallet.approvals.catchUp()
        let terms = try #require(try await wallet.intents.load(first)).terms
        _ = try await wallet.decisions.decide(kind, on: terms)
        test.clock.advance(by: .seconds(10))
        let second = test.platform.addIntent("pi_2", target: ModelPlatform.wallet)
        try await wallet.approvals.catchUp()
        let earlier = kind == .approve ? first : nil
        var watch = wallet.approvals.watch().makeAsyncIterator()
        #expect(try await watch.next()?.map(\.repeats) == [earlier])
        #expect(try await wallet.approvals.load(second)?.repeats == earlier)
        #expect(try await wallet.approvals.load().first { $0.intent.id == second }?.repeats == earlier)
    }

    @Test func `a repeat of what was paid on another device is shown as one`() async throws {
        let wallet = try await test.openLoggedIn()
        let first = test.platform.addIntent("pi_1", target: ModelPlatform.wallet)
        try await wallet.approvals.catchUp()
        test.platform.set("status", to: "completed", of: first)
        test.clock.advance(by: .seconds(10))
        let second = test.platform.addIntent("pi_2", target: ModelPlatform.wallet)
        try await wallet.approvals.catchUp()
        #expect(try await wallet.approvals.load(second)?.repeats == first)
    }

    @Test func `a watch shows a request that says otherwise than before`() async throws {
        let wallet = try await test.openLoggedIn()
        let intents = (1...3).map { test.platform.addIntent("pi_\($0)", target: ModelPlatform.wallet) }
        try await wallet.approvals.catchUp()
        var watch = wallet.approvals.watch().makeAsyncIterator()
        let before = try #require(try await watch.next())
        test.platform.set("amount", to: .number("99.00"), of: intents[1])
        try await wallet.approvals.catchUp()
        let after = try #require(try await watch.next())
        #expect(after.map(\.intent.amount.decimalString) == ["35.50", "99.00", "35.50"])
        #expect(after.map(\.changedFrom) == [nil, before[1].intent.terms, nil])
    }

    @Test func `an entry of the feed that can't be is passed over, and holds up none`() async throws {
        let wallet = try await test.openLoggedIn()
        let broken = test.platform.addIntent("pi_1", target: ModelPlatform.wallet)
        test.platform.addIntent("pi_2", target: ModelPlatform.wallet)
        test.platform.set("amount", to: .number("0.001"), of: broken)
        try await wallet.approvals.catchUp()
        #expect(try await wallet.approvals.load().map(\.intent.id.rawValue) == ["pi_2"])
    }

    @Test func `a watch begins with now, and goes on with each change`() async throws {
        let wallet = try await test.openLoggedIn()
        var watch = wallet.approvals.watch().makeAsyncIterator()
        #expect(try await watch.next()?.isEmpty == true)
        test.platform.addIntent("pi_1", target: ModelPlatform.wallet)
        try await wallet.approvals.catchUp()
        #expect(try await watch.next()?.map(\.state) == [.pending])
        let terms = try #require(try await wallet.intents.load(IntentID("pi_1")!)).terms
        _ = try await wallet.decisions.decide(.approve, on: terms)
        var state = ApprovalRequest.State.pending
        while state != .approved { state = try await watch.next()?.first?.state ?? .approved }
        #expect(test.platform.debits == ["pi_1"])
    }

    @Test(arguments: [
        ("pending_approval", ApprovalRequest.State.pending), ("cancelled", .cancelled), ("expired", .expired),
        ("completed", .decidedElsewhere), ("declined", .decidedElsewhere), ("new", .unknown),
    ])
    func `without a decision the platform's word counts`(status: String, state: ApprovalRequest.State) {
        let now = Timestamp(milliseconds: 0)
        let later = Timestamp(milliseconds: 1)
        #expect(
            ApprovalRequest.State(status: .init(rawValue: status), decision: nil, expiresAt: later, now: now) == state)
    }

    @Test func `a request is over at the moment of its expiry`() {
        let now = Timestamp(milliseconds: 5)
        #expect(ApprovalRequest.State(status: .pendingApproval, decision: nil, expiresAt: now, now: now) == .expired)
    }
}
