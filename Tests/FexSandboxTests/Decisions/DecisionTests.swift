import Crypto
import FexSandbox
import FexValues
import Foundation
import Testing

@Suite struct DecisionTests {
    @Test func `an approval moves the money once, and says so again to whoever asks again`() async throws {
        try await SandboxWorld.run { world in
            let wallet = try await TestWallet(world.client)
            let decision = TestDecision("approve", on: try await world.aimedIntent(at: wallet), by: wallet)
            let body = try decision.signedBody(by: wallet.key)
            let first = try await decision.send(by: wallet, body: body)
            #expect(first.status == 200 && first["replayed"] == false)
            #expect(first["payment_intent"]?["status"] == "completed")
            #expect(first["payment_intent"]?["completed_by"] == .string(wallet.id))
            #expect(first["transaction"]?["amount"] == "35.50")
            #expect(first["transaction"]?["metadata"]?["payment_intent_id"] == .string(decision.intentID))
            #expect(try await wallet.balance() == "964.50")
            let second = try await decision.send(by: wallet, body: body)
            #expect(second.status == 200 && second["replayed"] == true)
            #expect(second["transaction"] == first["transaction"])
            #expect(second["payment_intent"] == first["payment_intent"])
            #expect(try await wallet.balance() == "964.50")
            #expect(try await world.sandbox.decisions().map { $0["outcome"] } == ["completed", "replayed"])
        }
    }

    @Test func `a scanned code is paid`() async throws {
        try await SandboxWorld.run { world in
            let wallet = try await TestWallet(world.client)
            let intent = try await world.intent("29.99")
            let answer = try await TestDecision("pay", on: intent, by: wallet).send(by: wallet)
            #expect(answer.status == 200)
            #expect(try await world.status(of: intent) == "completed")
            #expect(try await wallet.balance() == "970.01")
            let merchant = try await world.client.get("/merchant/api/v1/transactions", token: world.merchant)
            #expect(merchant["total"] == 1)
            #expect(merchant["transactions"]?[0]?["amount"] == "29.99")
            #expect(merchant["transactions"]?[0]?["from_account_id"] == .string(wallet.id))
        }
    }

    @Test func `a decline is final and moves nothing`() async throws {
        try await SandboxWorld.run { world in
            let wallet = try await TestWallet(world.client)
            let intent = try await world.aimedIntent(at: wallet)
            var decline = TestDecision("decline", on: intent, by: wallet)
            decline.body["reason"] = "Not mine"
            let answer = try await decline.send(by: wallet)
            #expect(answer.status == 200 && answer["transaction"] == nil)
            #expect(answer["payment_intent"]?["status"] == "declined")
            let late = try await TestDecision("approve", on: intent, by: wallet).send(by: wallet)
            #expect(late.status == 409 && late.code == "intent_not_payable")
            #expect(late["payment_intent"]?["status"] == "declined")
            #expect(try await wallet.balance() == "1000.00")
        }
    }

    @Test func `of fifty approvals at once, one takes effect`() async throws {
        try await SandboxWorld.run { world in
            let wallet = try await TestWallet(world.client)
            let intent = try await world.aimedIntent(at: wallet, "1.00")
            let answers = try await withThrowingTaskGroup { group in
                for index in 0..<50 {
                    group.addTask {
                        try await TestDecision(index % 5 == 0 ? "decline" : "approve", on: intent, by: wallet)
                            .send(by: wallet)
                    }
                }
                return try await group.reduce(into: [SandboxClient.Answer]()) { $0.append($1) }
            }
            #expect(answers.count { $0.status == 200 } == 1)
            #expect(answers.count { $0.code == "intent_not_payable" } == 49)
            let entries = try await world.sandbox.ledger()["entries"]?.arrayValue ?? []
            let payments = entries.count { $0["payment_intent_id"] == intent["id"] }
            #expect(payments == (try await world.status(of: intent) == "completed" ? 1 : 0))
        }
    }

