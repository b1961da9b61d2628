import FexSandbox
import FexValues
import Testing

@Suite struct ShopTests {
    @Test func `a customer buys, and the page learns that it is paid`() async throws {
        try await ShopWorld.run { shop in
            let bought = try await shop.buy(shop.order("4.5", "Flat white"))
            #expect(bought.status == 201)
            let intent = try #require(bought["payment_intent"])
            #expect(intent["amount"] == .number("4.50"))
            #expect(intent["qr_code_url"]?.stringValue?.hasPrefix("data:image/png;base64,") == true)
            let path = "\(shop.address)/pay/public/payment-intents/\(intent["id"]?.stringValue ?? "")"
            #expect(try await shop.world.client.get(path)["payment_intent"]?["status"] == "pending")
            let wallet = try await TestWallet(shop.world.client)
            #expect(try await TestDecision("pay", on: intent, by: wallet).send(by: wallet).status == 200)
            #expect(try await shop.world.client.get(path)["payment_intent"]?["status"] == "completed")
        }
    }

    @Test func `the browser names neither price, nor goods, nor merchant, nor who is told`() async throws {
        try await ShopWorld.run { shop in
            let elsewhere: [String: JSON] = ["callback_url": "http://127.0.0.1:1/hook"]
            for (order, status) in [
                (shop.order("0.01", "Flat white"), 422), (shop.order("4.50", "House beans"), 422),
                (shop.order("4.50", "Flat white", currency: "EUR"), 422),
                (shop.order("4.50", "Flat white", more: elsewhere), 400),
                (shop.order("4.50", "Flat white", more: ["merchant_id": "another"]), 403),
            ] {
                let answer = try await shop.buy(order)
                #expect(answer.status == status)
                #expect(answer["success"] == false)
            }
            let form = try await shop.world.client.call(
                "POST", shop.address + "/pay/payment-intents", body: shop.order("4.50", "Flat white").data,
                headers: ["Content-Type": "text/plain"])
            #expect(form.status == 400)
            let made = try await shop.world.client.get("/merchant/api/v1/payment-intents", token: shop.world.merchant)
            #expect(made["total"] == 0)
        }
    }

    @Test func `a customer who changes his mind leaves nothing to pay`() async throws {
        try await ShopWorld.run { shop in
            let intent = try #require(try await shop.buy(shop.order("89.00", "Hand grinder"))["payment_intent"])
            let path = "\(shop.address)/pay/payment-intents/\(intent["id"]?.stringValue ?? "")/cancel"
            #expect(try await shop.world.client.post(path, [:]).status == 200)
            #expect(try await shop.world.status(of: intent) == "cancelled")
            #expect(try await shop.world.client.post(path, [:]).status == 409)
        }
    }

    @Test func `a merchant's name is text on the page, whatever it says`() async throws {
        try await ShopWorld.run(merchantName: #"<script>alert("1")</script> & 'Co'"#) { shop in
            let html = try await shop.page("/").text
            #expect(!html.contains("<script>"))
            #expect(html.contains("&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#39;Co&#39;"))
        }
    }

    @Test(arguments: ["/", "/shop.css", "/shop.js", "/fex-pay.js", "/missing"])
    func `nothing that a browser gets holds a secret, or may run what is not the shop's`(path: String) async throws {
        try await ShopWorld.run { shop in
            let page = try await shop.page(path)
            let policy = try #require(page.headers["content-security-policy"])
            #expect(policy.hasPrefix("default-src 'none'; script-src 'self'; style-src 'self';"))
            #expect(!policy.contains("unsafe"))
            #expect(page.headers["x-content-type-options"] == "nosniff")
            let merchant = shop.world.client.ready.merchants[0]
            for secret in ["client_secret", "webhook_secret", "client_id"] {
                #expect(!page.text.contains(try #require(merchant[secret]?.stringValue)))
            }
        }
    }

    @Test func `a shop whose platform is gone says so, and no more`() async throws {
        try await ShopWorld.run { shop in
            try shop.world.sandbox.replaceFaults(with: [["match": ["path": "/auth/*"], "action": "refuse"]])
            let answer = try await shop.buy(shop.order("4.50", "Flat white"))
            #expect(answer.status == 502)
            #expect(answer.error == "the payment platform does not answer as it should")
        }
    }
}
