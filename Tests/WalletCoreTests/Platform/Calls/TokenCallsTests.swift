import FexHTTP
import FexValues
import HTTPTypes
import Testing
import WalletTesting

@testable import WalletCore

@Suite struct TokenCallsTests {
    let test: TestClient

    init() throws { test = try TestClient() }

    static let issuer: JSON = "https://platform.test/auth/realms/payment-platform"
    static let discovery = PlannedAnswer.json([
        "issuer": issuer, "token_endpoint": "https://platform.test/idp/token?realm=a",
        "revocation_endpoint": "https://platform.test/idp/revoke",
    ])
    static let tokens: JSON = ["access_token": "a", "expires_in": 300, "refresh_token": "r", "token_type": "Bearer"]

    private let asked = SentRequest(
        "GET", "https://platform.test/auth/realms/payment-platform/.well-known/openid-configuration")

    private func form(_ body: String) -> SentRequest {
        SentRequest(
            "POST", "https://platform.test/idp/token?realm=a", ["content-type": "application/x-www-form-urlencoded"],
            body: body)
    }

    /// What a renewal brings.
    private func renew(_ answer: PlannedAnswer) async throws -> Tokens {
        test.plan(Self.discovery, answer)
        return try await test.client.renewTokens(refresh: "r", by: nil)
    }

    // MARK: What leaves