    @Test func `one request sent fifty times at once is one decision`() async throws {
        try await SandboxWorld.run { world in
            let wallet = try await TestWallet(world.client)
            let decision = TestDecision("pay", on: try await world.intent("10"), by: wallet)
            let body = try decision.signedBody(by: wallet.key)
            let answers = try await withThrowingTaskGroup { group in
                for _ in 0..<50 { group.addTask { try await decision.send(by: wallet, body: body) } }
                return try await group.reduce(into: [SandboxClient.Answer]()) { $0.append($1) }
            }
            #expect(answers.allSatisfy { $0.status == 200 })
            #expect(answers.count { $0["replayed"] == false } == 1)
            #expect(Set(answers.map { $0["transaction"] }).count == 1)
            #expect(try await wallet.balance() == "990.00")
        }
    }

    @Test func `a key belongs to one request`() async throws {
        try await SandboxWorld.run { world in
            let wallet = try await TestWallet(world.client)
            let decision = TestDecision("pay", on: try await world.intent("10"), by: wallet)
            #expect(try await decision.send(by: wallet).status == 200)
            // The proof is signed anew, so the body is another.
            var other = decision
            other.body["reason"] = "again"
            let answer = try await other.send(by: wallet)
            #expect(answer.status == 409 && answer.code == "idempotency_mismatch")
            var elsewhere = TestDecision("pay", on: try await world.intent("10"), by: wallet)
            elsewhere.key = decision.key
            elsewhere.claims["jti"] = .string(decision.key)
            #expect(try await elsewhere.send(by: wallet).code == "idempotency_mismatch")
            #expect(try await wallet.balance() == "990.00")
        }
    }

    @Test func `a refusal stands for its key, and binds no other`() async throws {
        try await SandboxWorld.run { world in
            let wallet = try await TestWallet(world.client)
            let spent = try await world.paidIntent(by: wallet, "600")
            let poor = try await world.intent("500")
            let decision = TestDecision("pay", on: poor, by: wallet)
            let body = try decision.signedBody(by: wallet.key)
            let first = try await decision.send(by: wallet, body: body)
            #expect(first.code == "insufficient_balance")
            // Money comes back: an attempt that was held up must not take effect now.
            #expect(try await world.refund(spent).status == 200)
            try await world.sandbox.advanceClock(seconds: 2)
            #expect(try await wallet.balance() == "1000.00")
            let again = try await decision.send(by: wallet, body: body)
            #expect(again.status == first.status && again.json == first.json)
            #expect(try await wallet.balance() == "1000.00")
            #expect(try await TestDecision("pay", on: poor, by: wallet).send(by: wallet).status == 200)
            #expect(try await wallet.balance() == "500.00")
        }
    }

    /// What is wrong with a decision, and what comes of it.
    enum Flaw: CaseIterable, Sendable {
        case amount, currency, merchant, unsignedAmount, decision, jti, iat, wallet, intent, algorithm, otherKey
        case deviceUnknown, otherWallet, noSuchIntent, poor, foreignCurrency, cancelled, payAimed, approveScanned

        var expected: (status: Int, code: String) {
            switch self {
            case .amount, .currency, .merchant: (422, "terms_changed")
            case .unsignedAmount, .decision, .jti, .iat, .wallet, .intent, .algorithm, .otherKey: (422, "proof_invalid")
            case .deviceUnknown: (403, "device_unknown")
            case .otherWallet, .approveScanned: (403, "not_this_wallet")
            case .noSuchIntent: (404, "intent_unknown")
            case .poor, .foreignCurrency: (422, "insufficient_balance")
            case .cancelled, .payAimed: (409, "intent_not_payable")
            }
        }
    }

    @Test(arguments: Flaw.allCases)
    func `a flawed decision is refused by name, and changes nothing`(flaw: Flaw) async throws {
        try await SandboxWorld.run { world in
            let wallet = try await TestWallet(world.client)
            let intent = try await intent(for: flaw, world: world, wallet: wallet)
            let before = try await world.status(of: intent)
            let answer = try await send(flaw, on: intent, by: wallet)
            #expect(answer.status == flaw.expected.status && answer.code == flaw.expected.code)
            #expect(answer["success"] == false && answer.error?.isEmpty == false)
            #expect(try await world.status(of: intent) == before)
            #expect(try await wallet.balance() == "1000.00")
        }
    }

