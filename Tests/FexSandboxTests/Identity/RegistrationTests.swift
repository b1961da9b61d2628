import FexSandbox
import FexValues
import Testing

@Suite struct RegistrationTests {
    private func register(_ world: SandboxWorld, _ body: JSON) async throws -> SandboxClient.Answer {
        let admin = try await world.client.token(of: world.client.ready.json["admin"])
        return try await world.client.post("/merchant/api/v1/register", token: admin, body)
    }

    @Test func `a merchant that registers can be paid at once`() async throws {
        try await SandboxWorld.run { world in
            let made = try await register(world, ["email": "new@example.com", "business_name": "Café Zoë"])
            #expect(made.status == 201 && made["success"] == true)
            let id = made["merchant_id"]?.stringValue ?? ""
            #expect(made["client_id"] == .string("merchant-\(id)"))
            #expect(made["webhook_secret"]?.stringValue?.count == 64)
            #expect(made["note"]?.stringValue?.isEmpty == false)

            let token = try await world.client.token(of: made.json)
            let intent = try await world.client.post(
                "/merchant/api/v1/payment-intents", token: token, ["amount": .number("12.50")])["payment_intent"]
            #expect(intent?["merchant_name"] == "Café Zoë")
            let wallet = try await TestWallet(world.client)
            #expect(try await TestDecision("pay", on: intent ?? .null, by: wallet).send(by: wallet).status == 200)
            let ledger = try await world.sandbox.ledger()
            #expect(ledger["balances"]?[id]?.stringValue == "12.50")
        }
    }

    @Test func `an address registers once`() async throws {
        try await SandboxWorld.run { world in
            let body: JSON = ["email": "new@example.com", "business_name": "One"]
            let first = try await register(world, body)
            #expect(first.status == 201)
            #expect(try await register(world, body).status == 409)
            let inCapitals: JSON = ["email": "NEW@example.com", "business_name": "Two"]
            #expect(try await register(world, inCapitals).status == 409)
        }
    }

    @Test(arguments: [
        #"{"business_name": "A"}"#, #"{"email": "a@example.com"}"#, #"{"email": "", "business_name": "A"}"#,
        #"{"email": "a", "business_name": "A"}"#, #"{"email": "a@b@example.com", "business_name": "A"}"#,
        #"{"email": "a@example", "business_name": "A"}"#, #"{"email": "a b@example.com", "business_name": "A"}"#,
        #"{"email": 1, "business_name": "A"}"#, #"{"email": "a@example.com", "business_name": " "}"#,
        #"{"email": "a@example.com", "business_name": "A\u001b[2J"}"#, #"[]"#,
    ])
    func `a registration with bad fields is refused`(body: String) async throws {
        try await SandboxWorld.run { world in
            let answer = try await register(world, JSON(parsing: body))
            #expect(answer.status == 400)
            #expect(answer["success"] == false && answer.error?.isEmpty == false)
        }
    }
}
