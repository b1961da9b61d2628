import FexHTTP
import FexValues
import Foundation
import HTTPTypes
import Testing
import WalletTesting

@testable import WalletCore

/// Who repeats in an answer what was sent.
@Suite struct SentSecretsTests {
    let test: TestClient
    private static let password = "pa ss/w\"ord+é"

    init() throws { test = try TestClient() }

    private static let discovery = PlannedAnswer.json([
        "issuer": "https://platform.test/auth/realms/payment-platform",
        "token_endpoint": "https://platform.test/idp/token",
    ])

    private func dumped(_ value: some Any) -> String {
        var text = "\(value) \(String(reflecting: value)) "
        dump(value, to: &text)
        return text
    }

    @Test(arguments: [400, 401, 403, 404, 422])
    func `an error that repeats the access token is told without it`(status: Int) async throws {
        let echo: JSON = [
            "success": false, "error": "Authorization: Bearer token_1", "code": "token_1", "seen": ["token_1"],
        ]
        test.plan(.json(echo, status: status), .json(echo, status: status))
        let error = await #expect(throws: PlatformError.self) { _ = try await test.client.fetchAccount() }
        let told = dumped(error as Any)
        #expect(!told.contains("token_1"), "\(told)")
        if status != 401 { #expect(error?.description.contains("redacted") == true) }
    }

    @Test func `a row that holds the access token is kept without it`() async throws {
        test.plan(
            .json(["success": true, "transactions": [["transaction_id": "token_1"]], "next": 1, "has_more": false]))
        let page = try await test.client.fetchPage(FeedQuery(feed: .transactions, cursor: nil, limit: 10))
        #expect(page.items == [["transaction_id": "redacted"]])
    }

    @Test(arguments: [password, "pa%20ss%2Fw%22ord%2B%C3%A9"])
    func `an error that repeats a password is told without it, however it is written`(form: String) async throws {
        test.plan(
            Self.discovery,
            .json(["error": "invalid_grant", "error_description": .string("wrong: \(form)")], status: 400))
        let error = await #expect(throws: OAuthRefusal.self) {
            _ = try await test.client.requestTokens(username: "alice", password: Self.password)
        }
        #expect(error?.message == "wrong: redacted")
    }

    @Test func `a refresh token that an answer gives again stays what it is`() async throws {
        test.plan(
            Self.discovery, .json(["access_token": "other", "expires_in": 300, "refresh_token": "refresh_1"]))
        #expect(try await test.client.renewTokens(refresh: "refresh_1", by: nil).refresh?.value == "refresh_1")
    }

    @Test func `calls and answers print, dump and mirror without what they carry`() async throws {
        test.plan(Self.discovery, .json(["access_token": "t0ken_2", "expires_in": 300]))
        let tokens = try await test.client.requestTokens(username: "alice", password: "pass_word")
        let call = PlatformCall.form([("password", "pass_word")], to: HTTPAddress("https://platform.test/idp/token")!)
        let answer = PlatformAnswer(
            status: 200, headers: [.authorization: "t0ken_2"], document: ["a": "t0ken_2"], sentAt: .zero)
        let response = HTTPResponse(status: .ok, headerFields: [.authorization: "t0ken_2"])
        let told = [
            dumped(tokens), dumped(test.transport.calls), dumped(call), dumped(answer),
            dumped(HTTPAnswer(response, body: Data("t0ken_2".utf8))),
            dumped(EventCredentials(user: "alice", password: "pass_word")),
        ]
        for text in told { #expect(!text.contains("pass_word") && !text.contains("t0ken_2"), "\(text)") }
        #expect(told[1].contains("POST https://platform.test/idp/token"))
    }
}
