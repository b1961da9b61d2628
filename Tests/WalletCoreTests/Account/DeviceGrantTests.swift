import FexValues
import Foundation
import Synchronization
import Testing
import WalletTesting

@testable import WalletCore

@Suite(.timeLimit(.minutes(15))) struct DeviceGrantTests {
    let test: TestWallet

    init() throws { test = try TestWallet() }

    /// Logs in while the clock is moved on pause by pause, each of which has to be waited for to its end.
    private func logIn(pauses: [Int]) async throws -> Account {
        let wallet = try await test.open()
        let shown = Mutex<[DevicePrompt]>([])
        async let account = wallet.account.logIn(deviceName: "test") { prompt in
            shown.withLock { $0.append(prompt) }
        }
        for pause in pauses {
            try await until("somebody sleeps until a later time") { test.clock.sleeperCount > 0 }
            let asked = polls
            test.clock.advance(by: .seconds(pause) - .milliseconds(1))
            await Task.yield()
            #expect(test.clock.sleeperCount == 1, "it sleeps for the whole of \(pause) seconds")
            #expect(polls == asked)
            test.clock.advance(by: .milliseconds(1))
        }
        let result = try await account
        #expect(shown.withLock(\.count) == 1)
        return result
    }

    private var polls: Int { test.platform.calls.count { $0.path == "/auth/token" } }

    @Test func `a device asks as often as it is told, and five seconds less often each time it is too eager`()
        async throws
    {
        test.platform.answerDevice(with: ["authorization_pending", "slow_down", "authorization_pending", "slow_down"])
        let account = try await logIn(pauses: [5, 5, 10, 10, 15])
        #expect(account.wallet == ModelPlatform.wallet)
        #expect(polls == 5)
        #expect(try await test.open().account.isLoggedIn)
    }

    @Test func `an identity provider that can't be reached is asked again, less and less often`() async throws {
        test.fate.plan("/auth/token", .unreachable, .status(503), .portal)
        #expect(try await logIn(pauses: [5, 10, 20, 40]).wallet == ModelPlatform.wallet)
    }

    @Test func `what something on the way refuses is no answer to a device that asks`() async throws {
        test.fate.plan("/auth/token", .status(403), .status(400), .status(404))
        #expect(try await logIn(pauses: [5, 10, 20, 40]).wallet == ModelPlatform.wallet)
    }

    @Test(arguments: [400, 401, 403, 404]) func `a login that something on the way refuses is not refused`(
        status: Int
    ) async throws {
        for place in ["/openid-configuration", "/auth/device"] {
            test.fate.plan(place, .status(status))
            let wallet = try await test.open()
            let error = await #expect(throws: PlatformError.self) {
                try await wallet.account.logIn(deviceName: "test") { _ in Issue.record("it was shown") }
            }
            #expect(error?.isOutOfReach == true)
        }
    }

    @Test(arguments: [
        ("access_denied", SessionError.loginDenied), ("expired_token", .loginExpired),
        ("invalid_grant", .refused("invalid_grant")),
    ])
    func `a login that is not allowed logs nobody in`(answer: String, error: SessionError) async throws {
        test.platform.answerDevice(with: ["authorization_pending", answer])
        await #expect(throws: error) { try await logIn(pauses: [5, 5]) }
        #expect(!(try await test.open().account.isLoggedIn))
    }

    @Test func `a device gives up when its code has ended on its own clock`() async throws {
        test.platform.answerDevice(with: Array(repeating: "authorization_pending", count: 1000))
        await #expect(throws: SessionError.loginExpired) {
            try await logIn(pauses: Array(repeating: 5, count: 120))
        }
        #expect(polls == 119)
    }

    @Test func `the person is shown the code and the page`() async throws {
        let wallet = try await test.open()
        struct Seen: Error, Equatable { var prompt: DevicePrompt }
        let expected = DevicePrompt(
            userCode: "WDJB-MJHT", page: URL(string: "https://platform.test/auth/page")!,
            pageWithCode: URL(string: "https://platform.test/auth/page?user_code=WDJB-MJHT")!,
            expiresAt: test.clock.now().advanced(by: .seconds(600)))
        await #expect(throws: Seen(prompt: expected)) {
            try await wallet.account.logIn(deviceName: "test") { throw Seen(prompt: $0) }
        }
    }

    @Test(arguments: [
        ("verification_uri", JSON.string("javascript:alert(1)")), ("verification_uri", "http://a.test/\u{1b}[2J"),
        ("verification_uri_complete", "file:///etc/passwd"), ("user_code", "AB\u{1b}[2J"), ("user_code", ""),
        ("interval", 0), ("expires_in", -1), ("device_code", 7),
    ])
    func `what can't be shown or followed is never shown`(name: String, value: JSON) async throws {
        test.fate.plan(
            "/auth/device",
            .altered { document in
                guard var object = document.objectValue else { return document }
                object[name] = value
                return .object(object)
            })
        let wallet = try await test.open()
        await #expect(throws: PlatformError.self) {
            try await wallet.account.logIn(deviceName: "test") { _ in Issue.record("it was shown") }
        }
    }

    @Test func `a device begins its login at the identity provider's own origin alone`() async throws {
        test.fate.plan(
            "/openid-configuration",
            .altered { _ in ["device_authorization_endpoint": "http://evil.test/device"] })
        let wallet = try await test.open()
        await #expect(throws: PlatformError.self) {
            try await wallet.account.logIn(deviceName: "test") { _ in }
        }
        #expect(test.platform.calls.count == 1)
    }

    @Test func `a device's secret prints as redacted`() throws {
        let grant = DeviceGrant(
            deviceCode: Redacted("s3cret"),
            prompt: DevicePrompt(
                userCode: "A", page: URL(string: "http://a.test")!, pageWithCode: nil, expiresAt: test.clock.now()),
            interval: .seconds(5))
        #expect(!"\(grant) \(String(reflecting: grant))".contains("s3cret"))
    }
}
