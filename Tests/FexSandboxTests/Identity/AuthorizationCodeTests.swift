import Crypto
import FexSandbox
import FexValues
import Foundation
import Testing

@Suite struct AuthorizationCodeTests {
    private let browser = TestBrowser()
    private static let verifier = String(repeating: "wallet-verifier-", count: 4)
    private static let redirect = "http://127.0.0.1:49152/callback"

    private static var challenge: String {
        Data(SHA256.hash(data: Data(verifier.utf8))).base64URL
    }

    private func address(_ world: SandboxWorld, _ changes: [String: String?] = [:]) -> String {
        var query = [
            "response_type": "code", "client_id": "wallet", "redirect_uri": AuthorizationCodeTests.redirect,
            "code_challenge": AuthorizationCodeTests.challenge, "code_challenge_method": "S256", "state": "a&b\"<c>",
        ]
        for (name, value) in changes { query[name] = value }
        return world.client.ready.auth + "/realms/payment-platform/protocol/openid-connect/auth?"
            + TestBrowser.form(query)
    }

    private func allow(
        _ world: SandboxWorld, _ changes: [String: String?] = [:], answer: String = "allow"
    ) async throws -> TestBrowser.Page {
        let person = world.client.ready.wallets[1]
        return try await browser.submit(
            browser.open(address(world, changes)),
            [
                "username": person["username"]?.stringValue ?? "", "password": person["password"]?.stringValue ?? "",
                "answer": answer,
            ])
    }

    private func redeem(
        _ world: SandboxWorld, _ code: String?, _ changes: [String: String] = [:]
    ) async throws -> SandboxClient.Answer {
        let form = [
            "grant_type": "authorization_code", "client_id": "wallet", "code": code ?? "",
            "redirect_uri": AuthorizationCodeTests.redirect, "code_verifier": AuthorizationCodeTests.verifier,
        ]
        return try await world.client.token(form.merging(changes) { $1 })
    }

    @Test(arguments: [
        "http://127.0.0.1:49152/callback", "http://127.0.0.1/", "http://[::1]:7/x?y=1",
        "com.fexpayments.wallet:/oauth/callback",
    ])
    func `a person logs an app in`(redirect: String) async throws {
        try await SandboxWorld.run { world in
            let sent = try await allow(world, ["redirect_uri": redirect])
            #expect(sent.status == 303)
            #expect(sent.headers["location"]?.hasPrefix(redirect) == true)
            #expect(sent.redirect["state"] == "a&b\"<c>")
            #expect(sent.redirect["iss"] == world.client.ready.auth + "/realms/payment-platform")
            let tokens = try await redeem(world, sent.redirect["code"], ["redirect_uri": redirect])
            #expect(tokens.status == 200 && tokens["refresh_token"] != nil)
            let wallet = try await world.client.get(
                "/wallet/api/v1/wallet", token: tokens["access_token"]?.stringValue)
            #expect(wallet["wallet"]?["wallet_id"] == world.client.ready.wallets[1]["wallet_id"])
        }
    }

