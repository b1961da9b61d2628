import Crypto
import FexValues
import Foundation
import Testing
import WalletTesting

@testable import WalletCore

/// Tokens that are bound to a key of the device (RFC 9449), against a platform that has it so, and against ones that lie.
@Suite struct DPoPTests {
    let test: TestWallet

    init() throws { test = try TestWallet() }

    private func kept() throws -> JSON { try JSON(parsing: try #require(try test.secrets.load(.tokens))) }

    /// The calls whose path ends so.
    private func calls(_ part: String) -> [ModelPlatform.Call] {
        test.platform.calls.filter { $0.path.hasSuffix(part) }
    }

    /// What a body adds to the calls that the platform saw.
    private func callsDuring(_ body: () async throws -> Void) async rethrows -> [ModelPlatform.Call] {
        let before = test.platform.calls.count
        try await body()
        return Array(test.platform.calls.dropFirst(before))
    }

    // MARK: The key

    @Test func `tokens are bound to a key of their own, and each call and each renewal proves it anew`() async throws {
        let wallet = try await test.openLoggedIn()
        let secret = try #require(try test.secrets.load(.dpopKey))
        let key = DPoPKey(try P256.Signing.PrivateKey(rawRepresentation: secret))
        #expect(try kept()["token_type"] == "DPoP")
        #expect(try kept()["jkt"] == .string(key.thumbprint))
        #expect(try secret != test.secrets.load(.deviceKey))
        test.clock.advance(by: .seconds(300))
        let other = try await test.open()
        _ = try await other.sync.refreshAccount()
        _ = try await wallet.sync.refreshAccount()
        #expect(try kept()["token_type"] == "DPoP")
        let bound = test.platform.calls.filter { $0.path.hasSuffix("/token") || $0.path.hasPrefix("/wallet/") }
        let proofs = bound.map(\.proof)
        #expect(bound.count >= 6 && proofs.allSatisfy { $0 != nil } && Set(proofs).count == proofs.count)
        #expect(try test.secrets.load(.dpopKey) == secret, "a renewal makes no key")
    }

    @Test func `every way to log in binds its tokens`() async throws {
        let wallet = try await test.open()
        _ = try await wallet.account.logIn(username: "alice", password: "right", deviceName: "a")
        let key = try test.secrets.load(.dpopKey)
        let page = try await wallet.account.beginLogIn(redirect: URL(string: "app.test:/done")!)
        let callback = try #require(test.platform.authorize(page))
        _ = try await wallet.account.finishLogIn(callback: callback, deviceName: "a")
        #expect(try kept()["token_type"] == "DPoP")
        let login = Task { try await wallet.account.logIn(deviceName: "a") { _ in } }
        try await until("somebody sleeps until a later time") { test.clock.sleeperCount == 1 }
        test.clock.advance(by: .seconds(5))
        _ = try await login.value
        #expect(try kept()["token_type"] == "DPoP")
        #expect(calls("/token").count == 3 && calls("/token").allSatisfy { $0.proof != nil })
        #expect(try test.secrets.load(.dpopKey) == key, "a key that is there is used")
        try await wallet.account.logOut()
        #expect(calls("/revoke").map(\.proof) == [nil])
    }

    /// How a key is lost.
    enum Loss: CaseIterable { case removed, unreadable, another }

    @Test(arguments: Loss.allCases)
    func `without their key tokens are good for nothing: nothing is sent, and the next login makes it whole`(loss: Loss)
        async throws
    {
        let wallet = try await test.openLoggedIn()
        let terms = try await wallet.intents.fetch(test.platform.addIntent("pi_1")).terms
        switch loss {
        case .removed: try test.secrets.remove(.dpopKey)
        case .unreadable: try test.secrets.save(Data("no key".utf8), as: .dpopKey)
        case .another: try test.secrets.save(P256.Signing.PrivateKey().rawRepresentation, as: .dpopKey)
        }
        for age in [Duration.zero, .seconds(290)] {
            test.clock.advance(by: age)
            for wallet in [wallet, try await test.open()] {
                let sent = await callsDuring {
                    await #expect(throws: SessionError.tokenKeyLost) { try await wallet.sync.refreshAccount() }
                    await #expect(throws: SessionError.tokenKeyLost) { try await wallet.account.check() }
                    await #expect(throws: SessionError.tokenKeyLost) {
                        try await WalletReader.checkSession(in: test.secrets)
                    }
                }
                #expect(sent.isEmpty)
            }
        }
        let error = SessionError.tokenKeyLost
        #expect(error.code == "token_key_lost" && error.description.hasSuffix("log in again"))
        // What is agreed to meanwhile waits, and no money has moved.
        let waiting = try await wallet.decisions.decide(.pay, on: terms).decision
        #expect(waiting.state == .waiting && calls("/pay").isEmpty)
        _ = try await wallet.account.logIn(username: "alice", password: "right", deviceName: "test")
        _ = try await wallet.sync.refreshAccount()
        #expect(try await wallet.decisions.retry(waiting.id).decision.state == .confirmed)
        #expect(test.platform.debits == ["pi_1"])
    }

    @Test func `of two that log in at once on new secrets both use one key`() async throws {
        let (one, two) = (DPoPKeys(test.secrets), DPoPKeys(test.secrets))
        let names = try await withThrowingTaskGroup(of: String.self) { group in
            for keys in [one, two, one, two] { group.addTask { try await keys.loadOrMake().thumbprint } }
            return try await group.reduce(into: Set<String>()) { $0.insert($1) }
        }
        #expect(names.count == 1)
    }

    @Test func `a key that tokens are bound to is shown by nothing`() async throws {
        let key = try await DPoPKeys(test.secrets).loadOrMake()
        let secret = try #require(try test.secrets.load(.dpopKey))
        let token = AccessToken(value: Redacted("s3cret"), key: key)
        var dumped = "\(token) \(String(reflecting: token)) "
        dump(token, to: &dumped)
        for text in [secret.base64URL, secret.base64EncodedString(), "s3cret", "\(Array(secret))"] {
            #expect(!dumped.contains(text))
        }
    }

    // MARK: Bearers

    @Test func `tokens that an earlier version kept stay a bearer's, and are renewed without a key`() async throws {
        test.platform.change { $0.rules.dpop = nil }
        let wallet = try await test.openLoggedIn()
        test.platform.change { $0.rules.dpop = .init() }
        var document = try #require(try kept().objectValue)
        (document["token_type"], document["jkt"]) = (nil, nil)
        try test.secrets.save(JSON.object(document).data, as: .tokens)
        for _ in 0..<2 {
            _ = try await wallet.sync.refreshAccount()
            test.clock.advance(by: .seconds(300))
        }
        #expect(test.platform.calls.allSatisfy { $0.proof == nil })
        #expect(try kept()["token_type"] == "Bearer" && test.secrets.load(.dpopKey) == nil)
    }

    @Test(arguments: [["RS256", "EdDSA"], [], ["es256", "ES256K", "ES384"]])
    func `a provider that knows none of our algorithms gives tokens to bearers`(algorithms: [String]) async throws {
        test.platform.change { $0.rules.dpop?.algorithms = algorithms }
        let wallet = try await test.openLoggedIn()
        _ = try await wallet.sync.refreshAccount()
        #expect(test.platform.calls.allSatisfy { $0.proof == nil })
        #expect(try test.secrets.load(.dpopKey) == nil)
    }

    @Test func `where the access token is a bearer's, the refresh token may be bound all the same`() async throws {
        test.platform.change { $0.rules.dpop?.leavesAccessToBearers = true }
        let wallet = try await test.openLoggedIn()
        #expect(try kept()["token_type"] == "Bearer")
        test.clock.advance(by: .seconds(300))
        _ = try await wallet.sync.refreshAccount()
        #expect(calls("/token").count == 2 && calls("/token").allSatisfy { $0.proof != nil })
        #expect(calls("/wallet").allSatisfy { $0.proof == nil })
        test.clock.advance(by: .seconds(300))
        try test.secrets.remove(.dpopKey)
        await #expect(throws: SessionError.tokenKeyLost) { try await wallet.sync.refreshAccount() }
    }

    // MARK: Nonces and clocks

    @Test(arguments: [PlatformModel.DPoP.Nonces.constant, .changing])
    func `a nonce costs the first call a repetition, and the next ones none`(
        nonces: PlatformModel.DPoP.Nonces
    ) async throws {
        test.platform.change { $0.rules.dpop?.nonces = nonces }
        _ = try await test.openLoggedIn()
        let wallet = try await test.open()
        let first = try await callsDuring { _ = try await wallet.sync.refreshAccount() }
        #expect(first.count == 2)
        let second = try await callsDuring { _ = try await wallet.sync.refreshAccount() }
        #expect(second.count == 1)
        test.clock.advance(by: .seconds(300))
        let renewed = try await callsDuring { _ = try await wallet.sync.refreshAccount() }
        #expect(renewed.map { $0.path.split(separator: "/").last } == ["openid-configuration", "token", "wallet"])
    }

    @Test func `a nonce that is asked for before a payment leaves its key and its bytes as they are`() async throws {
        let wallet = try await test.openLoggedIn()
        let terms = try await wallet.intents.fetch(test.platform.addIntent("pi_1")).terms
        test.platform.change { $0.rules.dpop?.nonces = .constant }
        #expect(try await wallet.decisions.decide(.pay, on: terms).decision.state == .confirmed)
        let (sent, proofs) = (calls("/pay"), Set(calls("/pay").map(\.proof)))
        #expect(sent.count == 2 && sent[0].key == sent[1].key && sent[0].body == sent[1].body && proofs.count == 2)
        #expect(test.platform.debits == ["pi_1"])
    }

    @Test(arguments: [ModelPlatform.Fate.unreachable, .lostBefore, .lostAfter, .status(500), .portal])
    func `a payment whose repetition fails is unknown until the platform has been asked`(fate: ModelPlatform.Fate)
        async throws
    {
        let wallet = try await test.openLoggedIn()
        let terms = try await wallet.intents.fetch(test.platform.addIntent("pi_1")).terms
        test.platform.change { $0.rules.dpop?.nonces = .constant }
        test.fate.plan("/pay", .served, fate)
        test.fate.plan("/pi_1", .unreachable)
        #expect(try await wallet.decisions.decide(.pay, on: terms).decision.state == .unknown)
        #expect(try await wallet.decisions.sendAll().map(\.state) == [.unknown])
        #expect(try await wallet.decisions.sendAll().map(\.state) == [.confirmed])
        #expect(test.platform.debits == ["pi_1"])
    }

    @Test func `a nonce that is asked for for ever ends no session, and each call leaves twice`() async throws {
        let wallet = try await test.openLoggedIn()
        let terms = try await wallet.intents.fetch(test.platform.addIntent("pi_1")).terms
        test.platform.change { $0.rules.dpop?.nonces = .unattainable }
        for path in ["/wallet", "/token"] {
            let sent = await callsDuring {
                let error = await #expect(throws: PlatformError.self) { try await wallet.sync.refreshAccount() }
                #expect(error?.isOutOfReach == true && error?.retry == .later)
            }
            #expect(sent.filter { $0.path.hasSuffix(path) }.count == 2 && sent.count <= 3)
            if path == "/wallet" {
                #expect(try await wallet.decisions.decide(.pay, on: terms).decision.state == .unknown)
                #expect(calls("/pay").count == 2)
            }
            test.clock.advance(by: .seconds(280))
        }
        test.platform.change { $0.rules.dpop?.nonces = .unwanted }
        _ = try await wallet.sync.refreshAccount()
        #expect(test.platform.debits.isEmpty)
    }

    @Test(arguments: [Duration.seconds(7200), .seconds(-7200)], [true, false])
    func `a platform whose clock was set by hours costs a repetition, and no session`(
        shift: Duration, hasRestarted: Bool
    ) async throws {
        let clock = DrivenClock(test.clock.now())
        let platform = ModelPlatform(clock: clock)
        platform.change {
            $0.rules.dpop = .init()
            // Only the proof's time is wrong.
            $0.rules.accessLifetime = .seconds(86_400)
        }
        var configuration = test.configuration
        configuration.http = platform
        var wallet = try await Wallet(configuration)
        _ = try await wallet.account.logIn(username: "alice", password: "right", deviceName: "test")
        for _ in 0..<2 {
            for clock in [test.clock, clock] { clock.advance(by: .seconds(2)) }
            _ = try await wallet.sync.refreshAccount()
        }
        clock.set(clock.now().advanced(by: shift))
        if hasRestarted { wallet = try await Wallet(configuration) }
        let before = platform.calls.count
        _ = try await wallet.sync.refreshAccount()
        #expect(platform.calls.count == before + 2)
        #expect(await wallet.account.isLoggedIn && platform.tokensGiven == 1)
        // A time that goes back is believed once another answer bears it out; proofs don't wait for that.
        guard shift > .zero else { return }
        let terms = try await wallet.intents.fetch(platform.addIntent("pi_1")).terms
        #expect(try await wallet.decisions.decide(.pay, on: terms).decision.state == .confirmed)
        #expect(platform.debits == ["pi_1"])
    }

    // MARK: Liars

    @Test(arguments: ["mac", "", "urn:other"])
    func `a login that brings a token of another type brings none`(type: String) async throws {
        test.platform.change { $0.rules.dpop?.claimedType = type }
        let wallet = try await test.open()
        let error = await #expect(throws: PlatformError.self) {
            try await wallet.account.logIn(username: "alice", password: "right", deviceName: "test")
        }
        #expect(error?.isOutOfReach == true)
        #expect(await !wallet.account.isLoggedIn)
    }

