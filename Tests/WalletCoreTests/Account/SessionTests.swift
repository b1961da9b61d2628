import FexValues
import Foundation
import Testing
import WalletTesting

@testable import WalletCore

@Suite struct SessionTests {
    let test: TestWallet

    init() throws { test = try TestWallet() }

    @Test func `a token is renewed once for all callers, thirty seconds before its end`() async throws {
        let wallet = try await test.openLoggedIn()
        let given = test.platform.tokensGiven
        test.clock.advance(by: .seconds(269))
        _ = try await wallet.session.accessToken()
        #expect(test.platform.tokensGiven == given)
        test.clock.advance(by: .seconds(1))
        let tokens = await withTaskGroup(of: AccessToken?.self) { group in
            for _ in 0..<50 { group.addTask { try? await wallet.session.accessToken() } }
            return await group.reduce(into: Set<AccessToken?>()) { $0.insert($1) }
        }
        #expect(tokens.count == 1 && tokens.first != .some(nil))
        #expect(test.platform.tokensGiven == given + 1)
    }

    @Test func `two processes renew a token once`() async throws {
        let first = try await test.openLoggedIn()
        let second = try await test.open()
        let given = test.platform.tokensGiven
        test.clock.advance(by: .seconds(300))
        async let one = first.session.accessToken()
        async let two = second.session.accessToken()
        #expect(try await one == two)
        #expect(test.platform.tokensGiven == given + 1)
    }

    @Test func `a token that the platform refuses is renewed, and the call made again`() async throws {
        let wallet = try await test.openLoggedIn()
        test.platform.revokeTokens()
        #expect(try await wallet.sync.refreshAccount().wallet == ModelPlatform.wallet)
    }

