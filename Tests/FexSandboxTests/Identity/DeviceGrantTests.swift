import FexSandbox
import FexValues
import Foundation
import Testing

@Suite struct DeviceGrantTests {
    private let browser = TestBrowser()

    private func begin(_ world: SandboxWorld) async throws -> SandboxClient.Answer {
        let answer = try await world.client.call(
            "POST", world.client.ready.auth + "/realms/payment-platform/protocol/openid-connect/auth/device",
            body: Data("client_id=wallet".utf8), headers: ["Content-Type": "application/x-www-form-urlencoded"])
        #expect(answer.status == 200)
        return answer
    }

    private func poll(_ world: SandboxWorld, _ begun: SandboxClient.Answer) async throws -> SandboxClient.Answer {
        try await world.client.token([
            "grant_type": "urn:ietf:params:oauth:grant-type:device_code", "client_id": "wallet",
            "device_code": begun["device_code"]?.stringValue ?? "",
        ])
    }

    private func fields(_ world: SandboxWorld, _ answer: String = "allow") -> [String: String] {
        let person = world.client.ready.wallets[0]
        return [
            "username": person["username"]?.stringValue ?? "", "password": person["password"]?.stringValue ?? "",
            "answer": answer,
        ]
    }

    private func page(_ begun: SandboxClient.Answer) async throws -> TestBrowser.Page {
        try await browser.open(begun["verification_uri_complete"]?.stringValue ?? "")
    }

