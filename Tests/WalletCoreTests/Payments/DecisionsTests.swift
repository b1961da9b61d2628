import FexValues
import Foundation
import Testing
import WalletCore
import WalletTesting

@Suite struct DecisionsTests {
    let test: TestWallet

    init() throws { test = try TestWallet() }

    private func calls(to part: String) -> [ModelPlatform.Call] {
        test.platform.calls.filter { $0.path.hasSuffix(part) }
    }

    @Test func `a scanned intent is paid once, and the wallet knows it`() async throws {
        let wallet = try await test.openLoggedIn()
        let intent = try await wallet.intents.fetch(test.platform.addIntent("pi_1"))
        let result = try await wallet.decisions.decide(.pay, on: intent.terms)
        #expect(result.decision.state == .confirmed)
        #expect(result.intent?.status == .completed)
        #expect(result.transaction?.amount == intent.amount)
        #expect(test.platform.debits == ["pi_1"])
        #expect(try await wallet.decisions.loadOutbox().isEmpty)
    }

    @Test func `a payment is not written down once its task is cancelled`() async throws {
        let wallet = try await test.openLoggedIn()
        let intent = try await wallet.intents.fetch(test.platform.addIntent("pi_1"))
        let task = Task {
            unsafe withUnsafeCurrentTask { unsafe $0?.cancel() }
            return try await wallet.decisions.decide(.pay, on: intent.terms)
        }
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(try await wallet.decisions.load(on: intent.id) == nil)
        #expect(calls(to: "/pay").isEmpty && test.platform.debits.isEmpty)
        #expect(try await wallet.decisions.decide(.pay, on: intent.terms).decision.state == .confirmed)
    }

    @Test(arguments: [ModelPlatform.Fate.lostBefore, .lostAfter, .status(503), .status(408), .portal, .unreachable])
    func `every attempt sends the same key and the same body`(fate: ModelPlatform.Fate) async throws {
        let wallet = try await test.openLoggedIn()
        let intent = try await wallet.intents.fetch(test.platform.addIntent("pi_1"))
        test.fate.plan("/pay", fate, fate)
        let first = try await wallet.decisions.decide(.pay, on: intent.terms)
        #expect(!first.decision.state.isSettled)
        _ = try await wallet.decisions.sendAll()
        _ = try await wallet.decisions.sendAll()
        #expect(try await wallet.decisions.load(on: intent.id)?.state == .confirmed)
        #expect(test.platform.debits == ["pi_1"])
        let attempts = calls(to: "/pay")
        // Of a payment that was made the ledger tells: it is not sent again.
        #expect(attempts.count == (fate == .unreachable || fate == .lostAfter ? 1 : 3))
        #expect(Set(attempts.map(\.key)) == [first.decision.idempotencyKey.rawValue])
        #expect(Set(attempts.map(\.body)).count == 1)
    }

    @Test(arguments: [
        (ModelPlatform.Fate.lostAfter, DecisionState.unknown), (.lostBefore, .unknown), (.status(500), .unknown),
        (.portal, .unknown), (.unreachable, .waiting),
    ])
    func `a failed attempt is shown as what it is`(fate: ModelPlatform.Fate, state: DecisionState) async throws {
        let wallet = try await test.openLoggedIn()
        let intent = try await wallet.intents.fetch(test.platform.addIntent("pi_1"))
        test.fate.plan("/pay", fate)
        let result = try await wallet.decisions.decide(.pay, on: intent.terms)
        #expect(result.decision.state == state)
        #expect(result.decision.reason != nil)
        #expect(try await wallet.decisions.loadOutbox().count == 1)
    }

    @Test func `a decision outlives the process, and takes effect once`() async throws {
        let intent = test.platform.addIntent("pi_1", target: ModelPlatform.wallet)
        do {
            let wallet = try await test.openLoggedIn()
            let fetched = try await wallet.intents.fetch(intent)
            test.fate.plan("/approve", .lostAfter)
            _ = try await wallet.decisions.decide(.approve, on: fetched.terms)
        }
        let reopened = try await test.open()
        #expect(try await reopened.decisions.loadOutbox().map(\.state) == [.unknown])
        let report = try await reopened.sync.once()
        #expect(report.decisions.map(\.state) == [.confirmed])
        #expect(test.platform.debits == ["pi_1"])
        #expect(try await reopened.approvals.load().map(\.state) == [.approved])
    }