    @Test func `an app that asks who logged in gets a token that answers its request`() async throws {
        try await SandboxWorld.run { world in
            let sent = try await allow(world, ["scope": "openid profile", "nonce": "n-0S6_WzA2Mj<&"])
            try await world.sandbox.advanceClock(seconds: 30)
            let tokens = try await redeem(world, sent.redirect["code"])
            let parts = tokens["id_token"]?.stringValue?.split(separator: ".") ?? []
            try #require(parts.count == 3)
            let (header, claims) = (
                try JSON(parsing: try #require(Data(base64URL: String(parts[0])))),
                try JSON(parsing: try #require(Data(base64URL: String(parts[1]))))
            )
            let keys = try await world.client.get(
                world.client.ready.auth + "/realms/payment-platform/protocol/openid-connect/certs")
            #expect(header["alg"] == "RS256" && header["kid"] == keys["keys"]?[0]?["kid"])
            #expect(claims["iss"] == .string(world.client.ready.auth + "/realms/payment-platform"))
            #expect(claims["sub"] == world.client.ready.wallets[1]["user_id"] && claims["aud"] == "wallet")
            #expect(claims["nonce"] == "n-0S6_WzA2Mj<&")
            // The person logged in before the app fetched its tokens.
            #expect(claims["auth_time"] == 1_767_225_600)
            #expect(claims["iat"] == 1_767_225_630 && claims["exp"] == 1_767_225_930)
            // It tells the app something, and opens nothing.
            let wallet = try await world.client.get("/wallet/api/v1/wallet", token: tokens["id_token"]?.stringValue)
            #expect(wallet.status == 401)
        }
    }

    @Test(arguments: [nil, "profile", "openidx"])
    func `an app that does not ask who logged in is not told`(scope: String?) async throws {
        try await SandboxWorld.run { world in
            let sent = try await allow(world, ["scope": scope, "nonce": "n"])
            let tokens = try await redeem(world, sent.redirect["code"])
            #expect(tokens.status == 200 && tokens["id_token"] == nil)
        }
    }

    @Test func `a code is good for once, and its reuse ends the login`() async throws {
        try await SandboxWorld.run { world in
            let code = try await allow(world).redirect["code"]
            let tokens = try await redeem(world, code)
            #expect(try await redeem(world, code).error == "invalid_grant")
            let renewal = try await world.client.token([
                "grant_type": "refresh_token", "client_id": "wallet",
                "refresh_token": tokens["refresh_token"]?.stringValue ?? "",
            ])
            #expect(renewal.status == 400 && renewal.error == "invalid_grant")
            let read = try await world.client.get(
                "/wallet/api/v1/wallet", token: tokens["access_token"]?.stringValue)
            #expect(read.status == 401)
        }
    }

    @Test(arguments: [
        (["code_verifier": String(repeating: "x", count: 43)], "invalid_grant"),
        (["code_verifier": "short"], "invalid_request"), (["code_verifier": ""], "invalid_request"),
        (["redirect_uri": "http://127.0.0.1:1/callback"], "invalid_grant"), (["code": "other"], "invalid_grant"),
        (["client_id": "other"], "invalid_client"),
    ])
    func `a code is exchanged only by who asked for it`(changes: [String: String], error: String) async throws {
        try await SandboxWorld.run { world in
            let code = try await allow(world).redirect["code"]
            #expect(try await redeem(world, code, changes).error == error)
        }
    }

    @Test func `a wrong verifier uses the code up`() async throws {
        try await SandboxWorld.run { world in
            let code = try await allow(world).redirect["code"]
            _ = try await redeem(world, code, ["code_verifier": String(repeating: "x", count: 43)])
            #expect(try await redeem(world, code).error == "invalid_grant")
        }
    }

    @Test func `a code ends after a minute`() async throws {
        try await SandboxWorld.run { world in
            let code = try await allow(world).redirect["code"]
            try await world.sandbox.advanceClock(seconds: 60)
            #expect(try await redeem(world, code).error == "invalid_grant")
        }
    }

    @Test(arguments: [
        "https://evil.example/", "http://127.0.0.1.evil.example/", "http://127.0.0.1@evil.example/",
        "http://localhost/", "javascript:alert(1)", "com.fexpayments.wallet:/elsewhere", "http://127.0.0.1/#x",
        "http://127.0.0.1/\r\nSet-Cookie: a=b", "http://127.0.0.1\\@evil.example/", "", "//127.0.0.1/",
    ])
    func `nobody is sent to an address that is not registered`(redirect: String) async throws {
        try await SandboxWorld.run { world in
            let page = try await browser.open(address(world, ["redirect_uri": redirect]))
            #expect(page.status == 400 && page.headers["location"] == nil)
            #expect(!page.text.contains("<form"))
        }
    }

    @Test(arguments: [
        ("response_type", "token", "unsupported_response_type"), ("code_challenge_method", "plain", "invalid_request"),
        ("code_challenge_method", nil, "invalid_request"), ("code_challenge", nil, "invalid_request"),
        ("code_challenge", "abc", "invalid_request"),
    ])
    func `an app that asks wrongly is told so`(name: String, value: String?, error: String) async throws {
        try await SandboxWorld.run { world in
            let page = try await browser.open(address(world, [name: value]))
            #expect(page.status == 303)
            #expect(page.headers["location"]?.hasPrefix(AuthorizationCodeTests.redirect + "?") == true)
            #expect(page.redirect["error"] == error && page.redirect["state"] == "a&b\"<c>")
        }
    }

    @Test func `an unknown app is told nothing, its person something`() async throws {
        try await SandboxWorld.run { world in
            let page = try await browser.open(address(world, ["client_id": "other"]))
            #expect(page.status == 400 && page.headers["location"] == nil)
        }
    }

    @Test func `a person who denies sends the app away`() async throws {
        try await SandboxWorld.run { world in
            let sent = try await allow(world, answer: "deny")
            #expect(sent.status == 303 && sent.redirect["error"] == "access_denied")
            #expect(sent.redirect["code"] == nil)
        }
    }

    @Test func `a form that another site sends, or a wrong password, gives no code`() async throws {
        try await SandboxWorld.run { world in
            let person = world.client.ready.wallets[1]
            let fields = [
                "username": person["username"]?.stringValue ?? "", "password": person["password"]?.stringValue ?? "",
                "answer": "allow",
            ]
            let foreign = try await browser.submit(browser.open(address(world)), fields, cookie: "fex_form=1")
            #expect(foreign.status == 403 && foreign.headers["location"] == nil)
            let wrong = try await browser.submit(
                browser.open(address(world)), fields.merging(["password": "x"]) { $1 })
            #expect(wrong.status == 403 && wrong.headers["location"] == nil)
        }
    }
}
