import FexSandbox
import FexValues
import Testing

@Suite struct ExpiryTests {
    @Test func `an intent expires at its time, not before`() async throws {
        try await SandboxWorld.run { world in
            let intent = try await world.intent("5", JSONObject([.init("expires_in", 60)]))
            try await world.sandbox.advanceClock(seconds: 59)
            #expect(try await world.status(of: intent) == "pending")
            try await world.sandbox.advanceClock(seconds: 1)
            #expect(try await world.status(of: intent) == "expired")
            #expect(try await world.cancel(intent).status == 409)
        }
    }

    @Test func `whoever decides too late is told so, and no money moves`() async throws {
        try await SandboxWorld.run { world in
            let wallet = try await TestWallet(world.client)
            let aimed = try await world.aimedIntent(at: wallet)
            let shown = try await world.intent("5", JSONObject([.init("expires_in", 240)]))
            // Not so far that the access token ends.
            try await world.sandbox.advanceClock(seconds: 299)
            #expect(try await wallet.balance() == "1000.00")
            let fresh = try await TestWallet(world.client)
            let late = try await TestDecision("pay", on: shown, by: fresh).send(by: fresh)
            #expect(late.status == 409 && late.code == "intent_expired")
            #expect(late["payment_intent"]?["status"] == "expired")
            try await world.sandbox.advanceClock(seconds: 1)
            let answer = try await TestDecision("approve", on: aimed, by: fresh).send(by: fresh)
            #expect(answer.status == 409 && answer.code == "intent_expired")
            #expect(try await fresh.balance() == "1000.00")
            let feed = try await fresh.get("/approvals?after=0")
            #expect(feed["approvals"]?[0]?["payment_intent"]?["status"] == "expired")
        }
    }
}