    @Test func `a decision queued offline that lapses is shown as lapsed, and nothing is sent`() async throws {
        let wallet = try await test.openLoggedIn()
        let intent = try await wallet.intents.fetch(test.platform.addIntent("pi_1", lifetime: .seconds(60)))
        test.fate.plan("/pay", .unreachable)
        _ = try await wallet.decisions.decide(.pay, on: intent.terms)
        test.clock.advance(by: .seconds(61))
        #expect(try await wallet.decisions.sendAll().map(\.state) == [.lapsed])
        #expect(test.platform.debits.isEmpty)
        #expect(calls(to: "/pay").isEmpty)
    }

    @Test func `an open outcome is not sent again after expiry, but asked about`() async throws {
        let wallet = try await test.openLoggedIn()
        let intent = try await wallet.intents.fetch(test.platform.addIntent("pi_1", lifetime: .seconds(60)))
        test.fate.plan("/pay", .lostAfter)
        _ = try await wallet.decisions.decide(.pay, on: intent.terms)
        test.clock.advance(by: .seconds(61))
        #expect(try await wallet.decisions.sendAll().map(\.state) == [.confirmed])
        #expect(calls(to: "/pay").count == 1)
        #expect(test.platform.debits == ["pi_1"])
    }

    @Test func `the first decision stands`() async throws {
        let wallet = try await test.openLoggedIn()
        let intent = try await wallet.intents.fetch(test.platform.addIntent("pi_1", target: ModelPlatform.wallet))
        test.fate.plan("/decline", .unreachable, .unreachable)
        let no = try await wallet.decisions.decide(.decline, on: intent.terms, reason: "not mine")
        await #expect(throws: DecisionError.alreadyDecided(.decline, .waiting)) {
            try await wallet.decisions.decide(.approve, on: intent.terms)
        }
        // Saying the same again goes on with the same decision.
        let again = try await wallet.decisions.decide(.decline, on: intent.terms)
        #expect(again.decision.idempotencyKey == no.decision.idempotencyKey)
        #expect(try await wallet.decisions.sendAll().map(\.state) == [.confirmed])
        #expect(DecisionError.alreadyDecided(.decline, .confirmed).money == .notMoved)
        #expect(DecisionError.alreadyDecided(.approve, .unknown).money == .unknown)
        #expect(DecisionError.alreadyDecided(.pay, .confirmed).money == .moved)
        _ = try await wallet.approvals.catchUp()
        #expect(try await wallet.approvals.load().map(\.state) == [.declined])
        #expect(test.platform.debits.isEmpty)
    }

    @Test func `a decision made twice at once is one decision`() async throws {
        let wallet = try await test.openLoggedIn()
        let intent = try await wallet.intents.fetch(test.platform.addIntent("pi_1"))
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<20 { group.addTask { _ = try? await wallet.decisions.decide(.pay, on: intent.terms) } }
        }
        #expect(Set(calls(to: "/pay").map(\.key)).count == 1)
        #expect(test.platform.debits == ["pi_1"])
    }

    @Test func `what the platform refuses is settled as refused`() async throws {
        let wallet = try await test.openLoggedIn()
        let intent = try await wallet.intents.fetch(test.platform.addIntent("pi_1", amount: "5000.00"))
        let result = try await wallet.decisions.decide(.pay, on: intent.terms)
        #expect(result.decision.state == .refused)
        #expect(result.decision.reason == "too little money")
        #expect(test.platform.debits.isEmpty)
    }

    @Test func `a refused decision may be followed by another, with a key of its own`() async throws {
        let wallet = try await test.openLoggedIn()
        let intent = try await wallet.intents.fetch(test.platform.addIntent("pi_1"))
        test.fate.plan("/pay", .altered { _ in .null })
        test.platform.set("amount", to: .number("99.00"), of: intent.id)
        let first = try await wallet.decisions.decide(.pay, on: intent.terms)
        let settled = try await wallet.decisions.sendAll()
        #expect(first.decision.state == .unknown || first.decision.state == .refused)
        #expect(settled.allSatisfy { $0.state == .refused })
        let changed = try await wallet.intents.fetch(intent.id)
        let second = try await wallet.decisions.decide(.pay, on: changed.terms)
        #expect(second.decision.state == .confirmed)
        #expect(second.decision.idempotencyKey != first.decision.idempotencyKey)
    }

    @Test func `what can't be decided on is refused before anything is written down`() async throws {
        let wallet = try await test.openLoggedIn()
        let scanned = try await wallet.intents.fetch(test.platform.addIntent("pi_scan"))
        let asked = try await wallet.intents.fetch(test.platform.addIntent("pi_ask", target: ModelPlatform.wallet))
        let other = try await wallet.intents.fetch(test.platform.addIntent("pi_other", target: WalletID("wal_2")!))
        let paid = try await wallet.intents.fetch(test.platform.addIntent("pi_paid"))
        test.platform.set("status", to: "completed", of: paid.id)
        let done = try await wallet.intents.fetch(paid.id)
        let short = try await wallet.intents.fetch(test.platform.addIntent("pi_short", lifetime: .seconds(10)))
        var changed = scanned.terms
        changed.amount = try Money(digits: "1.00", currency: Currency("USD"))
        test.clock.advance(by: .seconds(10))

        func refused(_ kind: DecisionKind, _ terms: Terms, _ error: DecisionError) async {
            await #expect(throws: error) { try await wallet.decisions.decide(kind, on: terms) }
        }
        await refused(.approve, scanned.terms, .wrongKind(.approve))
        await refused(.pay, asked.terms, .wrongKind(.pay))
        await refused(.approve, other.terms, .otherWallet)
        await refused(.pay, done.terms, .notPayable(.completed))
        await refused(.pay, short.terms, .expired)
        await refused(.pay, changed, .termsChanged(shown: changed, now: scanned.terms))
        changed.intent = IntentID("pi_never")!
        await refused(.pay, changed, .unknownIntent)
        #expect(try await wallet.decisions.loadOutbox().isEmpty)
        #expect(DecisionKind.allCases.allSatisfy { calls(to: "/\($0.rawValue)").isEmpty })
    }

    @Test func `an unknown status is never payable`() async throws {
        let wallet = try await test.openLoggedIn()
        let id = test.platform.addIntent("pi_1")
        test.platform.set("status", to: "pending_review\u{1B}[2J", of: id)
        let intent = try await wallet.intents.fetch(id)
        let error = await #expect(throws: DecisionError.self) {
            try await wallet.decisions.decide(.pay, on: intent.terms)
        }
        #expect(PlainText.isClean(error?.description ?? "\u{1B}"))
    }

    @Test(arguments: ["pending_review", "completing", "PENDING", "", "completed\u{0}", "cancelled\u{0}x"])
    func `a status that nobody knows, told once, keeps nothing from being paid`(status: String) async throws {
        let wallet = try await test.openLoggedIn()
        let id = test.platform.addIntent("pi_1")
        test.fate.plan(
            "/pi_1",
            .altered { answer in
                answer.setting("payment_intent", answer["payment_intent"]!.setting("status", .string(status)))
            })
        _ = try? await wallet.intents.fetch(id)
        let intent = try await wallet.intents.fetch(id)
        let decision = try await wallet.decisions.decide(.pay, on: intent.terms).decision
        #expect(decision.state == .confirmed, "\(decision.reason ?? "")")
    }

    /// What the platform takes for fresh: signed at most a minute before the request was made, and a minute after its time.
    @Test(arguments: [(-600, 0), (0, 0), (30, 0), (60, 30), (90, 50), (3600, 50), (86_390, 50), (5_000_000_000, 50)])
    func `a decision on a request that is younger than the time that is known is dated later, within a minute`(
        seconds: Int, later: Int
    ) async throws {
        let wallet = try await test.openLoggedIn()
        let now = test.clock.now()
        let created = now.advanced(by: .seconds(seconds))
        let id = test.platform.addIntent("pi_1")
        test.platform.set("created_at", to: .string(created.description), of: id)
        let intent = try await wallet.intents.fetch(id)
        _ = try await wallet.decisions.decide(.pay, on: intent.terms)
        let body = try JSON(parsing: try #require(calls(to: "/pay").first).body)
        let parts = try #require(body["proof"]?.stringValue).split(separator: ".").map(String.init)
        let claims = try JSON(parsing: try #require(Data(base64URL: parts[1])))
        let expected = now.advanced(by: .seconds(later))
        #expect(claims["iat"]?.integerValue.map { Int64($0) } == expected.milliseconds / 1000)
        #expect(body["decided_at"]?.stringValue.flatMap { Timestamp($0) } == expected)
    }

    @Test func `the proof is signed by the device over exactly what was shown`() async throws {
        let wallet = try await test.openLoggedIn()
        let intent = try await wallet.intents.fetch(test.platform.addIntent("pi_1"))
        _ = try await wallet.decisions.decide(.pay, on: intent.terms)
        let call = try #require(calls(to: "/pay").first)
        let body = try JSON(parsing: call.body)
        let proof = try #require(body["proof"]?.stringValue).split(separator: ".").map(String.init)
        try #require(proof.count == 3)
        let padded = proof[1] + String(repeating: "=", count: (4 - proof[1].count % 4) % 4)
        let payload = try #require(
            Data(base64Encoded: padded.replacing("-", with: "+").replacing("_", with: "/")))
        let claims = try JSON(parsing: payload)
        #expect(claims["jti"]?.stringValue == call.key)
        #expect(claims["amount"] == "35.50" && body["amount"] == "35.50")
        #expect(claims["merchant"] == "mer_1" && claims["intent"] == "pi_1" && claims["decision"] == "pay")
        #expect(claims["wallet"]?.stringValue == ModelPlatform.wallet.rawValue)
    }

    @Test func `a yes to other terms is no yes to what was said before`() async throws {
        let wallet = try await test.openLoggedIn()
        let terms = try await wallet.intents.fetch(test.platform.addIntent("pi_1")).terms
        test.fate.plan("/pay", .lostBefore)
        #expect(try await wallet.decisions.decide(.pay, on: terms).decision.state == .unknown)
        var cheaper = terms
        cheaper.amount = try Money(digits: "1.00", currency: terms.amount.currency)
        var other = terms
        other.merchant = try #require(MerchantID("mer_2"))
        for shown in [cheaper, other] {
            let error = await #expect(throws: DecisionError.self) {
                try await wallet.decisions.decide(.pay, on: shown)
            }
            #expect(error?.money == .unknown, "what was said before may have been done")
        }
        #expect(calls(to: "/pay").count == 1 && test.platform.debits.isEmpty)
        #expect(try await wallet.decisions.decide(.pay, on: terms).decision.state == .confirmed)
    }

    @Test(arguments: [ModelPlatform.Fate.status(503), .portal, .lostBefore, .tooLong])
    func `what never left for want of a token waits, and can be taken back`(fate: ModelPlatform.Fate) async throws {
        let wallet = try await test.openLoggedIn()
        let intent = try await wallet.intents.fetch(test.platform.addIntent("pi_1", lifetime: .seconds(86_400)))
        test.clock.advance(by: .seconds(3600))
        test.fate.plan("/token", fate, fate, fate, fate)
        let decision = try await wallet.decisions.decide(.pay, on: intent.terms).decision
        #expect(decision.state == .waiting, "\(decision.reason ?? "")")
        #expect(calls(to: "/pay").isEmpty)
        #expect(try await wallet.decisions.cancel(decision.id).decision.state == .cancelled)
    }

    /// A signer that asks a person, who takes their time.
    private struct SlowSigner: DeviceSigner {
        let signer: SecretKeySigner
        let whileAsked: @Sendable () async throws -> Void

        func loadPublicKey() async throws -> Data? { try await signer.loadPublicKey() }
        func makeKey() async throws -> Data { try await signer.makeKey() }
        func sign(_ message: Data) async throws -> Data {
            try await whileAsked()
            return try await signer.sign(message)
        }
    }

    @Test(arguments: [-60, 600])
    func `a request whose end was moved while the person was asked is decided on by its new end`(seconds: Int)
        async throws
    {
        let plain = try await test.openLoggedIn()
        let intent = try await plain.intents.fetch(test.platform.addIntent("pi_1", lifetime: .seconds(120)))
        let moved = intent.expiresAt.advanced(by: .seconds(seconds))
        var configuration = test.configuration
        configuration.signer = SlowSigner(signer: SecretKeySigner(test.secrets)) { [test] in
            test.platform.set("expires_at", to: .string(moved.description), of: intent.id)
            _ = try await plain.intents.fetch(intent.id)
            test.clock.advance(by: .seconds(seconds < 0 ? 30 : 130))
        }
        let wallet = try await Wallet(configuration)
        let decision = try await wallet.decisions.decide(.pay, on: intent.terms).decision
        #expect(decision.state == .confirmed && decision.expiresAt == moved)
    }
}
