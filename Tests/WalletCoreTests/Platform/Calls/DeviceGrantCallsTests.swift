import FexHTTP
import FexValues
import Foundation
import Testing
import WalletTesting

@testable import WalletCore

@Suite struct DeviceGrantCallsTests {
    let test: TestClient

    init() throws { test = try TestClient() }

    static let discovery = PlannedAnswer.json([
        "issuer": TokenCallsTests.issuer, "device_authorization_endpoint": "https://platform.test/idp/device",
    ])
    static let grant: JSON = [
        "device_code": "secret-1", "user_code": "WDJB-MJHT", "verification_uri": "https://login.test/device",
        "verification_uri_complete": "https://login.test/device?code=WDJB-MJHT", "expires_in": 600, "interval": 7,
    ]

    private func begin(_ answer: PlannedAnswer) async throws -> DeviceGrant {
        test.plan(Self.discovery, answer)
        return try await test.client.beginDeviceGrant()
    }

    @Test func `a login elsewhere begins with the client's id and a scope`() async throws {
        let begun = test.clock.now()
        let grant = try await begin(PlannedAnswer.json(Self.grant).delayed(by: .seconds(3)))
        #expect(
            test.sent.last
                == SentRequest(
                    "POST", "https://platform.test/idp/device",
                    ["content-type": "application/x-www-form-urlencoded"], body: "client_id=wallet&scope=openid"))
        #expect(test.sent.count == 2 && test.tokens.asked == 0)
        #expect(grant.deviceCode.value == "secret-1" && grant.interval == .seconds(7))
        #expect(grant.prompt.userCode == "WDJB-MJHT")
        #expect(grant.prompt.page.absoluteString == "https://login.test/device")
        #expect(grant.prompt.pageWithCode?.absoluteString == "https://login.test/device?code=WDJB-MJHT")
        #expect(grant.prompt.expiresAt == begun.advanced(by: .seconds(600)))
        #expect(!"\(grant) \(String(reflecting: grant))".contains("secret"))
    }

    @Test func `a provider need name neither an interval nor a page with the code`() async throws {
        let grant = try await begin(
            .json(Self.grant.setting("interval", .null).setting("verification_uri_complete", .null)))
        #expect(grant.interval == .seconds(5) && grant.prompt.pageWithCode == nil)
    }

    @Test(arguments: [
        ("device_code", JSON.null), ("device_code", 7), ("user_code", .null), ("user_code", ""),
        ("user_code", "A\u{1B}[2J"), ("user_code", "AB\u{202E}CD"),
        ("user_code", .string(String(repeating: "A", count: 65))),
        ("expires_in", .null), ("expires_in", 0), ("expires_in", 86_401), ("expires_in", "600"),
        ("expires_in", .number("9223372036854775807")), ("interval", 0), ("interval", 301), ("interval", -5),
        ("interval", "5"), ("verification_uri", .null), ("verification_uri", "login.test"),
        ("verification_uri", "javascript:alert(1)"), ("verification_uri", "file:///etc/passwd"),
        ("verification_uri", "https://login.test/a b"), ("verification_uri", "https://login.test/é"),
        ("verification_uri", "https:///path"), ("verification_uri", "https://login.test/\u{1B}[2J"),
        ("verification_uri", .string("https://login.test/" + String(repeating: "a", count: 2048))),
        ("verification_uri_complete", "ftp://login.test"), ("verification_uri_complete", 7),
    ])
    func `a login that can't be shown or ended is none, and the field is named`(
        field: String, value: JSON
    ) async throws {
        let error = await #expect(throws: PlatformError.self) {
            _ = try await begin(.json(Self.grant.setting(field, value)))
        }
        // Both pages are told of by one name.
        let named = field == "verification_uri_complete" ? "verification_uri" : field
        #expect(error?.code == "not_the_platform")
        #expect(error?.description.contains(named) == true, "\(error?.description ?? "-")")
    }

    @Test func `of two codes neither is shown`() async throws {
        for name in ["device_code", "user_code", "verification_uri", "interval", "expires_in"] {
            let twice = JSONObject(Self.grant.objectValue!.members + [.init(name, Self.grant[name] ?? .null)])
            let error = await #expect(throws: PlatformError.self) { _ = try await begin(.json(.object(twice))) }
            #expect(error?.description.contains("\(name): stands more than once") == true, "\(name)")
        }
    }

    @Test(arguments: ["authorization_pending", "slow_down", "access_denied", "expired_token"])
    func `how a login stands is the provider's word`(code: String) async throws {
        test.plan(TokenCallsTests.discovery, .json(["error": .string(code)], status: 400))
        let refusal = await #expect(throws: OAuthRefusal.self) {
            _ = try await test.client.requestTokens(deviceCode: "secret-1")
        }
        #expect(refusal?.code.rawValue == code && refusal?.endsSession == false)
    }

    @Test(arguments: ["http://platform.test/device", "http://elsewhere.test/device", "/device"])
    func `a login begins nowhere else than at the provider's own origin`(endpoint: String) async throws {
        test.plan(.json(["device_authorization_endpoint": .string(endpoint)]))
        await #expect(throws: PlatformError.self) { _ = try await test.client.beginDeviceGrant() }
        #expect(test.sent.count == 1)
    }
}
