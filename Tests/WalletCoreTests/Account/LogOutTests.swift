import FexValues
import Foundation
import Testing
import WalletTesting

@testable import WalletCore

/// Logging out while something is under way: it wins, and waits for nobody.
@Suite(.timeLimit(.minutes(15))) struct LogOutTests {
    let test: TestWallet
    let transport: HeldTransport

    init() throws {
        test = try TestWallet()
        transport = HeldTransport(test.platform)
    }

    private func openSlowly() async throws -> Wallet {
        var configuration = test.configuration
        configuration.http = transport
        return try await Wallet(configuration)
    }

    private func expectNobodyLoggedIn(_ wallet: Wallet) async throws {
        for wallet in [wallet, try await test.open()] {
            #expect(await !wallet.account.isLoggedIn)
            await #expect(throws: SessionError.notLoggedIn) { try await wallet.sync.refreshAccount() }
        }
        let kept = try test.secrets.load(.tokens).map { String(decoding: $0, as: UTF8.self) } ?? ""
        #expect(!kept.contains("access-") && !kept.contains("refresh-"))
        #expect(try test.secrets.load(.eventCredentials) == nil)
    }

    @Test(arguments: [true, false])
    func `tokens of a renewal that come after a log-out are not kept`(inThisProcess: Bool) async throws {
        _ = try await test.openLoggedIn()
        test.clock.advance(by: .seconds(300))
        let wallet = try await openSlowly()
        transport.holdAnswers(to: "token")
        let renewed = Task { try await wallet.session.accessToken() }
        try await until("a call is held up") { transport.waiting == 1 }
        // The answer is held for as long as nobody lets it go: the log-out has not waited for it.
        _ = try await inThisProcess ? wallet.account.logOut() : test.open().account.logOut()
        try await expectNobodyLoggedIn(test.open())
        transport.release()
        await #expect(throws: SessionError.notLoggedIn) { _ = try await renewed.value }
        try await expectNobodyLoggedIn(wallet)
    }

    @Test func `one who no longer waits for a renewal does not hold it up, nor is held up by it`() async throws {
        _ = try await test.openLoggedIn()
        test.clock.advance(by: .seconds(300))
        let wallet = try await openSlowly()
        transport.holdAnswers(to: "token")
        let waiting = Task { try await wallet.session.accessToken() }
        try await until("a call is held up") { transport.waiting == 1 }
        waiting.cancel()
        await #expect(throws: CancellationError.self) { _ = try await waiting.value }
        transport.release()
        #expect(try await wallet.session.accessToken().value.value == "access-2")
    }

    @Test(arguments: [
        "openid-configuration", "token", "wallet", "credentials", "challenge", "devices",
    ])
    func `a login that is overtaken by a log-out says so, and leaves nobody logged in`(step: String) async throws {
        let wallet = try await openSlowly()
        transport.holdAnswers(to: step)
        let login = Task {
            try await wallet.account.logIn(username: "alice", password: "right", deviceName: "test")
        }
        try await until("a call is held up") { transport.waiting == 1 }
        try await test.open().account.logOut()
        transport.release()
        await #expect(throws: SessionError.loggedOutMeanwhile) { _ = try await login.value }
        try await expectNobodyLoggedIn(wallet)
    }

    @Test func `a login that fails half-way ends itself, and no other that came meanwhile`() async throws {
        let wallet = try await openSlowly()
        test.fate.plan("/devices", .status(503))
        transport.holdAnswers(to: "devices")
        let login = Task {
            try await wallet.account.logIn(username: "alice", password: "right", deviceName: "test")
        }
        try await until("a call is held up") { transport.waiting == 1 }
        let other = try await test.openLoggedIn()
        transport.release()
        await #expect(throws: PlatformError.self) { _ = try await login.value }
        #expect(await other.account.isLoggedIn)
        _ = try await other.sync.refreshAccount()
    }

    @Test func `a login on a page elsewhere is overtaken by a log-out too`() async throws {
        let wallet = try await test.openLoggedIn()
        let login = Task { try await wallet.account.logIn(deviceName: "test") { _ in } }
        try await until("somebody sleeps until a later time") { test.clock.sleeperCount == 1 }
        try await wallet.account.logOut()
        test.clock.advance(by: .seconds(5))
        await #expect(throws: SessionError.loggedOutMeanwhile) { _ = try await login.value }
        try await expectNobodyLoggedIn(wallet)
    }

    @Test func `a renewal, or the end of a session, while somebody logs in again is no log-out`() async throws {
        _ = try await test.openLoggedIn()
        let wallet = try await openSlowly()
        for isEnd in [false, true] {
            test.clock.advance(by: .seconds(300))
            transport.holdAnswers(to: "token")
            async let login = wallet.account.logIn(username: "alice", password: "right", deviceName: "test")
            try await until("a call is held up") { transport.waiting == 1 }
            // By now the platform has given other tokens.
            let other = try await test.open()
            if isEnd {
                await #expect(throws: SessionError.ended) { try await other.sync.refreshAccount() }
            } else {
                var kept = try JSON(parsing: try #require(try test.secrets.load(.tokens))).objectValue ?? JSONObject()
                kept["refresh_token"] = "refresh-2"
                try test.secrets.save(JSON.object(kept).data, as: .tokens)
                _ = try await other.sync.refreshAccount()
            }
            transport.release()
            #expect(try await login.wallet == ModelPlatform.wallet)
            #expect(await wallet.account.isLoggedIn)
        }
    }

    @Test func `a log-out ends the session at the platform too`() async throws {
        let wallet = try await test.openLoggedIn()
        let kept = try #require(try test.secrets.load(.tokens))
        #expect(try await wallet.account.logOut())
        // Who has copied the tokens before has no use of them.
        try test.secrets.save(kept, as: .tokens)
        await #expect(throws: SessionError.ended) { try await wallet.sync.refreshAccount() }
    }

    @Test func `a log-out that the platform can't be told of forgets all the same, and says so`() async throws {
        for fate in [ModelPlatform.Fate.unreachable, .lostBefore, .status(503), .portal] {
            let wallet = try await test.openLoggedIn()
            test.fate.plan("/openid-configuration", fate)
            #expect(try await wallet.account.logOut() == false)
            try await expectNobodyLoggedIn(wallet)
        }
        let wallet = try await test.openLoggedIn()
        test.fate.plan("/auth/revoke", .status(503))
        #expect(try await wallet.account.logOut() == false)
        #expect(try await wallet.account.logOut(), "nobody is logged in")
    }

    /// Secrets that the person has yet to unlock.
    private struct LockedSecrets: SecretStore {
        let kept: InMemorySecretStore

        func load(_ name: SecretName) throws(SecretStoreError) -> Data? { throw .locked(name) }
        func save(_ secret: Data, as name: SecretName) throws(SecretStoreError) { throw .locked(name) }
        func replace(_ name: SecretName, expected: Data?, with secret: Data) throws(SecretStoreError) -> Bool {
            throw .locked(name)
        }
        func remove(_ name: SecretName) throws(SecretStoreError) { try kept.remove(name) }
        func withExclusiveAccess<Result: Sendable>(
            _ body: @Sendable () async throws -> Result
        ) async throws -> Result { try await body() }
    }

    @Test func `a log-out with locked secrets forgets them, and does not say that the platform knows`() async throws {
        _ = try await test.openLoggedIn()
        var configuration = test.configuration
        configuration.secrets = LockedSecrets(kept: test.secrets)
        #expect(try await Wallet(configuration).account.logOut() == false)
        #expect(try test.secrets.load(.tokens) == nil && test.secrets.load(.eventCredentials) == nil)
    }

    @Test func `after a log-out no token is in any file`() async throws {
        let directory = test.directory.appending(path: "secrets")
        var configuration = test.configuration
        configuration.secrets = FileSecretStore(directory: directory)
        let wallet = try await Wallet(configuration)
        _ = try await wallet.account.logIn(username: "alice", password: "right", deviceName: "test")
        // What a process left that was killed in the middle of saving.
        try Data("access-0".utf8).write(to: directory.appending(path: ".tokens.part"))
        try await wallet.account.logOut()
        for file in try FileManager.default.contentsOfDirectory(at: directory, includingPropertiesForKeys: nil) {
            let text = String(decoding: try Data(contentsOf: file), as: UTF8.self)
            #expect(!text.contains("access-") && !text.contains("refresh-"), "\(file.lastPathComponent)")
        }
        #expect(await !wallet.account.isLoggedIn)
        await #expect(throws: SessionError.notLoggedIn) { try await wallet.sync.refreshAccount() }
    }
}
