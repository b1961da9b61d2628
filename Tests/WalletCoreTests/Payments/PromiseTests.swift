import FexHTTP
import FexValues
import Foundation
import HTTPTypes
import Logging
import Testing
import WalletTesting

@testable import WalletCore

/// The promises that are about the whole of a decision's life; a promise a test.
@Suite(.timeLimit(.minutes(15))) struct PromiseTests {
    private static let fates: [ModelPlatform.Fate] = [
        .lostBefore, .lostAfter, .status(503), .status(408), .portal, .unreachable,
    ]

    let test: TestWallet

    init() throws { test = try TestWallet() }

    @Test(arguments: fates)
    func `a decision is on disk, with its key, before its first byte is sent; every attempt sends the same`(
        fate: ModelPlatform.Fate
    ) async throws {
        let store = try WalletStore(path: test.configuration.database.path)
        let sent = CurrentValue<[String]>([])
        var configuration = test.configuration
        configuration.http = Witness(platform: test.platform) { call in
            guard call.address.target.hasSuffix("/pay") else { return }
            let written = try await store.loadLatestDecision(on: IntentID("pi_1")!)
            let key = try #require(call.headerFields[HTTPField.Name("Idempotency-Key")!])
            #expect(written?.state == .sending)
            #expect(written?.idempotencyKey.rawValue == key)
            #expect(written?.body == call.body)
            sent.value.append(key)
        }
        _ = try await test.openLoggedIn()
        let intent = try await Wallet(configuration).intents.fetch(test.platform.addIntent("pi_1"))
        test.fate.plan("/pay", fate, fate)
        _ = try await Wallet(configuration).decisions.decide(.pay, on: intent.terms)
        _ = try await Wallet(configuration).decisions.sendAll()
        _ = try await Wallet(configuration).decisions.sendAll()
        #expect(try await Wallet(configuration).decisions.load(on: intent.id)?.state == .confirmed)
        #expect(sent.value.count == (fate == .lostAfter ? 1 : 3) && Set(sent.value).count == 1)
    }

    @Test(arguments: fates)
    func `an intent is debited once, whatever is dropped or repeated, also where two devices decide`(
        fate: ModelPlatform.Fate
    ) async throws {
        var other = test.configuration
        other.database = test.directory.appending(path: "other.sqlite")
        other.secrets = InMemorySecretStore()
        let wallets = [try await test.openLoggedIn(), try await Wallet(other)]
        _ = try await wallets[1].account.logIn(username: "alice", password: "right", deviceName: "other")
        let id = test.platform.addIntent("pi_1", target: ModelPlatform.wallet)
        test.fate.plan("/approve", fate, fate, fate)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for wallet in wallets {
                let intent = try await wallet.intents.fetch(id)
                group.addTask { _ = try await wallet.decisions.decide(.approve, on: intent.terms) }
            }
            try await group.waitForAll()
        }
        for _ in 0..<3 {
            for wallet in wallets { _ = try await wallet.sync.once() }
        }
        #expect(test.platform.debits == ["pi_1"])
        var ends: [DecisionState?] = []
        for wallet in wallets { ends.append(try await wallet.decisions.load(on: id)?.state) }
        // This wallet has paid, so no device says otherwise.
        #expect(Set(ends) == [.confirmed])
    }

    @Test(arguments: [ModelPlatform.Fate.lostAfter, .lostBefore, .status(500), .portal])
    func `an unknown outcome stays unknown until the platform has been asked`(fate: ModelPlatform.Fate) async throws {
        let wallet = try await test.openLoggedIn()
        let id = test.platform.addIntent("pi_1", target: ModelPlatform.wallet)
        let intent = try await wallet.intents.fetch(id)
        test.fate.plan("/approve", fate)
        test.fate.plan("/pi_1", .unreachable, .portal, .status(503))
        #expect(try await wallet.decisions.decide(.approve, on: intent.terms).decision.state == .unknown)
        for _ in 0..<3 {
            #expect(try await test.open().decisions.sendAll().map(\.state) == [.unknown])
            #expect(try await wallet.approvals.load(id)?.state == .answered)
            #expect(try await wallet.ledger.loadHistory().entries.isEmpty)
        }
        #expect(try await wallet.decisions.sendAll().map(\.state) == [.confirmed])
        #expect(try await wallet.approvals.load(id)?.state == .approved)
    }

    @Test func `no token, key or password is in the log, an error or the database`() async throws {
        let lines = LoggedLines()
        var configuration = test.configuration
        configuration.log = lines.logger(.trace)
        let wallet = try await Wallet(configuration)
        var told: [String] = []
        func tell(_ body: () async throws -> Void) async {
            do { try await body() } catch { told.append("\(error) \(String(reflecting: error))") }
        }
        let password = "correct horse"
        await tell { _ = try await wallet.account.logIn(username: "alice", password: password, deviceName: "a") }
        _ = try await wallet.account.logIn(username: "alice", password: "right", deviceName: "test")
        for (number, fate) in Self.fates.enumerated() {
            let intent = try await wallet.intents.fetch(test.platform.addIntent("pi_\(number)"))
            test.fate.plan("/pay", fate)
            await tell { told.append("\(try await wallet.decisions.decide(.pay, on: intent.terms))") }
        }
        test.platform.revokeTokens()
        for fate in Self.fates {
            test.fate.plan("/wallet", fate)
            await tell { _ = try await wallet.sync.once() }
        }
        #expect(!told.isEmpty && !lines.text.isEmpty)

        let keys = try [SecretName.deviceKey, .dpopKey].map { try #require(try test.secrets.load($0)) }
        let tokens = try JSON(parsing: try #require(try test.secrets.load(.tokens)))
        // The model's tokens begin so, and nothing else does.
        let secrets =
            keys
            + ([password, "access-", "refresh-"] + keys.flatMap { [$0.base64EncodedString(), $0.base64URL] })
            .map { Data($0.utf8) }
        #expect(tokens.text.contains("access-") && tokens.text.contains("refresh-"))
        var places = [Data(lines.text.utf8), Data(told.joined(separator: "\n").utf8)]
        for file in try FileManager.default.contentsOfDirectory(at: test.directory, includingPropertiesForKeys: nil) {
            places.append(try Data(contentsOf: file))
        }
        #expect(places.count >= 3)
        for place in places { #expect(secrets.allSatisfy { place.range(of: $0) == nil }) }
    }
}

/// A way to the platform on which someone looks at each call before it goes on.
private struct Witness: HTTPTransport {
    let platform: ModelPlatform
    let look: @Sendable (HTTPCall) async throws -> Void

    func send(_ call: HTTPCall) async throws(HTTPTransportError) -> HTTPAnswer {
        do { try await look(call) } catch { Issue.record(error) }
        return try await platform.send(call)
    }
}
