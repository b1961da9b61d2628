import FexValues
import Foundation
import Testing
import WalletTesting

@testable import WalletCore

/// A login on the identity provider's page, in a browser that leads back.
@Suite struct AuthorizationLoginTests {
    let test: TestWallet
    private let redirect = URL(string: "fexapp://login/done")!

    init() throws { test = try TestWallet() }

    /// What the page leads back to, once the person has logged in there.
    private func callback(_ wallet: Wallet) async throws -> URL {
        let page = try await wallet.account.beginLogIn(redirect: redirect)
        return try #require(test.platform.authorize(page))
    }

    private func finish(_ wallet: Wallet, _ callback: URL) async throws -> Account {
        try await wallet.account.finishLogIn(callback: callback, deviceName: "test")
    }

    private func changing(_ callback: URL, _ name: String, to value: String?) -> URL {
        var parts = URLComponents(url: callback, resolvingAgainstBaseURL: false)!
        parts.queryItems = parts.queryItems!.filter { $0.name != name }
        if let value { parts.queryItems!.append(URLQueryItem(name: name, value: value)) }
        return parts.url!
    }

    private func decides(_ wallet: Wallet, _ id: String) async throws -> Bool {
        let terms = try await wallet.intents.fetch(test.platform.addIntent(id)).terms
        return try await wallet.decisions.decide(.pay, on: terms).decision.state == .confirmed
    }

    @Test func `a person logs in on the page, and pays`() async throws {
        let wallet = try await test.open()
        #expect(try await finish(wallet, callback(wallet)).wallet == ModelPlatform.wallet)
        #expect(await wallet.account.isLoggedIn)
        #expect(try await decides(wallet, "pi_1"))
        #expect(try test.secrets.load(.login) == nil)
    }

    @Test func `the app may be ended while the browser is in front`() async throws {
        let callback = try await callback(test.open())
        #expect(try await finish(test.open(), callback).wallet == ModelPlatform.wallet)
    }

