import FexSandbox
import FexValues
import Foundation
import Testing

/// Every rule of a body's fields: what is refused leaves nothing behind.
@Suite struct FieldRuleTests {
    static let intentBodies = [
        #"{"amount":"29.99"}"#, #"{"amount":0.009}"#, #"{"amount":0.011}"#, #"{"amount":1.001}"#, #"{"amount":-0.01}"#,
        #"{"amount":0.0}"#, #"{"amount":92233720368547758.08}"#, #"{"amount":1e400}"#, #"{"amount":1e99999}"#,
        #"{"amount":[1]}"#, #"{"amount":01}"#, #"{"amount":1.}"#, #"{"amount":NaN}"#, #"{"amount":1,"currency":""}"#,
        #"{"amount":1,"currency":"XXX"}"#, #"{"amount":1,"currency":"USDX"}"#, #"{"amount":1,"currency":"ＵＳＤ"}"#,
        #"{"amount":1,"expires_in":-1}"#, #"{"amount":1,"expires_in":1e2}"#, #"{"amount":1,"expires_in":true}"#,
        #"{"amount":1,"counter_id":7}"#, #"{"amount":1,"reference":7}"#, #"{"amount":1,"reference":["x"]}"#,
        #"{"amount":1,"callback_url":7}"#, #"{"amount":1,"callback_url":"javascript:alert(1)"}"#,
        #"{"amount":1,"callback_url":"http://"}"#, #"{"amount":1,"callback_url":"/paid"}"#,
        #"{"amount":1,"metadata":"{}"}"#, #"{"amount":1,"metadata":[{}]}"#, #"{"amount":1,"metadata":{"a":}}"#,
        #"{"amount":1} {}"#, #"["amount",1]"#, "\u{FEFF}{\"amount\":1}", #"{"amount":1,"#,
    ]

    @Test(arguments: intentBodies)
    func `an order with a field that is wrong is a 400, and nothing is made`(body: String) async throws {
        try await SandboxWorld.run { world in
            let answer = try await world.client.call(
                "POST", SandboxWorld.intents, token: world.merchant, body: Data(body.utf8))
            #expect(answer.status == 400)
            #expect(answer["success"] == false && answer.error?.isEmpty == false)
            #expect(try await world.client.get(SandboxWorld.intents, token: world.merchant)["total"] == 0)
        }
    }

    @Test func `bytes that are no text are a 400`() async throws {
        try await SandboxWorld.run { world in
            for bytes: [UInt8] in [
                [0xFF, 0xFE], [0x7B, 0x22, 0xC3, 0x22, 0x3A, 0x31, 0x7D], [0], [0xED, 0xA0, 0x80],
            ] {
                let answer = try await world.client.call(
                    "POST", SandboxWorld.intents, token: world.merchant, body: Data(bytes))
                #expect(answer.status == 400 && answer["success"] == false)
            }
            let deep = Data((String(repeating: "[", count: 100_000)).utf8)
            let answer = try await world.client.call(
                "POST", SandboxWorld.intents, token: world.merchant, body: deep)
            #expect(answer.status == 400)
        }
    }

    @Test func `the largest amount is an amount, and one more than it is none`() async throws {
        try await SandboxWorld.run { world in
            let wallet = try await TestWallet(world.client)
            let intent = try await world.intent("1000000000.00")
            #expect(intent["amount"] == .number("1000000000.00"))
            let answer = try await TestDecision("pay", on: intent, by: wallet).send(by: wallet)
            #expect(answer.status == 422 && answer.code == "insufficient_balance")
            for amount in ["1000000000.01", "92233720368547758.07", "9223372036854775807"] {
                let answer = try await world.client.post(
                    SandboxWorld.intents, token: world.merchant, ["amount": .number(amount)])
                #expect(answer.status == 400)
            }
        }
    }

    @Test(arguments: [
        "/merchant/api/v1/payment-intents/..%2f..%2fsandbox%2fledger", "/merchant/api/v1/payment-intents/%2e%2e",
        "/merchant/api/v1/payment-intents/%00", "/merchant/api/v1/payment-intents/%FF%FE",
        "/merchant/api/v1/payment-intents/'%20OR%201=1--", "/merchant/api/v1//payment-intents/x",
        "/merchant/api/v1/payment-intents/x/refund/y", "/merchant/api/v2/payment-intents",
        "/merchant/api/v1/counters/%",
        "/merchant/api/v1/counters/%2e%2e%2fmerchant", "/merchant/api/v1/public/payment-intents/%F0%9F%98%80",
    ])
    func `a path that leads nowhere is refused with the published body`(path: String) async throws {
        try await SandboxWorld.run { world in
            var client = world.client
            // The documents don't say what is read from paths that are none of theirs.
            client.recordsAnswers = false
            for method in ["GET", "POST", "DELETE", "PUT"] {
                let answer = try await client.call(method, path, token: world.merchant)
                let expected = method == "GET" ? [400, 404] : [400, 404, 405]
                #expect(expected.contains(answer.status), "\(method) \(path): \(answer.status)")
                #expect(answer["success"] == false && answer.error?.isEmpty == false)
            }
        }
    }

    @Test func `an id as long as a path may be is not found`() async throws {
        try await SandboxWorld.run { world in
            let id = String(repeating: "a", count: 8_000)
            let answer = try await world.client.get("\(SandboxWorld.intents)/\(id)", token: world.merchant)
            #expect(answer.status == 404)
        }
    }

    @Test(arguments: [
        ("POST", "/payment-intents/ID/cancel"), ("POST", "/payment-intents/ID/refund"),
        ("GET", "/payment-intents/ID"), ("GET", "/payment-intents"), ("POST", "/payment-intents"),
        ("POST", "/scan-payment"), ("GET", "/transactions"), ("GET", "/counters"), ("POST", "/counters"),
        ("GET", "/counters/ID"), ("PUT", "/counters/ID"), ("PATCH", "/counters/ID"), ("DELETE", "/counters/ID"),
        ("POST", "/counters/ID/rotate-secret"), ("GET", "/merchant"), ("PUT", "/merchant"),
    ])
    func `a merchant's call takes a merchant's token`(method: String, path: String) async throws {
        try await SandboxWorld.run { world in
            let wallet = try await TestWallet(world.client)
            let body = method == "GET" ? nil : Data(#"{"amount":1,"name":"x","webhook_url":"http://x/"}"#.utf8)
            for (token, status) in [(nil, 401), ("x.y.z", 401), (wallet.token, 403)] as [(String?, Int)] {
                let answer = try await world.client.call(method, "/merchant/api/v1" + path, token: token, body: body)
                #expect(answer.status == status && answer["success"] == false)
            }
        }
    }

    @Test func `what was decided is neither cancelled nor refunded out of turn`() async throws {
        try await SandboxWorld.run { world in
            let wallet = try await TestWallet(world.client)
            let aimed = try await world.aimedIntent(at: wallet)
            #expect(try await world.cancel(aimed).status == 200)
            #expect(try await world.cancel(aimed).status == 409)
            let paid = try await world.paidIntent(by: wallet)
            #expect(try await world.cancel(paid).status == 409)
            let lapsed = try await world.intent("1", JSONObject([.init("expires_in", 60)]))
            try await world.sandbox.advanceClock(seconds: 60)
            let answer = try await world.cancel(lapsed)
            #expect(answer.status == 409 && answer["success"] == false && answer.error?.contains("expired") == true)
        }
    }
}
