import FexValues
import Testing

@testable import WalletCore

/// What is the identity provider's own refusal (RFC 6749, section 5.2), and which of them end a session.
@Suite struct OAuthRefusalTests {
    private func refusal(_ status: Int, _ document: JSON, message: String = "No") -> OAuthRefusal? {
        OAuthRefusal(PlatformError.Refusal(status: status, message: message, document: document))
    }

    @Test(
        arguments: [
            "invalid_request", "invalid_client", "invalid_grant", "unauthorized_client", "unsupported_grant_type",
            "invalid_scope", "authorization_pending", "slow_down", "access_denied", "expired_token",
        ], [400, 401])
    func `a code of the standards with 400 or 401 is the provider's`(code: String, status: Int) {
        let found = refusal(status, ["error": .string(code), "error_uri": "https://a.test"])
        #expect(found?.code.rawValue == code && found?.status == status && found?.message == "No")
    }

    @Test(arguments: [402, 403, 404, 409, 418, 422, 429])
    func `another status is somebody else's`(status: Int) {
        #expect(refusal(status, ["error": "invalid_grant"]) == nil)
    }

    @Test(
        arguments: [
            [:], [], "invalid_grant", .null, ["error": .null], ["error": 7], ["error": ""], ["error": "Invalid_Grant"],
            ["error": "invalid_grant "], ["error": "server_error"], ["error": ["code": "invalid_grant"]],
            ["success": false, "error": "invalid_grant"], ["success": true, "error": "invalid_grant"],
            ["error_description": "invalid_grant"],
            .object(JSONObject([.init("error", "invalid_grant"), .init("error", "invalid_grant")])),
        ] as [JSON])
    func `what a gateway may answer ends nothing`(document: JSON) {
        #expect(refusal(400, document) == nil)
    }

    @Test(arguments: [
        ("invalid_grant", 400, true), ("invalid_grant", 401, false), ("invalid_client", 400, true),
        ("invalid_client", 401, true), ("invalid_request", 400, false), ("unauthorized_client", 400, false),
        ("unsupported_grant_type", 400, false), ("invalid_scope", 400, false), ("access_denied", 400, false),
        ("expired_token", 400, false), ("slow_down", 400, false), ("authorization_pending", 400, false),
    ])
    func `a session ends with its grant or its client, and with nothing else`(
        code: String, status: Int, ends: Bool
    ) {
        #expect(refusal(status, ["error": .string(code)])?.endsSession == ends)
    }

    @Test func `a renewal that was refused otherwise brought no tokens, and may be tried again`() throws {
        let found = try #require(refusal(400, ["error": "invalid_scope"]))
        let error = PlatformError(noTokensFor: found)
        #expect(error.code == "not_the_platform" && error.retry == .later)
        #expect(error.description.contains("invalid_scope"))
    }
}
