import FexSandbox
import FexValues
import Testing

extension SandboxWorld {
    static let intents = "/merchant/api/v1/payment-intents"
    static let counters = "/merchant/api/v1/counters"

    /// An intent that a wallet has paid.
    func paidIntent(by wallet: TestWallet, _ amount: String = "29.99", _ more: JSONObject = JSONObject()) async throws
        -> JSON
    {
        let intent = try await intent(amount, more)
        let answer = try await TestDecision("pay", on: intent, by: wallet).send(by: wallet)
        return answer["payment_intent"] ?? .null
    }

    /// Pays an intent back.
    func refund(_ intent: JSON, token: String? = nil) async throws -> SandboxClient.Answer {
        try await client.call(
            "POST", "\(SandboxWorld.intents)/\(intent["id"]?.stringValue ?? "")/refund", token: token ?? merchant)
    }

    /// An intent as its merchant sees it now.
    func fetch(_ intent: JSON) async throws -> JSON {
        try await client.get("\(SandboxWorld.intents)/\(intent["id"]?.stringValue ?? "")", token: merchant)[
            "payment_intent"] ?? .null
    }

    /// The platform's own token.
    func admin() async throws -> String { try await client.token(of: client.ready.json["admin"]) }

    /// Waits for what other tasks bring on, without time passing on the sandbox's clock.
    func until(_ condition: () async throws -> Bool) async throws {
        let begin = ContinuousClock.now
        while !(try await condition()) {
            try #require(ContinuousClock.now - begin < .seconds(300), "this has not come about in five minutes")
            await Task.yield()
        }
    }
}
