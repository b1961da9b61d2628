import FexHTTP
import FexValues
import Foundation
import HTTPTypes
import Testing
import WalletTesting

@testable import WalletCore

/// What every call to the platform makes of answers that are no answer to it.
@Suite struct EveryCallTests {
    /// A call of one of the families.
    struct Call: Sendable, CustomTestStringConvertible {
        var testDescription: String
        /// Whether it first asks where the identity provider has it.
        var asksIdentityProvider = false
        var make: @Sendable (PlatformClient) async throws -> Void
    }

    static let platform: [Call] = [
        Call(testDescription: "the account") { _ = try await $0.fetchAccount() },
        Call(testDescription: "credentials for events") { _ = try await $0.fetchEventCredentials() },
        Call(testDescription: "a nonce for a device") { _ = try await $0.requestDeviceChallenge() },
        Call(testDescription: "a device's key") {
            _ = try await $0.registerDevice(publicKey: [:], name: "till", proof: "p")
        },
        Call(testDescription: "the devices") { _ = try await $0.fetchDevices() },
        Call(testDescription: "an intent") { _ = try await $0.fetchIntent(IntentID("pi_1")!) },
        Call(testDescription: "requests from the first") {
            _ = try await $0.fetchPage(FeedQuery(feed: .approvals, limit: 10))
        },
        Call(testDescription: "transactions from a cursor") {
            _ = try await $0.fetchPage(FeedQuery(feed: .transactions, cursor: FeedCursor(after: 7), limit: 10))
        },
        Call(testDescription: "a page of transactions") {
            _ = try await $0.fetchTransactions(page: 1, limit: 10, etag: nil)
        },
    ]

    static let identity: [Call] = [
        Call(testDescription: "tokens for a password", asksIdentityProvider: true) {
            _ = try await $0.requestTokens(username: "alice", password: "right")
        },
        Call(testDescription: "tokens for a refresh token", asksIdentityProvider: true) {
            _ = try await $0.renewTokens(refresh: "r", by: nil)
        },
        Call(testDescription: "tokens for a device code", asksIdentityProvider: true) {
            _ = try await $0.requestTokens(deviceCode: "d")
        },
        Call(testDescription: "a device code", asksIdentityProvider: true) { _ = try await $0.beginDeviceGrant() },
    ]

    static let discovery = PlannedAnswer.json([
        "issuer": "https://platform.test/auth/realms/payment-platform", "token_endpoint": "https://platform.test/token",
        "device_authorization_endpoint": "https://platform.test/device",
    ])

    /// The code of the error with which a call meets an answer.
    private func code(of call: Call, meeting answer: PlannedAnswer) async throws -> String {
        let test = try TestClient()
        if call.asksIdentityProvider { test.plan(Self.discovery) }
        test.plan(answer)
        let error = try await #require(throws: PlatformError.self) { try await call.make(test.client) }
        #expect(test.sent.count == (call.asksIdentityProvider ? 2 : 1))
        #expect(error.money == .notMoved)
        return error.code
    }

    @Test(arguments: platform + identity, PlatformAnswerTests.strangers)
    func `what is no document is no answer to any call`(call: Call, answer: PlannedAnswer) async throws {
        #expect(try await code(of: call, meeting: answer) == "not_the_platform")
    }

    @Test(arguments: platform + identity, ["{}", "[]", "null", "7", "\"text\"", #"[{"success":true}]"#])
    func `a document of another shape is no answer to any call`(call: Call, body: String) async throws {
        #expect(try await code(of: call, meeting: .text(body)) == "not_the_platform")
    }

    @Test(arguments: platform + identity, [408, 429, 500, 502, 503, 504])
    func `a platform that fails for now is told from one that refuses`(call: Call, status: Int) async throws {
        let refusal = #"{"success":false,"error":"invalid_grant","code":"intent_unknown"}"#
        #expect(try await code(of: call, meeting: .text(refusal, status: status)) == "platform_unavailable")
    }

    @Test(arguments: platform, [(400, "refused"), (403, "not_allowed"), (409, "conflict"), (422, "refused")])
    func `a refusal of the platform is named by its status or its code`(
        call: Call, refusal: (status: Int, code: String)
    ) async throws {
        let bare: JSON = ["success": false, "error": "No"]
        #expect(try await code(of: call, meeting: .json(bare, status: refusal.status)) == refusal.code)
        let named = bare.setting("code", "limit_exceeded")
        #expect(try await code(of: call, meeting: .json(named, status: refusal.status)) == "limit_exceeded")
    }

    @Test(arguments: platform, [400, 403, 404, 405, 409, 413, 422, 451])
    func `a refusal in another shape than the published one is not the platform's word`(
        call: Call, status: Int
    ) async throws {
        for body in ["{}", "[]", "null", #"{"message":"Forbidden"}"#, #"{"error":"no"}"#, #"{"success":true}"#] {
            #expect(try await code(of: call, meeting: .text(body, status: status)) == "not_the_platform", "\(body)")
        }
    }

    @Test(arguments: identity, [401, 403, 404, 409, 422, 451])
    func `a refusal in another shape than the identity provider's is not its word`(
        call: Call, status: Int
    ) async throws {
        let refusal: JSON = ["success": false, "error": "invalid_grant"]
        #expect(try await code(of: call, meeting: .json(refusal, status: status)) == "not_the_platform")
    }

    @Test(arguments: platform + identity)
    func `a call that reaches nobody says so`(call: Call) async throws {
        #expect(try await code(of: call, meeting: .failure(.unreachable, mayHaveBeenSent: false)) == "unreachable")
        #expect(try await code(of: call, meeting: .failure(.timedOut, mayHaveBeenSent: true)) == "timed_out")
        #expect(try await code(of: call, meeting: .failure(.insecure, mayHaveBeenSent: false)) == "insecure")
    }
}
