import FexValues
import Foundation
import Testing
import WalletTesting

@testable import WalletCore

/// What an old answer, or one that was overtaken on its way, does to the inbox.
@Suite struct OldAnswersTests {
    let test: TestWallet

    init() throws { test = try TestWallet() }

    @Test func `a request that came before the feed was first read, and is withdrawn, goes`() async throws {
        let wallet = try await test.openLoggedIn()
        let intent = test.platform.addIntent("pi_1", target: ModelPlatform.wallet)
        try await wallet.approvals.receive(push: requestEvent("pi_1"))
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
        let event = requestEvent("pi_1")
        #expect(try await shown(holding: "pi_1") { _ = try await $0.approvals.receive(push: event) } == nil)
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
        #expect(try await wallet.approvals.receive(push: requestEvent("pi_1")) != nil)
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
        #expect(try await wallet.approvals.receive(push: requestEvent("pi_1")) != nil)
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
        try await wallet.approvals.receive(push: requestEvent("pi_2"))
        let calls = test.platform.calls.count
        for _ in 0..<3 { try await wallet.approvals.catchUp() }
        #expect(test.platform.calls.dropFirst(calls).allSatisfy { $0.path.hasSuffix("/approvals") })
        #expect(try await wallet.approvals.load(intent)?.state == .pending)
    }
}