    @Test func `a token that is bound though it says otherwise logs nobody in, and is not tried for ever`() async throws
    {
        test.platform.change { $0.rules.dpop?.claimedType = "Bearer" }
        let wallet = try await test.open()
        await #expect(throws: PlatformError.self) {
            try await wallet.account.logIn(username: "alice", password: "right", deviceName: "test")
        }
        #expect(await !wallet.account.isLoggedIn)
        #expect(test.platform.calls.count <= 8)
    }

    @Test func `a token that is bound to another's key logs nobody in, and ends no session that stands`() async throws {
        let wallet = try await test.openLoggedIn()
        test.platform.change { $0.rules.dpop?.bindsToAnother = true }
        test.clock.advance(by: .seconds(300))
        let sent = await callsDuring {
            let error = await #expect(throws: PlatformError.self) { try await wallet.sync.refreshAccount() }
            #expect(error?.isOutOfReach == true)
        }
        #expect(sent.count <= 4)
        #expect(await wallet.account.isLoggedIn)
        test.platform.change { $0.rules.dpop?.bindsToAnother = false }
        test.clock.advance(by: .seconds(61))
        _ = try await wallet.sync.refreshAccount()
        test.platform.change { $0.rules.dpop?.bindsToAnother = true }
        await #expect(throws: PlatformError.self) {
            try await wallet.account.logIn(username: "alice", password: "right", deviceName: "test")
        }
        #expect(await !wallet.account.isLoggedIn)
    }
}