    @Test func `neither the page nor what is logged tells the secret behind the challenge`() async throws {
        let wallet = try await test.open()
        let page = try await wallet.account.beginLogIn(redirect: redirect).absoluteString
        let kept = try test.secrets.load(.login) ?? Data()
        let login = try #require(AuthorizationLogin(secret: kept))
        #expect(!page.contains(login.verifier.value) && page.contains("code_challenge_method=S256"))
        #expect(
            login.verifier.value.utf8.count >= 43
                && Set([login.verifier.value, login.state.value, login.nonce.value]).count == 3)
        var dumped = ""
        dump(login, to: &dumped)
        for text in ["\(login)", String(reflecting: login), dumped] {
            #expect(!text.contains(login.verifier.value) && !text.contains(login.state.value))
        }
    }

    @Test func `an answer counts once`() async throws {
        let wallet = try await test.open()
        let callback = try await callback(wallet)
        _ = try await finish(wallet, callback)
        await #expect(throws: SessionError.otherLogin) { _ = try await finish(wallet, callback) }
        #expect(await wallet.account.isLoggedIn, "what is no answer ends nothing")
    }

    @Test(arguments: [
        ("state", "other"), ("state", nil), ("iss", "http://evil.test/realms/payment-platform"), ("iss", nil),
        ("code", nil), ("code", ""),
    ])
    func `what is no answer to the login that was begun logs nobody in, and leaves it to be answered`(
        name: String, value: String?
    ) async throws {
        let wallet = try await test.open()
        let callback = try await callback(wallet)
        let calls = test.platform.calls.count
        await #expect(throws: SessionError.otherLogin) {
            _ = try await finish(wallet, changing(callback, name, to: value))
        }
        #expect(test.platform.calls.count == calls, "nobody was told the code")
        #expect(await !wallet.account.isLoggedIn)
        #expect(try await finish(wallet, callback).wallet == ModelPlatform.wallet)
    }

    @Test(arguments: ["fexapp://login/other", "fexapp://evil/done", "https://login/done", "fexapp://login/done/x"])
    func `an answer comes to the address that was given`(address: String) async throws {
        let wallet = try await test.open()
        let query = try await callback(wallet).query(percentEncoded: true) ?? ""
        await #expect(throws: SessionError.otherLogin) {
            _ = try await finish(wallet, URL(string: "\(address)?\(query)")!)
        }
    }

    @Test func `of two values for one name neither is believed`() async throws {
        let wallet = try await test.open()
        let callback = try await callback(wallet)
        await #expect(throws: SessionError.otherLogin) {
            _ = try await finish(wallet, URL(string: callback.absoluteString + "&state=x")!)
        }
    }

    @Test func `who denied the login, or was refused, hears that`() async throws {
        let wallet = try await test.open()
        let denied = changing(try await callback(wallet), "error", to: "access_denied")
        await #expect(throws: SessionError.loginDenied) { _ = try await finish(wallet, denied) }
        let refused = changing(try await callback(wallet), "error", to: "invalid_scope\u{1B}[2J")
        let error = await #expect(throws: SessionError.self) { _ = try await finish(wallet, refused) }
        #expect(error?.code == "login_refused" && error?.description.contains("\u{1B}") == false)
    }

    @Test func `the login that was begun last counts, for a quarter of an hour, until somebody logs out`()
        async throws
    {
        let wallet = try await test.open()
        let first = try await callback(wallet)
        let second = try await callback(wallet)
        await #expect(throws: SessionError.otherLogin) { _ = try await finish(wallet, first) }
        try await wallet.account.logOut()
        await #expect(throws: SessionError.loggedOutMeanwhile) { _ = try await finish(wallet, second) }
        let late = try await callback(wallet)
        test.clock.advance(by: .seconds(900))
        await #expect(throws: SessionError.otherLogin) { _ = try await finish(wallet, late) }
        #expect(await !wallet.account.isLoggedIn)
    }

    @Test(arguments: [
        ("iss", JSON.string("http://evil.test")), ("aud", "other"), ("aud", .array(["wallet", "other"])),
        ("nonce", "other"),
        ("nonce", .null), ("exp", 1),
    ])
    func `tokens of another login, client or provider are not kept`(claim: String, value: JSON) async throws {
        let wallet = try await test.open()
        let callback = try await callback(wallet)
        test.fate.plan(
            "/auth/token",
            .altered { document in
                guard let parts = document["id_token"]?.stringValue?.split(separator: "."),
                    let claims = Data(base64URL: String(parts[1])).flatMap({ try? JSON(parsing: $0) })
                else { return document }
                let changed = claims.setting(claim, value).data.base64URL
                return document.setting("id_token", .string("\(parts[0]).\(changed).\(parts[2])"))
            })
        await #expect(throws: PlatformError.self) { _ = try await finish(wallet, callback) }
        #expect(await !wallet.account.isLoggedIn)
    }

    @Test func `tokens without a word on whose they are aren't kept`() async throws {
        let wallet = try await test.open()
        let callback = try await callback(wallet)
        test.fate.plan("/auth/token", .altered { $0.setting("id_token", .null) })
        await #expect(throws: PlatformError.self) { _ = try await finish(wallet, callback) }
        #expect(await !wallet.account.isLoggedIn)
    }

    @Test func `a provider whose page is elsewhere is not followed`() async throws {
        test.fate.plan(
            "/openid-configuration", .altered { $0.setting("authorization_endpoint", "http://evil.test/authorize") })
        let wallet = try await test.open()
        await #expect(throws: PlatformError.self) { _ = try await wallet.account.beginLogIn(redirect: redirect) }
    }

    @Test func `an app may hand in tokens of its own login, which are a bearer's`() async throws {
        test.platform.change { $0.rules.dpop = nil }
        let tokens = try await test.openLoggedIn()
        let access = try await tokens.session.accessToken().value.value
        let other = try TestWallet()
        var configuration = other.configuration
        configuration.http = test.platform
        let wallet = try await Wallet(configuration)
        let account = try await wallet.account.logIn(
            accessToken: access, expiresIn: .seconds(200), refreshToken: nil, deviceName: "test")
        #expect(account.wallet == ModelPlatform.wallet)
        #expect(try await decides(wallet, "pi_1"))
    }
}