    private func intent(for flaw: Flaw, world: SandboxWorld, wallet: TestWallet) async throws -> JSON {
        switch flaw {
        case .poor: return try await world.aimedIntent(at: wallet, "1000.01")
        case .foreignCurrency: return try await world.aimedIntent(at: wallet, currency: "EUR")
        case .otherWallet: return try await world.aimedIntent(at: TestWallet(world.client, index: 1))
        case .approveScanned: return try await world.intent()
        case .cancelled:
            let intent = try await world.aimedIntent(at: wallet)
            _ = try await world.cancel(intent)
            return intent
        default: return try await world.aimedIntent(at: wallet)
        }
    }

    private func send(_ flaw: Flaw, on intent: JSON, by wallet: TestWallet) async throws -> SandboxClient.Answer {
        var decision = TestDecision(flaw == .payAimed ? "pay" : "approve", on: intent, by: wallet)
        var key = wallet.key
        func change(_ member: String, _ claim: String, _ value: JSON) {
            decision.body[member] = value
            decision.claims[claim] = value
        }
        switch flaw {
        case .amount: change("amount", "amount", "35.51")
        case .currency: change("currency", "currency", "EUR")
        case .merchant: change("merchant_id", "merchant", "another")
        case .unsignedAmount: decision.claims["amount"] = "3.55"
        case .decision: decision.claims["decision"] = "decline"
        case .jti: decision.claims["jti"] = .string(UUID().uuidString)
        case .iat: decision.claims["iat"] = 1_767_225_605
        case .wallet: decision.claims["wallet"] = "another"
        case .intent: decision.claims["intent"] = "another"
        case .algorithm: decision.header = ["alg": "none"]
        case .otherKey: key = P256.Signing.PrivateKey()
        case .deviceUnknown: decision.body["device_id"] = "another"
        case .noSuchIntent:
            decision.intentID = "unknown"
            decision.claims["intent"] = "unknown"
        case .otherWallet, .poor, .foreignCurrency, .cancelled, .payAimed, .approveScanned: break
        }
        return try await decision.send(by: wallet, body: decision.signedBody(by: key))
    }

    @Test(arguments: ["amount", "currency", "merchant_id", "decided_at", "device_id", "proof"])
    func `a decision with a member missing or of the wrong type is a 400`(name: String) async throws {
        try await SandboxWorld.run { world in
            let wallet = try await TestWallet(world.client)
            let decision = TestDecision("pay", on: try await world.intent(), by: wallet)
            for wrong in [nil, 7, [], [:], true, ""] as [JSON?] {
                var body = try JSON(parsing: decision.signedBody(by: wallet.key)).objectValue ?? JSONObject()
                body[name] = wrong
                #expect(try await decision.send(by: wallet, body: JSON.object(body).data).status == 400)
            }
        }
    }

    @Test(arguments: ["", "7", "not-a-uuid"])
    func `a decision without a key is a 400`(key: String) async throws {
        try await SandboxWorld.run { world in
            let wallet = try await TestWallet(world.client)
            var decision = TestDecision("pay", on: try await world.intent(), by: wallet)
            decision.key = key
            #expect(try await decision.send(by: wallet).status == 400)
        }
    }

    @Test func `a device that was removed signs no more, but its decision can still be asked for`() async throws {
        try await SandboxWorld.run { world in
            let wallet = try await TestWallet(world.client)
            let decision = TestDecision("pay", on: try await world.intent(), by: wallet)
            let body = try decision.signedBody(by: wallet.key)
            #expect(try await decision.send(by: wallet, body: body).status == 200)
            #expect(try await wallet.get("/devices")["devices"]?[0]?["device_id"] == .string(wallet.deviceID))
            // The device's own session ends with it; another of the customer's asks in its place.
            let elsewhere = try await wallet.inAnotherSession()
            #expect(try await wallet.remove(wallet.deviceID, token: elsewhere.token).status == 200)
            #expect(try await wallet.remove(wallet.deviceID, token: elsewhere.token).status == 404)
            #expect(try await decision.send(by: elsewhere, body: body)["replayed"] == true)
            let next = TestDecision("pay", on: try await world.intent(), by: wallet)
            #expect(try await next.send(by: elsewhere).code == "device_revoked")
        }
    }
}