    @Test func `a wrong password logs nobody in`() async throws {
        let wallet = try await test.open()
        await #expect(throws: SessionError.refused("wrong name or password")) {
            try await wallet.account.logIn(username: "alice", password: "wrong", deviceName: "test")
        }
        #expect(await !wallet.account.isLoggedIn)
        await #expect(throws: SessionError.notLoggedIn) { try await wallet.sync.once() }
    }

    @Test func `another customer can't log in on this database`() async throws {
        let wallet = try await test.openLoggedIn()
        test.fate.plan(
            "/wallet/api/v1/wallet",
            .altered { document in
                guard var wallet = document["wallet"]?.objectValue else { return document }
                wallet["wallet_id"] = "wal_2"
                return ["success": true, "wallet": .object(wallet)]
            })
        await #expect(throws: SessionError.otherWallet(here: ModelPlatform.wallet)) {
            try await wallet.account.logIn(username: "bob", password: "right", deviceName: "test")
        }
        #expect(await !wallet.account.isLoggedIn)
    }

    @Test(arguments: ["http://evil.test/token", "https://evil.test/token", "http://platform.test/auth/token"])
    func `a password is never sent to another origin`(endpoint: String) async throws {
        test.fate.plan("/openid-configuration", .altered { _ in ["token_endpoint": .string(endpoint)] })
        let wallet = try await test.open()
        await #expect(throws: PlatformError.self) {
            try await wallet.account.logIn(username: "alice", password: "right", deviceName: "test")
        }
        #expect(test.platform.calls.count == 1)
    }

    @Test func `secrets print as redacted`() {
        let tokens = Tokens(access: "s3cret", accessEndsAt: test.clock.now(), refresh: "s3cret")
        let session = StoredSession.tokens(tokens, after: nil)
        #expect(!"\(session) \(String(reflecting: session))".contains("s3cret"))
        let credentials = EventCredentials(user: "wal_1", password: "s3cret")
        #expect(!"\(tokens) \(String(reflecting: tokens)) \(credentials)".contains("s3cret"))
        var dumped = ""
        dump(session, to: &dumped)
        #expect(!dumped.contains("s3cret"))
    }

    @Test func `the store in memory keeps the contract`() async throws {
        let store = InMemorySecretStore()
        let contract = SecretStoreContract { store }
        // Each throws where the store breaks it.
        try await contract.replacesWhatIsExpected()
        try await contract.replacesOneAtATime()
        try await contract.keepsWhatIsSaved()
        try await contract.excludesOthers()
    }

    @Test func `the store in files keeps the contract, readable by its owner alone`() async throws {
        let directory = test.directory.appending(path: "secrets")
        let contract = SecretStoreContract { FileSecretStore(directory: directory) }
        try await contract.replacesWhatIsExpected()
        try await contract.replacesOneAtATime()
        try await contract.keepsWhatIsSaved()
        try await contract.excludesOthers()
        let attributes = try FileManager.default.attributesOfItem(
            atPath: directory.appending(path: SecretName.deviceKey.rawValue).path)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
        let names = try FileManager.default.contentsOfDirectory(atPath: directory.path)
        #expect(Set(names).isSubset(of: SecretName.allCases.map(\.rawValue) + [".lock", ".write"]))
    }

    @Test func `credentials of the event server are shown without their password, however they are`() {
        let credentials = EventCredentials(user: "wallet", password: "s3cret")
        var dumped = ""
        dump(credentials, to: &dumped)
        for text in ["\(credentials)", String(reflecting: credentials), dumped] {
            #expect(text.contains("wallet") && !text.contains("s3cret"))
        }
    }

    @Test func `a process that has the session in hand and goes no further holds up the others for two minutes`()
        async throws
    {
        let store = FileSecretStore(directory: heldFolder, clock: test.clock)
        let (holder, gate) = await hold(store)
        let waiting = Task { try await store.withExclusiveAccess { true } }
        try await until("one waits") { test.clock.sleeperCount == 1 }
        test.clock.advance(by: .seconds(119))
        try await until("it waits on") { test.clock.sleeperCount == 1 }
        test.clock.advance(by: .seconds(1))
        let error = await #expect(throws: SecretStoreError.self) { try await waiting.value }
        #expect(error?.code == "secret_store_unavailable" && error?.retry == .later)
        gate.finish()
        try await holder.value
        _ = try await FileSecretStore(directory: heldFolder).withExclusiveAccess { true }
    }

    @Test func `who waits for the session behind many that use it in turn waits for as long as they do`() async throws {
        let store = FileSecretStore(directory: heldFolder, clock: test.clock)
        let (holder, gate) = await hold(store)
        let isDone = CurrentValue(false)
        let waiting = Task { try await store.withExclusiveAccess { isDone.value = true } }
        try await until("one waits") { test.clock.sleeperCount == 1 }
        for turn in 1...3 {
            test.clock.advance(by: .seconds(100))
            try await until("it waits on") { test.clock.sleeperCount == 1 }
            // To change hands really would leave the lock free for a moment, and the turn to whoever comes first.
            try Data(repeating: UInt8(turn), count: 8).write(to: heldFolder.appending(path: ".lock"))
            test.clock.advance(by: .milliseconds(10))
            try await until("it waits on") { test.clock.sleeperCount == 1 }
        }
        gate.finish()
        try await holder.value
        try await until("it has its turn", moving: test.clock, by: .milliseconds(10)) { isDone.value }
        try await waiting.value
    }

    @Test func `whoever has the session in hand says that it has changed hands`() async throws {
        let store = FileSecretStore(directory: heldFolder)
        var turns: Set<Data> = []
        for _ in 1...3 {
            try await store.withExclusiveAccess {}
            turns.insert(try Data(contentsOf: heldFolder.appending(path: ".lock")))
        }
        #expect(turns.count == 3)
    }

    private var heldFolder: URL { test.directory.appending(path: "held") }

    /// Has the session in hand from now on, until the gate is closed. Nobody else has had it before: a process that another test
    /// starts keeps a lock that was given back for a moment, and a driven clock would wait for that for ever.
    private func hold(
        _ store: FileSecretStore
    ) async -> (holder: Task<Void, any Error>, gate: AsyncStream<Void>.Continuation) {
        let (closed, gate) = AsyncStream<Void>.makeStream()
        let (held, begun) = AsyncStream<Void>.makeStream()
        let holder = Task {
            try await store.withExclusiveAccess {
                begun.finish()
                for await _ in closed {}
            }
        }
        for await _ in held {}
        return (holder, gate)
    }
}
