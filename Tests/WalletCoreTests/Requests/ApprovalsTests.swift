import FexValues
import Foundation
import Testing
import WalletTesting

@testable import WalletCore

@Suite struct ApprovalsTests {
    let test: TestWallet

    init() throws { test = try TestWallet() }

    @Test func `a request is shown once, however often and by whichever way it comes`() async throws {
        let wallet = try await test.openLoggedIn()
        test.platform.addIntent("pi_1", target: ModelPlatform.wallet)
        #expect(try await wallet.approvals.receive(push: requestEvent("pi_1")) != nil)
        #expect(try await wallet.approvals.receive(push: requestEvent("pi_1"))?.intent.id == IntentID("pi_1"))
        try await wallet.approvals.catchUp()
        try await wallet.approvals.catchUp()
        #expect(try await wallet.approvals.load().map(\.state) == [.pending])
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
            requestEvent("pi_1", amount: "3.55"), requestEvent("pi_1", merchant: "mer_2"),
            requestEvent("pi_1", wallet: "wal_2"),
            requestEvent("pi_other"), requestEvent("pi_scan"), requestEvent("pi_1", name: "payment.completed"),
            Data("{".utf8), Data(), Data("[]".utf8), Data(repeating: 0x20, count: 100_000),
        ]
        for payload in forged { #expect(try await wallet.approvals.receive(push: payload) == nil) }
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
        #expect(try await wallet.approvals.receive(push: requestEvent("pi_1")) != nil)
        #expect(try await wallet.approvals.load().map(\.state) == [.pending])
        #expect(try await wallet.approvals.receive(push: requestEvent("pi_never")) == nil)
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
            #expect(try await wallet.approvals.receive(push: requestEvent(payload))?.state != .pending)
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
