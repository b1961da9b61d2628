import FexSandbox
import FexValues
import Foundation
import Testing

@Suite struct MerchantCallTests {
    private let intents = "/merchant/api/v1/payment-intents"

    @Test func `a new intent has the published fields and defaults`() async throws {
        try await SandboxWorld.run { world in
            let intent = try await world.intent("29.9")
            #expect(intent["amount"] == .number("29.90"))
            #expect(intent["currency"] == "USD")
            #expect(intent["status"] == "pending")
            #expect(intent["created_at"] == "2026-01-01T00:00:00.000Z")
            #expect(intent["expires_at"] == "2026-01-01T00:30:00.000Z")
            #expect(intent["merchant_name"] == "Corner Coffee")
            let (id, merchant) = (intent["id"]?.stringValue ?? "", intent["merchant_id"]?.stringValue ?? "")
            #expect(
                intent["qr_data"] == .string("fex://pay?intent=\(id)&amount=29.90&currency=USD&merchant=\(merchant)"))
            #expect(intent["qr_code_url"]?.stringValue?.hasPrefix("data:image/png;base64,iVBORw0KGgo") == true)
        }
    }

    @Test func `the other published form of the code is JSON`() async throws {
        try await SandboxWorld.run({ $0.qrForm = .json }) { world in
            let intent = try await world.intent("0.50")
            let code = try JSON(parsing: intent["qr_data"]?.stringValue ?? "")
            #expect(code["payment_intent_id"] == intent["id"])
            #expect(code["amount"] == .number("0.50"))
            #expect(code["merchant_name"] == "Corner Coffee")
        }
    }

    @Test func `metadata comes back to the letter`() async throws {
        try await SandboxWorld.run { world in
            let text = #"{"z":1.50,"a":[1e3,null,{"b":"é😀"}],"n":-0,"big":123456789012345678901234567890}"#
            let metadata = try JSON(parsing: text)
            let intent = try await world.intent("1", JSONObject([.init("metadata", metadata)]))
            #expect(intent["metadata"]?.text == text)
            let fetched = try await world.client.get(
                "\(intents)/\(intent["id"]?.stringValue ?? "")", token: world.merchant)
            #expect(fetched["payment_intent"]?["metadata"]?.text == text)
        }
    }

    @Test(arguments: [
        "", "[]", "{", "null", "{}", #"{"amount":"1.00"}"#, #"{"amount":0}"#, #"{"amount":0.001}"#, #"{"amount":-1}"#,
        #"{"amount":1e30}"#, #"{"amount":null}"#, #"{"amount":true}"#, #"{"amount":1,"currency":"usd"}"#,
        #"{"amount":1,"currency":"ABC"}"#, #"{"amount":1,"currency":7}"#, #"{"amount":1.5,"currency":"JPY"}"#,
        #"{"amount":1,"expires_in":59}"#, #"{"amount":1,"expires_in":60.5}"#, #"{"amount":1,"expires_in":"60"}"#,
        #"{"amount":1,"expires_in":99999999999999999999}"#, #"{"amount":1,"metadata":[]}"#,
        #"{"amount":1,"metadata":"x"}"#, #"{"amount":1,"callback_url":"ftp://x"}"#,
        #"{"amount":1,"callback_url":"no"}"#, #"{"amount":1,"description":{}}"#, #"{"amount":1,"amount":2}"#,
        #"{"amount":0.0099,"currency":"KWD"}"#, #"{"amount":0.009,"currency":"KWD"}"#,
    ])
    func `a field that is missing or invalid is a 400 with a text`(body: String) async throws {
        try await SandboxWorld.run { world in
            let answer = try await world.client.call("POST", intents, token: world.merchant, body: Data(body.utf8))
            #expect(answer.status == 400)
            #expect(answer["success"] == false)
            #expect(answer.error?.isEmpty == false)
        }
    }

    @Test func `the smallest values allowed are allowed`() async throws {
        try await SandboxWorld.run { world in
            let cent = try await world.intent("0.01", JSONObject([.init("expires_in", 60)]))
            #expect(cent["status"] == "pending")
            let yen = try await world.intent("1", JSONObject([.init("currency", "JPY")]))
            #expect(yen["amount"] == .number("1"))
            let fils = try await world.intent("0.010", JSONObject([.init("currency", "KWD")]))
            #expect(fils["amount"] == .number("0.010"))
        }
    }

    @Test(arguments: ["page=0", "page=x", "limit=0", "limit=101", "limit=-1", "page=1.5"])
    func `a page out of range is a 400`(query: String) async throws {
        try await SandboxWorld.run { world in
            let status = try await world.client.get("\(intents)?\(query)", token: world.merchant).status
            #expect(status == 400)
        }
    }

    @Test func `intents are listed newest first, page by page, each merchant's own`() async throws {
        try await SandboxWorld.run { world in
            for amount in 1...5 { _ = try await world.intent("\(amount)") }
            let page = try await world.client.get("\(intents)?page=2&limit=2", token: world.merchant)
            let amounts = page["payment_intents"]?.arrayValue?.map { $0["amount"] }
            #expect(amounts == [.number("3.00"), .number("2.00")])
            #expect(page["total"] == 5 && page["total_pages"] == 3 && page["page"] == 2 && page["limit"] == 2)
            let other = try await world.client.merchantToken(1)
            #expect(try await world.client.get(intents, token: other)["total"] == 0)
        }
    }

    @Test func `an intent is its merchant's own, and there is none for another`() async throws {
        try await SandboxWorld.run { world in
            let id = try await world.intent()["id"]?.stringValue ?? ""
            let other = try await world.client.merchantToken(1)
            #expect(try await world.client.get("\(intents)/\(id)", token: other).status == 404)
            #expect(try await world.client.call("POST", "\(intents)/\(id)/cancel", token: other).status == 404)
            #expect(try await world.client.get("\(intents)/unknown", token: world.merchant).status == 404)
            let admin = try await world.client.token(of: world.client.ready.json["admin"])
            #expect(try await world.client.get("\(intents)/\(id)", token: admin).status == 200)
        }
    }

    @Test func `an intent is cancelled once`() async throws {
        try await SandboxWorld.run { world in
            let intent = try await world.intent()
            let answer = try await world.cancel(intent)
            #expect(answer.status == 200 && answer["success"] == true && answer["message"] != nil)
            #expect(try await world.status(of: intent) == "cancelled")
            #expect(try await world.cancel(intent).status == 409)
        }
    }

    @Test func `a counter's token decides the counter`() async throws {
        try await SandboxWorld.run { world in
            let counters = world.client.ready.merchants[0]["counters"]
            let token = try await world.client.token(of: counters?[0])
            let own = try await world.client.post(intents, token: token, ["amount": 1])
            #expect(own["payment_intent"]?["counter_id"] == counters?[0]?["id"])
            let other = try await world.client.post(
                intents, token: token, ["amount": 1, "counter_id": counters?[1]?["id"] ?? .null])
            #expect(other.status == 403)
            let foreign = world.client.ready.merchants[1]["counters"]?[0]?["id"] ?? .null
            let answer = try await world.client.post(
                intents, token: world.merchant, ["amount": 1, "counter_id": foreign])
            #expect(answer.status == 404)
        }
    }

    @Test func `anybody may read an intent, but not who is told`() async throws {
        try await SandboxWorld.run { world in
            let wallet = try await TestWallet(world.client)
            let aimed = try await world.aimedIntent(at: wallet)
            let path = "/merchant/api/v1/public/payment-intents/"
            let answer = try await world.client.get(path + (aimed["id"]?.stringValue ?? ""))
            #expect(answer["payment_intent"]?["status"] == "pending_approval")
            #expect(answer["payment_intent"]?["target_wallet_id"] == .string(wallet.id))
            let withCallback = try await world.intent(
                "1", JSONObject([.init("callback_url", "http://127.0.0.1:9/hook")]))
            #expect(withCallback["callback_url"] != nil)
            let open = try await world.client.get(path + (withCallback["id"]?.stringValue ?? ""))
            #expect(open["payment_intent"]?["amount"] == .number("1.00"))
            #expect(open["payment_intent"]?["callback_url"] == nil)
            #expect(try await world.client.get(path + "unknown").status == 404)
        }
    }

    @Test func `scanning a customer's code makes an intent aimed at the wallet`() async throws {
        try await SandboxWorld.run { world in
            let wallet = try await TestWallet(world.client)
            let aimed = try await world.aimedIntent(at: wallet)
            #expect(aimed["status"] == "pending_approval")
            #expect(aimed["target_wallet_id"] == .string(wallet.id))
            #expect(aimed["expires_at"] == "2026-01-01T00:05:00.000Z")
            #expect(aimed["qr_data"] == nil)
            let scan = "/merchant/api/v1/scan-payment"
            let counter = world.client.ready.merchants[0]["counters"]?[0]?["id"] ?? .null
            func status(_ body: JSON) async throws -> Int {
                try await world.client.post(scan, token: world.merchant, body).status
            }
            #expect(try await status(["amount": 1, "counter_id": counter]) == 400)
            #expect(try await status(["amount": 1, "scan_token": .string(wallet.id)]) == 400)
            #expect(try await status(["amount": 1, "scan_token": "unknown", "counter_id": counter]) == 404)
            #expect(
                try await status([
                    "amount": 1, "scan_token": .string(wallet.id), "counter_id": counter, "expires_in": 29,
                ]) == 400)
            #expect(try await world.cancel(aimed).status == 200)
        }
    }

    @Test func `a body beyond 1 MiB is a 413, and the connection lives on`() async throws {
        try await SandboxWorld.run { world in
            let body = Data(repeating: UInt8(ascii: " "), count: (1 << 20) + 1)
            let refused = try await world.client.call("POST", intents, token: world.merchant, body: body).status
            #expect(refused == 413)
            let next = try await world.client.get("/health").status
            #expect(next == 200)
        }
    }
}
