import DurableFiles
import FexHTTP
import FexValues
import Foundation
import HTTPTesting
import Synchronization
import Testing
import WalletCore
import WalletTesting

/// A wallet in a folder of its own, opened in one line.
@Suite(.timeLimit(.minutes(15))) final class OpeningTests: Sendable {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "wallets-\(UUID().uuidString)/alice")
    private let clock = DrivenClock(Timestamp("2026-01-01T12:00:00Z")!)
    private let platform: ModelPlatform
    private let (api, auth) = (URL(string: "https://platform.test")!, URL(string: "https://platform.test/auth")!)

    init() { platform = ModelPlatform(clock: clock) }

    deinit { try? FileManager.default.removeItem(at: folder.deletingLastPathComponent()) }

    private func open(_ folder: URL? = nil) async throws -> Wallet {
        try await Wallet.open(.production(api: api, auth: auth, http: platform), in: folder ?? self.folder) {
            [clock] in $0.clock = clock
        }
    }

    private func openLoggedIn() async throws -> Wallet {
        let wallet = try await open()
        _ = try await wallet.account.logIn(username: "alice", password: "right", deviceName: "test")
        return wallet
    }

    private func mode(_ url: URL) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: url.path)[.posixPermissions] as? Int
    }

    @Test func `one line opens a wallet that pays, and finds everything again`() async throws {
        let wallet = try await openLoggedIn()
        let intent = try await wallet.intents.fetch(platform.addIntent("pi_1"))
        #expect(try await wallet.decisions.decide(.pay, on: intent.terms).decision.state == .confirmed)
        await wallet.close()
        let again = try await open()
        #expect(await again.account.isLoggedIn)
        #expect(try await again.decisions.load(on: intent.id)?.state == .confirmed)
        await again.close()
    }

    @Test func `the folder and what is in it are its owner's alone`() async throws {
        let wallet = try await openLoggedIn()
        #expect(try mode(folder) == 0o700)
        #expect(try mode(WalletFolder(folder).database) == 0o600)
        await wallet.close()
        unsafe chmod(folder.path, 0o777)
        let error = try await #require(throws: StorageError.self) { try await open() }
        #expect(error.code == "storage_exposed" && error.path == folder.path)
    }

    @Test func `a folder in which a wallet is open can't be opened again until that is closed`() async throws {
        let first = try await open()
        await #expect(throws: OpeningError.alreadyOpen(folder.path)) { try await open() }
        let link = folder.deletingLastPathComponent().appending(path: "link")
        try FileManager.default.createSymbolicLink(
            at: link, withDestinationURL: folder.deletingLastPathComponent())
        let byLink = link.appending(path: "alice")
        await #expect(throws: OpeningError.alreadyOpen(byLink.path)) { try await open(byLink) }
        let other = try await open(folder.deletingLastPathComponent().appending(path: "bob"))
        await first.close()
        let second = try await open()
        await second.close()
        await other.close()
    }

    @Test func `a wallet that nobody has any more does not keep its folder`() async throws {
        do { _ = try await open() }
        try await until("the folder can be opened again") {
            do { await (try await open()).close() } catch is OpeningError { return false }
            return true
        }
    }

    @Test func `a server elsewhere in the clear is refused before anything is made`() async throws {
        let open = URL(string: "http://platform.test")!
        await #expect(throws: InsecureAddress.self) {
            try await Wallet.open(.production(api: open, auth: auth, http: platform), in: folder)
        }
        #expect(!FileManager.default.fileExists(atPath: folder.path))
    }

    @Test func `without a transport it speaks HTTP by itself`() async throws {
        try await MisbehavingServer.run { server in
            let url = try #require(URL(string: "http://\(server.authority)"))
            let wallet = try await Wallet.open(.production(api: url, auth: url), in: folder)
            let error = await #expect(throws: PlatformError.self) {
                try await wallet.intents.fetch(IntentID("pi_1")!)
            }
            // What answered is no platform; it was asked, though.
            #expect(error?.transport == nil && error?.status == nil)
            #expect(server.log.requests.map(\.path) == ["/merchant/api/v1/public/payment-intents/pi_1"])
            await wallet.close()
        }
    }

    @Test func `an erased wallet leaves nothing behind, and takes nothing of anybody else's`() async throws {
        let wallet = try await openLoggedIn()
        let files = FileManager.default
        for mine in ["wallet.sqlite.damaged-20260101T120000Z", "wallet.sqlite.damaged-20260101T120000Z-wal"] {
            try Data().write(to: folder.appending(path: mine))
        }
        let others = ["notes.txt", "wallet.sqlite-copy", "secrets/mine"]
        for name in others { try Data("kept".utf8).write(to: folder.appending(path: name)) }
        try await wallet.erase()
        #expect(Set(try files.subpathsOfDirectory(atPath: folder.path)) == Set(others + ["secrets"]))
        for name in others { try files.removeItem(at: folder.appending(path: name)) }
        await #expect(throws: OpeningError.closed) { try await wallet.account.check() }
        try await wallet.erase()

        let fresh = try await open()
        #expect(await !fresh.account.isLoggedIn)
        #expect(try await fresh.ledger.loadAccount() == nil)
        try await fresh.erase()
        #expect(!files.fileExists(atPath: folder.path))
        #expect(files.fileExists(atPath: folder.deletingLastPathComponent().path))
    }

    @Test func `secrets that can't be removed keep the database`() async throws {
        let secrets = StubbornSecrets()
        let wallet = try await Wallet.open(.production(api: api, auth: auth, http: platform), in: folder) {
            $0.secrets = secrets
        }
        await #expect(throws: SecretStoreError.self) { try await wallet.erase() }
        #expect(FileManager.default.fileExists(atPath: WalletFolder(folder).database.path))
    }
}

/// Secrets that nobody can remove.
private struct StubbornSecrets: SecretStore {
    private let base = InMemorySecretStore()

    func load(_ name: SecretName) async throws(SecretStoreError) -> Data? { try base.load(name) }
    func save(_ secret: Data, as name: SecretName) async throws(SecretStoreError) { try base.save(secret, as: name) }
    func replace(_ name: SecretName, expected: Data?, with secret: Data) async throws(SecretStoreError) -> Bool {
        try base.replace(name, expected: expected, with: secret)
    }
    func remove(_ name: SecretName) async throws(SecretStoreError) { throw SecretStoreError(name, "it stays") }
    func withExclusiveAccess<Result: Sendable>(
        _ body: @Sendable () async throws -> Result
    ) async throws -> Result { try await base.withExclusiveAccess(body) }
}
