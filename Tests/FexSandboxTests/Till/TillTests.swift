import FexSandbox
import FexValues
import Testing

@Suite struct TillTests {
    @Test func `a till makes an intent, follows it and withdraws it`() async throws {
        try await SandboxWorld.run { world in
            let till = Till(try TillCredentials(ready: world.client.ready))
            let intent = try await till.createIntent(JSONObject([.init("amount", .number("29.99"))]))
            #expect(intent["status"] == "pending")
            let id = try #require(IntentID(intent["id"]?.stringValue ?? ""))
            #expect(try await till.fetchIntent(id)["amount"] == .number("29.99"))
            #expect(try await till.cancelIntent(id)["status"] == "cancelled")
            await #expect(throws: TillError.self) { try await till.cancelIntent(id) }
        }
    }

    @Test func `a till at a counter asks a wallet for money`() async throws {
        try await SandboxWorld.run { world in
            let till = Till(try TillCredentials(ready: world.client.ready, merchant: "1", counter: "1"))
            let token = world.client.ready.wallets[0]["scan_token"]?.stringValue ?? ""
            let intent = try await till.scan(token, order: JSONObject([.init("amount", .number("1"))]))
            #expect(intent["status"] == "pending_approval")
            #expect(intent["counter_id"] == world.client.ready.merchants[1]["counters"]?[1]?["id"])
        }
    }

    @Test func `a till says what is wrong`() async throws {
        try await SandboxWorld.run { world in
            #expect(throws: TillError.self) { try TillCredentials(ready: world.client.ready, merchant: "7") }
            let till = Till(try TillCredentials(ready: world.client.ready))
            let unknown = try #require(IntentID("unknown"))
            await #expect(throws: TillError.refused(status: 404, message: "there is no payment intent with this id")) {
                try await till.fetchIntent(unknown)
            }
            var credentials = try TillCredentials(ready: world.client.ready)
            credentials.auth = "http://127.0.0.1:1"
            let nowhere = Till(credentials)
            await #expect {
                try await nowhere.fetchIntent(unknown)
            } throws: { error in
                if case .unreachable? = error as? TillError { true } else { false }
            }
        }
    }
}
