import FexValues
import Foundation
import Testing
import WalletTesting

@testable import WalletCore

/// Renewals that fail, in every way that a network and what stands in it know.
@Suite struct RenewalTests {
    let test: TestWallet
    let box: Middlebox

    init() throws {
        test = try TestWallet()
        box = Middlebox(before: test.platform)
    }

    /// A wallet whose customer is logged in, behind the middlebox, with tokens that have to be renewed.
    private func openWithOldTokens() async throws -> Wallet {
        _ = try await test.openLoggedIn()
        test.clock.advance(by: .seconds(300))
        var configuration = test.configuration
        configuration.http = box
        return try await Wallet(configuration)
    }

    private func answer(_ status: Int, _ body: String, passesOn: Bool = false) -> Middlebox.Answer {
        Middlebox.Answer(passesOn: passesOn, status: status, body: body)
    }

    /// The refresh tokens that renewals were asked for with, in order.
    private var asked: [String] {
        test.platform.calls.compactMap { call in
            let form = String(decoding: call.body, as: UTF8.self)
            return form.firstMatch(of: /refresh_token=(refresh-\d+)/).map { String($0.1) }
        }
    }

    /// What is no word of an identity provider's that a session is over.
    private static let strangers: [(Int, String)] =
        [400, 401, 403, 404, 405, 413, 451].flatMap { status in
            ["", "{}", "[]", "<html>log in to the network</html>", #"{"success":false,"error":"x"}"#]
                .map { (status, $0) }
        } + [
            (400, #"{"success":false,"error":"invalid_grant"}"#), (400, #"{"error":"unheard_of"}"#),
            (400, #"{"error":"invalid_scope"}"#), (400, #"{"error":["invalid_grant"]}"#),
            (400, #"{"error":"temporarily_unavailable","error":"invalid_grant"}"#), (400, #"{"code":"invalid_grant"}"#),
            (401, #"{"error":"invalid_grant"}"#), (403, #"{"error":"invalid_grant"}"#),
            (200, #"{"error":"invalid_grant"}"#), (302, #"{"error":"invalid_grant"}"#),
            (500, #"{"error":"invalid_grant"}"#), (503, #"{"error":"invalid_client"}"#), (200, "{}"), (204, ""),
            (200, #"{"access_token":"","expires_in":300}"#), (200, #"{"access_token":"a","expires_in":0}"#),
        ]

    @Test func `nothing but the identity provider's own word ends a session`() async throws {
        let wallet = try await openWithOldTokens()
        for (status, body) in Self.strangers {
            for place in ["/token", "/openid-configuration"] {
                box.plan(place, answer(status, body))
                let error = await #expect(throws: PlatformError.self, "\(place) \(status) \(body)") {
                    try await wallet.sync.refreshAccount()
                }
                #expect(error?.isOutOfReach == true && error?.retry == .later, "\(place) \(status) \(body)")
                #expect(await wallet.account.isLoggedIn)
            }
        }
        #expect(try await wallet.sync.refreshAccount().wallet == ModelPlatform.wallet)
        #expect(asked == ["refresh-1"])
    }

    @Test func `the word of a discovery document ends no session`() async throws {
        let wallet = try await openWithOldTokens()
        box.plan("/openid-configuration", answer(400, #"{"error":"invalid_grant"}"#))
        await #expect(throws: PlatformError.self) { try await wallet.sync.refreshAccount() }
        #expect(try await wallet.sync.refreshAccount().wallet == ModelPlatform.wallet)
    }

    @Test(arguments: [
        (400, #"{"error":"invalid_grant"}"#), (400, #"{"error":"invalid_client","error_description":"gone"}"#),
        (401, #"{"error":"invalid_client"}"#),
    ])
    func `a session that the identity provider ends is over until the next login`(status: Int, body: String)
        async throws
    {
        let wallet = try await openWithOldTokens()
        box.plan("/token", answer(status, body))
        await #expect(throws: SessionError.ended) { try await wallet.sync.refreshAccount() }
        #expect(await !wallet.account.isLoggedIn)
        // Another process knows it without asking anybody.
        await #expect(throws: SessionError.ended) { try await test.open().sync.refreshAccount() }
        #expect(asked.isEmpty)
        _ = try await wallet.account.logIn(username: "alice", password: "right", deviceName: "test")
        #expect(try await wallet.sync.refreshAccount().wallet == ModelPlatform.wallet)
    }

    @Test func `a renewal whose answer is lost is asked for again with the same token, by another process too`()
        async throws
    {
        let wallet = try await openWithOldTokens()
        test.fate.plan("/token", .lostBefore, .lostBefore)
        await #expect(throws: PlatformError.self) { try await wallet.sync.refreshAccount() }
        let other = try await test.open()
        await #expect(throws: PlatformError.self) { try await other.sync.refreshAccount() }
        #expect(await wallet.account.isLoggedIn)
        #expect(try await other.sync.refreshAccount().wallet == ModelPlatform.wallet)
        #expect(asked == ["refresh-1", "refresh-1", "refresh-1"])
        #expect(try await wallet.sync.refreshAccount().wallet == ModelPlatform.wallet)
        #expect(asked.count == 3, "one process has renewed for both")
    }

    @Test(arguments: [JSON?.none, .some(.null), ""])
    func `an answer without a refresh token leaves the old one good`(value: JSON?) async throws {
        let wallet = try await openWithOldTokens()
        test.fate.plan(
            "/token",
            .altered { document in
                var object = document.objectValue ?? JSONObject()
                object["refresh_token"] = value
                return .object(object)
            })
        _ = try await wallet.sync.refreshAccount()
        test.clock.advance(by: .seconds(300))
        _ = try? await wallet.sync.refreshAccount()
        #expect(asked == ["refresh-1", "refresh-1"])
    }

    @Test func `a token that is refused although it is fresh ends no session, and is not renewed for ever`()
        async throws
    {
        let wallet = try await openWithOldTokens()
        let given = test.platform.tokensGiven
        for _ in 0..<30 {
            for _ in 0..<2 { box.plan("/wallet", answer(401, "{}")) }
            let error = await #expect(throws: PlatformError.self) { try await wallet.sync.refreshAccount() }
            #expect(error?.isOutOfReach == true && error?.code != "not_logged_in")
            box.clear()
            test.clock.advance(by: .seconds(5))
        }
        #expect(await wallet.account.isLoggedIn)
        #expect((1...5).contains(test.platform.tokensGiven - given), "at most one a minute")
        #expect(try await wallet.sync.refreshAccount().wallet == ModelPlatform.wallet)
    }

    @Test func `without a refresh token a refusal ends nothing, and the token's end does`() async throws {
        test.fate.plan(
            "/token",
            .altered { document in
                var object = document.objectValue ?? JSONObject()
                object["refresh_token"] = nil
                return .object(object)
            })
        _ = try await test.openLoggedIn()
        var configuration = test.configuration
        configuration.http = box
        let wallet = try await Wallet(configuration)
        box.plan("/wallet", answer(401, "{}"))
        await #expect(throws: PlatformError.self) { try await wallet.sync.refreshAccount() }
        #expect(try await wallet.sync.refreshAccount().wallet == ModelPlatform.wallet)
        test.clock.advance(by: .seconds(300))
        await #expect(throws: SessionError.ended) { try await wallet.sync.refreshAccount() }
    }

    @Test(arguments: [400, 401, 403, 404])
    func `a page in the place of a login is no refusal of it`(status: Int) async throws {
        var configuration = test.configuration
        configuration.http = box
        let wallet = try await Wallet(configuration)
        for body in ["<html>blocked</html>", "{}", #"{"success":false,"error":"x"}"#, #"{"error":"x"}"#] {
            box.plan("/token", answer(status, body))
            let error = await #expect(throws: PlatformError.self) {
                try await wallet.account.logIn(username: "alice", password: "right", deviceName: "test")
            }
            #expect(error?.isOutOfReach == true)
            #expect(await !wallet.account.isLoggedIn)
        }
    }
}
