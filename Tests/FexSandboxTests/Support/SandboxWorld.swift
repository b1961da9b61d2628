import FexSandbox
import FexValues
import Foundation

/// A running sandbox on a virtual clock, with what tests do most.
struct SandboxWorld: Sendable {
    let sandbox: RunningSandbox
    let client: SandboxClient
    let merchant: String

    /// Making a key takes long, so all tests share one.
    static let signingKey = Result { try SigningKey.generate() }

    static func configuration() throws -> SandboxConfiguration {
        var configuration = SandboxConfiguration()
        configuration.clock = .virtual
        configuration.seed = 1
        configuration.hasControl = true
        configuration.signingKey = try signingKey.get()
        return configuration
    }

    static func run(
        _ change: (inout SandboxConfiguration) -> Void = { _ in },
        _ test: @Sendable (SandboxWorld) async throws -> Void
    ) async throws {
        var configuration = try configuration()
        change(&configuration)
        try await Sandbox.withRunning(configuration) { sandbox in
            let client = SandboxClient(sandbox.ready)
            try await test(
                SandboxWorld(sandbox: sandbox, client: client, merchant: try await client.merchantToken()))
        }
    }

    /// A pending intent.
    func intent(_ amount: String = "29.99", _ more: JSONObject = JSONObject()) async throws -> JSON {
        var body = more
        body["amount"] = .number(amount)
        let answer = try await client.post("/merchant/api/v1/payment-intents", token: merchant, .object(body))
        return answer["payment_intent"] ?? .null
    }

    /// An intent aimed at a wallet.
    func aimedIntent(at wallet: TestWallet, _ amount: String = "35.50", currency: String = "USD") async throws -> JSON {
        let answer = try await client.post(
            "/merchant/api/v1/scan-payment", token: merchant,
            [
                "scan_token": .string(wallet.id), "amount": .number(amount), "currency": .string(currency),
                "counter_id": client.ready.merchants[0]["counters"]?[0]?["id"] ?? .null,
            ])
        return answer["payment_intent"] ?? .null
    }

    /// How an intent stands, as its merchant sees it.
    func status(of intent: JSON) async throws -> String? {
        let id = intent["id"]?.stringValue ?? ""
        return try await client.get("/merchant/api/v1/payment-intents/\(id)", token: merchant)["payment_intent"]?[
            "status"]?.stringValue
    }

    func cancel(_ intent: JSON) async throws -> SandboxClient.Answer {
        let id = intent["id"]?.stringValue ?? ""
        return try await client.call("POST", "/merchant/api/v1/payment-intents/\(id)/cancel", token: merchant)
    }
}
