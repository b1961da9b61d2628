import FexHTTP
import FexValues
import Foundation
import HTTPTypes
import Synchronization
import Testing
import WalletTesting

@testable import WalletCore

/// What was given for one address is shown to no other, whatever the configuration says later.
@Suite struct OtherOriginTests {
    let test: TestWallet
    let stranger = Stranger()

    init() throws { test = try TestWallet() }

    /// A server at every address but the platform's.
    final class Stranger: HTTPTransport {
        let seen = Mutex<[HTTPCall]>([])
        let isThere = Mutex(true)

        func send(_ call: HTTPCall) async throws(HTTPTransportError) -> HTTPAnswer {
            guard isThere.withLock({ $0 }) else {
                throw HTTPTransportError(.unreachable, mayHaveBeenSent: false, detail: "refused")
            }
            seen.withLock { $0.append(call) }
            let issuer = "\(call.address.origin)/auth/realms/payment-platform"
            let body: JSON = [
                "success": true, "issuer": .string(issuer), "token_endpoint": .string("\(call.address.origin)/token"),
                "revocation_endpoint": .string("\(call.address.origin)/revoke"),
            ]
            return HTTPAnswer(HTTPResponse(status: .ok), body: body.data)
        }

        /// Whether anything was shown to it that only the platform may see.
        var sawSecrets: Bool {
            seen.withLock { calls in
                calls.contains { call in
                    call.headerFields[.authorization] != nil
                        || String(decoding: call.body ?? Data(), as: UTF8.self).contains("-")
                }
            }
        }
    }

    private func open(api: String = "https://platform.test", auth: String = "https://platform.test/auth") async throws
        -> Wallet
    {
        var configuration = test.configuration
        configuration.endpoints = PlatformEndpoints(api: HTTPAddress(api)!, auth: HTTPAddress(auth)!)
        configuration.http = stranger
        configuration.allowsInsecureWays = true
        return try await Wallet(configuration)
    }

    private func keptTokens() throws -> JSON { try JSON(parsing: test.secrets.load(.tokens) ?? Data()) }

    private static let others = ["http://evil.test", "http://platform.test", "https://platform.test:81"]

    @Test(arguments: others) func `an access token is not shown to another origin`(api: String) async throws {
        _ = try await test.openLoggedIn()
        let wallet = try await open(api: api)
        let intent = test.platform.addIntent("pi_1")
        let store = try WalletStore(path: test.configuration.database.path)
        let known = try await test.open().intents.fetch(intent)
        for _ in 0..<2 {
            let error = await #expect(throws: SessionError.self) { try await wallet.sync.refreshAccount() }
            #expect(error == .otherOrigin(api) && error?.description.contains(api) == true)
        }
        await #expect(throws: SessionError.otherOrigin(api)) { _ = try await wallet.account.fetchDevices() }
        _ = try? await wallet.decisions.decide(.pay, on: known.terms)
        #expect(try await store.loadLatestDecision(on: intent)?.state != .confirmed)
        #expect(!stranger.sawSecrets && test.platform.debits.isEmpty)
        #expect(try await test.open().account.isLoggedIn, "the login for the platform is good still")
    }

    @Test func `a platform out of reach is told as such, at whatever address it is looked for`() async throws {
        _ = try await test.openLoggedIn()
        stranger.isThere.withLock { $0 = false }
        let wallet = try await open(api: "http://127.0.0.1:1")
        let error = await #expect(throws: PlatformError.self) { try await wallet.sync.refreshAccount() }
        #expect(error?.isOutOfReach == true && error?.outcomeIsUnknown == false)
    }

    @Test func `what was decided offline, at an address that is no other's, is sent to the platform alone`()
        async throws
    {
        _ = try await test.openLoggedIn()
        let known = try await test.open().intents.fetch(test.platform.addIntent("pi_1"))
        stranger.isThere.withLock { $0 = false }
        let wallet = try await open(api: "http://127.0.0.1:1")
        let queued = try await wallet.decisions.decide(.pay, on: known.terms).decision
        #expect(queued.state == .waiting)
        #expect(try await test.open().decisions.sendAll().map(\.state) == [.confirmed])
        #expect(test.platform.debits == ["pi_1"])
    }

    @Test(arguments: ["http://evil.test/auth", "http://platform.test/auth"])
    func `a refresh token is not shown to another provider, nor to one who is told of a log-out`(
        auth: String
    ) async throws {
        _ = try await test.openLoggedIn()
        test.clock.advance(by: .seconds(300))
        let wallet = try await open(auth: auth)
        let error = await #expect(throws: SessionError.self) { try await wallet.sync.refreshAccount() }
        #expect(error?.code == "other_origin")
        #expect(try await wallet.account.logOut() == false)
        #expect(!stranger.sawSecrets)
        #expect(await !wallet.account.isLoggedIn)
    }

    @Test func `tokens that an earlier version kept go on, and say from their renewal on whose they are`() async throws
    {
        let wallet = try await test.openLoggedIn()
        var kept = try keptTokens().objectValue!
        kept["origins"] = nil
        try test.secrets.save(JSON.object(kept).data, as: .tokens)
        _ = try await wallet.sync.refreshAccount()
        test.clock.advance(by: .seconds(300))
        _ = try await wallet.sync.refreshAccount()
        let renewed = try keptTokens()
        #expect(renewed["origins"]?["api"] == "https://platform.test")
    }

    @Test func `credentials for one event server are given out for no other`() async throws {
        let credentials = EventCredentials(user: "wal_1", password: "p")
        try test.secrets.save(credentials.secret(for: "nats://127.0.0.1:4222"), as: .eventCredentials)
        #expect(await EventCredentials(in: test.secrets, for: "nats://127.0.0.1:4222") == credentials)
        #expect(await EventCredentials(in: test.secrets, for: "nats://127.0.0.1:4223") == nil)
        try test.secrets.save(credentials.secret(for: nil), as: .eventCredentials)
        #expect(await EventCredentials(in: test.secrets, for: "nats://127.0.0.1:4222") == credentials)
    }
}