    @Test func `a name and a password go where the provider says, as a form and nowhere else`() async throws {
        test.plan(Self.discovery, .json(Self.tokens))
        _ = try await test.client.requestTokens(username: "alice", password: "right")
        #expect(
            test.sent == [asked, form("grant_type=password&username=alice&password=right&client_id=wallet")])
        #expect(test.tokens.asked == 0)
    }

    @Test(arguments: [
        ("a&password=b=c", "a%26password%3Db%3Dc"), ("a+b c", "a%2Bb%20c"), ("100%", "100%25"),
        ("Zoë😀", "Zo%C3%AB%F0%9F%98%80"),
        ("\r\n\u{0}", "%0D%0A%00"), ("-._~", "-._~"), ("", ""), ("e\u{301}", "e%CC%81"),
    ])
    func `whatever a password holds stays in its field`(password: String, escaped: String) async throws {
        test.plan(Self.discovery, .json(Self.tokens))
        _ = try await test.client.requestTokens(username: password, password: password)
        #expect(
            test.sent.last == form("grant_type=password&username=\(escaped)&password=\(escaped)&client_id=wallet"))
    }

    @Test func `a refresh token and a device code go as forms too`() async throws {
        test.plan(Self.discovery, .json(Self.tokens), Self.discovery, .json(Self.tokens))
        _ = try await test.client.renewTokens(refresh: "r/1=", by: nil)
        _ = try await test.client.requestTokens(deviceCode: "d 1")
        let grant = "urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code"
        #expect(
            test.sent == [
                asked, form("grant_type=refresh_token&refresh_token=r%2F1%3D&client_id=wallet"), asked,
                form("grant_type=\(grant)&device_code=d%201&client_id=wallet"),
            ])
    }

    @Test func `a deployment may give its wallets another client id`() async throws {
        let test = try TestClient { $0.clientID = "wallet & co" }
        test.plan(Self.discovery, .json(Self.tokens))
        _ = try await test.client.renewTokens(refresh: "r", by: nil)
        #expect(test.sent.last?.body?.hasSuffix("&client_id=wallet%20%26%20co") == true)
    }

    // MARK: Where it goes

    @Test(arguments: [
        JSON.null, 7, "", "/idp/token", "//platform.test/token", "http://platform.test/token",
        "https://platform.test:8080/token", "https://platform.test.evil/token", "http://evil/platform.test",
        "http://user@platform.test/token", "https://platform.test@evil/token", "https://platform.test/token#a",
        "https://platform.test/to ken", "ftp://platform.test/token", ["https://platform.test/token"],
    ])
    func `no secret goes elsewhere than to the provider's own origin`(endpoint: JSON) async throws {
        test.plan(.json(["issuer": Self.issuer, "token_endpoint": endpoint]))
        let error = await #expect(throws: PlatformError.self) {
            _ = try await test.client.requestTokens(username: "alice", password: "right")
        }
        #expect(error?.code == "not_the_platform" && error?.description.contains("token_endpoint") == true)
        #expect(test.sent == [asked])
    }

    @Test(arguments: [
        JSON.null, 7, "", "https://platform.test/auth/realms/payment-platform/",
        "https://platform.test/auth/realms/other",
        "http://platform.test/auth/realms/payment-platform", "http://evil.test/auth/realms/payment-platform",
    ])
    func `a description that is another provider's is not followed`(issuer: JSON) async throws {
        test.plan(.json(["issuer": issuer, "token_endpoint": "https://platform.test/idp/token"]))
        let error = await #expect(throws: PlatformError.self) {
            _ = try await test.client.renewTokens(refresh: "r", by: nil)
        }
        #expect(error?.code == "not_the_platform" && error?.description.contains("issuer") == true)
        #expect(test.sent == [asked])
    }

    // MARK: Revocation

    @Test(arguments: ["", "{}", "<html></html>"])
    func `a session is ended by its refresh token, and the status says so`(body: String) async throws {
        test.plan(Self.discovery, .text(body))
        let tokens = Tokens(access: "a", accessEndsAt: test.clock.now(), refresh: "r/1")
        try await test.client.revoke(tokens)
        #expect(
            test.sent == [
                asked,
                SentRequest(
                    "POST", "https://platform.test/idp/revoke", ["content-type": "application/x-www-form-urlencoded"],
                    body: "token=r%2F1&token_type_hint=refresh_token&client_id=wallet"),
            ])
    }

    @Test func `a session without a refresh token is ended by its access token`() async throws {
        test.plan(Self.discovery, .text(""))
        try await test.client.revoke(Tokens(access: "a", accessEndsAt: test.clock.now(), refresh: nil))
        #expect(test.sent.last?.body == "token=a&token_type_hint=access_token&client_id=wallet")
    }

    @Test(arguments: [PlannedAnswer.text("", status: 404), .text("{}", status: 400), .text("", status: 503)])
    func `a session that nobody ended is not said to be over`(answer: PlannedAnswer) async throws {
        test.plan(Self.discovery, answer)
        await #expect(throws: PlatformError.self) {
            try await test.client.revoke(Tokens(access: "a", accessEndsAt: test.clock.now(), refresh: "r"))
        }
    }

    @Test func `two endpoints are none`() async throws {
        let endpoint = JSONObject.Member("token_endpoint", "https://platform.test/token")
        test.plan(.json(.object(JSONObject([.init("issuer", Self.issuer), endpoint, endpoint]))))
        await #expect(throws: PlatformError.self) { _ = try await test.client.renewTokens(refresh: "r", by: nil) }
        #expect(test.sent == [asked])
    }

    @Test(arguments: [
        PlannedAnswer.json(["error": "invalid_grant"], status: 400), .json(["error": "invalid_client"], status: 401),
        .json([:], status: 404), .text("<html></html>"),
    ])
    func `whatever is answered in place of the description is about no session`(answer: PlannedAnswer) async throws {
        test.plan(answer)
        let error = await #expect(throws: PlatformError.self) {
            _ = try await test.client.renewTokens(refresh: "r", by: nil)
        }
        #expect(error?.code == "not_the_platform" && error?.isOutOfReach == true)
        #expect(test.sent == [asked])
    }

    // MARK: What comes

    @Test func `tokens last from when they were asked for`() async throws {
        let begun = test.clock.now()
        let tokens = try await renew(PlannedAnswer.json(Self.tokens).delayed(by: .seconds(20)))
        #expect(tokens.access.value == "a" && tokens.refresh?.value == "r")
        #expect(tokens.accessEndsAt == begun.advanced(by: .seconds(300)))
        #expect(!"\(tokens) \(String(reflecting: tokens))".contains("\"r\""))
    }

    @Test(arguments: [JSON.null, ""])
    func `an answer without a refresh token brings none`(refresh: JSON) async throws {
        #expect(try await renew(.json(Self.tokens.setting("refresh_token", refresh))).refresh == nil)
    }

    @Test(arguments: [
        ("access_token", JSON.null), ("access_token", ""), ("access_token", 7), ("expires_in", .null),
        ("expires_in", 0), ("expires_in", -1), ("expires_in", "300"), ("expires_in", .number("300.5")),
        ("expires_in", 31_536_001), ("expires_in", .number("9223372036854775807")),
        ("expires_in", .number("1e99")), ("refresh_token", 7), ("refresh_token", .array(["r"])),
    ])
    func `tokens that can't be used are none, and the field is named`(field: String, value: JSON) async throws {
        let error = await #expect(throws: PlatformError.self) {
            _ = try await renew(.json(Self.tokens.setting(field, value)))
        }
        #expect(error?.code == "not_the_platform" && error?.description.contains("\(field):") == true)
    }

    @Test func `of two tokens neither is used`() async throws {
        for name in ["access_token", "refresh_token", "expires_in"] {
            let twice = JSONObject(Self.tokens.objectValue!.members + [.init(name, Self.tokens[name] ?? .null)])
            let error = await #expect(throws: PlatformError.self) { _ = try await renew(.json(.object(twice))) }
            #expect(error?.description.contains("\(name): stands more than once") == true, "\(name)")
        }
    }

    @Test func `no error says what was sent or what came`() async throws {
        for answer in [
            PlannedAnswer.json(Self.tokens.setting("expires_in", 0)), .json(["error": "invalid_grant"], status: 400),
            .text("{\"access_token\":\"secret\"", status: 200), .json(["access_token": "secret"], status: 403),
        ] {
            test.plan(Self.discovery, answer)
            do {
                _ = try await test.client.requestTokens(username: "alice", password: "hunter2")
                Issue.record("no error came")
            } catch {
                #expect(!"\(error)".contains("hunter2") && !"\(error)".contains("secret"))
            }
        }
    }

    @Test func `the provider's own refusal is told from all others`() async throws {
        let refusal = await #expect(throws: OAuthRefusal.self) {
            _ = try await renew(
                .json(["error": "invalid_grant", "error_description": "Token is\u{1B} gone"], status: 400))
        }
        #expect(refusal == OAuthRefusal(code: .invalidGrant, status: 400, message: "Token is� gone"))
        #expect(refusal?.endsSession == true)
    }
}
