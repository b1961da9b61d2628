import Crypto
import FexValues
import Foundation
import GRDB
import Testing

@testable import FexSandbox

/// A coded refusal is the platform's last word on a key: no attempt with it takes effect afterwards.
@Suite struct RememberedRefusalTests {
    @Test func `a spoilt attempt stands for its key, and the unspoilt one comes too late`() async throws {
        try await SandboxWorld.run { world in
            let wallet = try await TestWallet(world.client)
            let intent = try await world.aimedIntent(at: wallet)
            let decision = TestDecision("approve", on: intent, by: wallet)
            let spoilt = try decision.signedBody(by: P256.Signing.PrivateKey())
            let first = try await decision.send(by: wallet, body: spoilt)
            #expect(first.status == 422 && first.code == "proof_invalid")
            #expect(try await decision.send(by: wallet, body: spoilt).json == first.json)
            let unspoilt = try await decision.send(by: wallet)
            #expect(unspoilt.status == 409 && unspoilt.code == "idempotency_mismatch")
            #expect(try await world.status(of: intent) == "pending_approval")
            #expect(try await wallet.balance() == "1000.00")
            // It binds no other key.
            #expect(try await TestDecision("approve", on: intent, by: wallet).send(by: wallet).status == 200)
        }
    }

    @Test func `a refusal is repeated word for word, whatever has become of its reason`() async throws {
        try await SandboxWorld.run { world in
            let wallet = try await TestWallet(world.client)
            let (unknown, foreign) = (
                try await world.aimedIntent(at: wallet), try await world.aimedIntent(at: wallet, currency: "EUR")
            )
            var byNobody = TestDecision("approve", on: unknown, by: wallet)
            byNobody.body["device_id"] = "another"
            var onNothing = TestDecision("pay", on: ["id": "none", "amount": .number("1.00")], by: wallet)
            onNothing.body["currency"] = "USD"
            onNothing.body["merchant_id"] = "none"
            onNothing.claims["currency"] = "USD"
            onNothing.claims["merchant"] = "none"
            for (decision, code) in [
                (byNobody, "device_unknown"), (onNothing, "intent_unknown"),
                (TestDecision("approve", on: foreign, by: wallet), "insufficient_balance"),
            ] {
                let body = try decision.signedBody(by: wallet.key)
                let first = try await decision.send(by: wallet, body: body)
                #expect(first.code == code)
                let again = try await decision.send(by: wallet, body: body)
                #expect(again.status == first.status && again.json == first.json)
                var other = decision
                other.body["reason"] = "another body"
                #expect(try await other.send(by: wallet).code == "idempotency_mismatch")
            }
        }
    }

    @Test func `a wallet that is not on file is told so, and who has its first answer gets it again`() async throws {
        try await SandboxWorld.run { world in
            let wallet = try await TestWallet(world.client)
            let paid = TestDecision("pay", on: try await world.intent("10"), by: wallet)
            let body = try paid.signedBody(by: wallet.key)
            #expect(try await paid.send(by: wallet, body: body).status == 200)
            let open = try await world.intent("10")
            try await world.sandbox.closeWallet(wallet.id)
            let late = try await TestDecision("pay", on: open, by: wallet).send(by: wallet)
            #expect(late.status == 403 && late.code == "wallet_blocked")
            #expect(try await paid.send(by: wallet, body: body)["replayed"] == true)
            #expect(try await world.status(of: open) == "pending")
        }
    }

    @Test(arguments: [
        ("not_aimed_at_wallet", "not_this_wallet"), ("currency_mismatch", "insufficient_balance"),
        ("terms_changed", "terms_changed"),
    ])
    func `a refusal that an earlier version remembered is given by its name of now`(
        before: String, now: String
    ) throws {
        let queue = try DatabaseQueue()
        try Schema.migrator.migrate(queue, upTo: "decision refusals")
        try queue.write { db in
            try db.execute(
                sql: """
                    INSERT INTO wallets (id, user_id, username, password, currency, nats_user, nats_password, created_at,
                      updated_at) VALUES ('w', 'u', 'alice', 'p', 'USD', 'n', 'q', 0, 0);
                    INSERT INTO decision_refusals (wallet_id, idempotency_key, fingerprint, refusal)
                    VALUES ('w', 'k', zeroblob(32), ?)
                    """, arguments: [before])
        }
        try Schema.migrator.migrate(queue)
        let name = try queue.read { try String.fetchOne($0, sql: "SELECT refusal FROM decision_refusals") }
        #expect(name == now)
        #expect(name.flatMap(DecisionRefusal.init) != nil)
    }
}