    @Test func `a device is logged in when its owner has allowed it, once`() async throws {
        try await SandboxWorld.run { world in
            let begun = try await begin(world)
            #expect(begun["expires_in"] == 600 && begun["interval"] == 5)
            #expect(
                begun["user_code"]?.stringValue?.wholeMatch(of: /[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}/)
                    != nil)
            #expect(try await poll(world, begun).error == "authorization_pending")
            let page = try await page(begun)
            #expect(page.status == 200 && page.inputs["user_code"] == begun["user_code"]?.stringValue)
            let allowed = try await browser.submit(page, fields(world))
            #expect(allowed.status == 200 && allowed.text.contains("logged in"))
            try await world.sandbox.advanceClock(seconds: 5)
            let tokens = try await poll(world, begun)
            #expect(tokens.status == 200 && tokens["refresh_token"] != nil)
            let wallet = try await world.client.get(
                "/wallet/api/v1/wallet", token: tokens["access_token"]?.stringValue)
            #expect(wallet["wallet"]?["wallet_id"] == world.client.ready.wallets[0]["wallet_id"])
            #expect(try await poll(world, begun).error == "invalid_grant")
            // The answer is given; nobody can give another.
            #expect(try await browser.submit(page, fields(world, "deny")).status == 400)
        }
    }

    @Test func `a device that polls too often is told to slow down, by five seconds each time`() async throws {
        try await SandboxWorld.run { world in
            let begun = try await begin(world)
            #expect(try await poll(world, begun).error == "authorization_pending")
            try await world.sandbox.advanceClock(seconds: 4)
            let hurried = try await poll(world, begun)
            #expect(hurried.status == 400 && hurried.error == "slow_down")
            try await world.sandbox.advanceClock(seconds: 9)
            #expect(try await poll(world, begun).error == "slow_down")
            try await world.sandbox.advanceClock(seconds: 15)
            #expect(try await poll(world, begun).error == "authorization_pending")
        }
    }

    @Test func `a code ends after ten minutes, for the device and for the page`() async throws {
        try await SandboxWorld.run { world in
            let begun = try await begin(world)
            let page = try await page(begun)
            try await world.sandbox.advanceClock(seconds: 600)
            #expect(try await browser.submit(page, fields(world)).status == 400)
            #expect(try await poll(world, begun).error == "expired_token")
        }
    }

    @Test func `a denied device is told so`() async throws {
        try await SandboxWorld.run { world in
            let begun = try await begin(world)
            let denied = try await browser.submit(page(begun), ["answer": "deny"])
            #expect(denied.status == 200 && denied.text.contains("Denied"))
            #expect(try await poll(world, begun).error == "access_denied")
        }
    }

    @Test func `a wrong password allows nothing`() async throws {
        try await SandboxWorld.run { world in
            let begun = try await begin(world)
            let refused = try await browser.submit(
                page(begun), ["username": "alice", "password": "x", "answer": "allow"])
            #expect(refused.status == 403 && refused.text.contains("role=\"alert\""))
            #expect(refused.inputs["username"] == "alice" && !refused.text.contains("value=\"x\""))
            #expect(try await poll(world, begun).error == "authorization_pending")
            // The page that came back can be filled in right away.
            #expect(try await browser.submit(refused, fields(world)).status == 200)
        }
    }

    @Test(arguments: ["", "fex_form=", "fex_form=0123456789", "other=1"])
    func `a form that another site sends allows nothing`(cookie: String) async throws {
        try await SandboxWorld.run { world in
            let begun = try await begin(world)
            let refused = try await browser.submit(page(begun), fields(world), cookie: cookie)
            #expect(refused.status == 403)
            #expect(try await poll(world, begun).error == "authorization_pending")
        }
    }

    @Test func `a code is taken as people type it`() async throws {
        try await SandboxWorld.run { world in
            let begun = try await begin(world)
            let typed = (begun["user_code"]?.stringValue ?? "").lowercased().replacing("-", with: " ")
            let empty = try await browser.open(begun["verification_uri"]?.stringValue ?? "")
            let allowed = try await browser.submit(empty, fields(world).merging(["user_code": typed]) { $1 })
            #expect(allowed.status == 200)
            #expect(try await poll(world, begun).status == 200)
        }
    }

    @Test func `nothing of what came becomes part of the page`() async throws {
        try await SandboxWorld.run { world in
            let spiteful = "\"><script>alert(1)</script>"
            let query = TestBrowser.form(["user_code": spiteful])
            let page = try await browser.open(world.client.ready.auth + "/realms/payment-platform/device?" + query)
            #expect(page.inputs["user_code"] == spiteful)
            let sent = try await browser.submit(page, ["username": spiteful, "answer": "allow"])
            for text in [page.text, sent.text] { #expect(!text.contains("<script")) }
            #expect(page.headers["content-security-policy"]?.contains("default-src 'none'") == true)
            #expect(page.headers["cache-control"] == "no-store")
        }
    }

    @Test func `a quote that carries a combining mark ends no attribute`() async throws {
        try await SandboxWorld.run { world in
            let query = TestBrowser.form(["user_code": "\"\u{301} autofocus"])
            let page = try await browser.open(world.client.ready.auth + "/realms/payment-platform/device?" + query)
            // Quote and mark are one `Character`; a browser reads scalars.
            #expect(Data(page.text.utf8).firstRange(of: Data("&quot;\u{301} autofocus\"".utf8)) != nil)
        }
    }

    @Test(arguments: [("client_id=other", 401, "invalid_client"), ("", 400, "invalid_request")])
    func `only the wallet's client begins a login of a device`(form: String, status: Int, error: String) async throws {
        try await SandboxWorld.run { world in
            let answer = try await world.client.call(
                "POST", world.client.ready.auth + "/realms/payment-platform/protocol/openid-connect/auth/device",
                body: Data(form.utf8), headers: ["Content-Type": "application/x-www-form-urlencoded"])
            #expect(answer.status == status && answer.error == error)
        }
    }

    @Test func `a device code that was never given gets nothing`() async throws {
        try await SandboxWorld.run { world in
            let answer = try await world.client.token([
                "grant_type": "urn:ietf:params:oauth:grant-type:device_code", "client_id": "wallet",
                "device_code": "never",
            ])
            #expect(answer.status == 400 && answer.error == "invalid_grant")
        }
    }
}
