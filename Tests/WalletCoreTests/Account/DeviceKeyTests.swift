import Crypto
import FexValues
import Foundation
import Testing
import WalletTesting

@testable import WalletCore

/// A device's key that is lost, or is another than was registered, as after a backup was restored.
@Suite struct DeviceKeyTests {
    let test: TestWallet
    let box: Middlebox

    init() throws {
        test = try TestWallet()
        box = Middlebox(before: test.platform)
    }

    private func open() async throws -> Wallet {
        var configuration = test.configuration
        configuration.http = box
        return try await Wallet(configuration)
    }

    private func logIn(_ wallet: Wallet) async throws {
        _ = try await wallet.account.logIn(username: "alice", password: "right", deviceName: "test")
    }

    /// The keys that were registered, in order.
    private var registered: [JSON?] {
        test.platform.calls.filter { $0.path.hasSuffix("/devices") }
            .map { try? JSON(parsing: $0.body)["public_key"] }
    }

    enum Loss: CaseIterable {
        case removed, damaged, cut, anothers, restoredDatabase, restoredSecrets
    }

    /// Makes a device lose its key, in one of the ways there are.
    private func lose(_ loss: Loss) async throws {
        switch loss {
        case .removed: try test.secrets.remove(.deviceKey)
        case .damaged: try test.secrets.save(Data(repeating: 0, count: 32), as: .deviceKey)
        case .cut: try test.secrets.save(Data([1, 2, 3]), as: .deviceKey)
        case .anothers: try test.secrets.save(Data(repeating: 7, count: 32), as: .deviceKey)
        case .restoredDatabase:
            let store = try WalletStore(path: test.configuration.database.path)
            try await store.saveDevice(DeviceID("dev_of_old")!)
        case .restoredSecrets:
            let other = InMemorySecretStore()
            _ = try await DeviceKeys(other, SecretKeySigner(other)).loadOrMake(for: ModelPlatform.wallet)
            for name in [SecretName.deviceKey, .device] {
                try test.secrets.save(try #require(try other.load(name)), as: name)
            }
        }
    }

    @Test(arguments: Loss.allCases)
    func `without its key a device decides nothing, and the next login makes it whole`(loss: Loss) async throws {
        let wallet = try await open()
        try await logIn(wallet)
        let terms = try await wallet.intents.fetch(test.platform.addIntent("pi_1")).terms
        try await lose(loss)
        let kept = try test.secrets.load(.deviceKey)
        for _ in 0..<2 {
            await #expect(throws: SessionError.deviceKeyLost) { try await wallet.decisions.decide(.pay, on: terms) }
        }
        #expect(try test.secrets.load(.deviceKey) == kept, "no key is made on the way to a payment")
        #expect(try await wallet.decisions.load(on: terms.intent) == nil)
        #expect(test.platform.calls.allSatisfy { !$0.path.hasSuffix("/pay") })
        #expect(try await wallet.sync.once().decisions.isEmpty, "everything else goes on")

        try await logIn(wallet)
        let result = try await wallet.decisions.decide(.pay, on: terms)
        #expect(result.decision.state == .confirmed && test.platform.debits == ["pi_1"])
        let body = try JSON(parsing: try #require(test.platform.calls.last { $0.path.hasSuffix("/pay") }).body)
        let device = try await WalletStore(path: test.configuration.database.path).loadDevice()
        #expect(body["device_id"]?.stringValue == device?.rawValue && device?.rawValue != "dev_of_old")
    }

    @Test func `a lost key is told by name, and nothing has happened`() {
        let error = SessionError.deviceKeyLost
        #expect(error.code == "device_key_lost" && error.description == "the device's key is gone: log in again")
        #expect(error.retry == .never && error.money == .notMoved)
    }

    @Test func `each login registers the device, by the same key where that is still there`() async throws {
        let wallet = try await open()
        try await logIn(wallet)
        try await logIn(wallet)
        #expect(registered.count == 2 && registered[0] == registered[1] && registered[0] != nil)
        try test.secrets.remove(.deviceKey)
        try await logIn(wallet)
        #expect(registered.count == 3 && registered[2] != registered[0])
    }

    @Test func `a key whose registration failed signs nothing`() async throws {
        let wallet = try await open()
        try await logIn(wallet)
        let terms = try await wallet.intents.fetch(test.platform.addIntent("pi_1")).terms
        try test.secrets.remove(.deviceKey)
        box.plan("/devices", .init(passesOn: false, status: 503, body: ""))
        await #expect(throws: PlatformError.self) { try await logIn(wallet) }
        #expect(try test.secrets.load(.deviceKey) != nil)
        await #expect(throws: SessionError.deviceKeyLost) { try await wallet.decisions.decide(.pay, on: terms) }
    }

    @Test func `a device proves that it holds the key it registers, by a nonce that is new each time`() async throws {
        let wallet = try await open()
        try await logIn(wallet)
        try await logIn(wallet)
        let proofs = test.platform.calls.filter { $0.path.hasSuffix("/devices") }
            .compactMap { (try? JSON(parsing: $0.body))?["proof"]?.stringValue?.split(separator: ".") }
        let parts = proofs.map { proof in
            proof.prefix(2).compactMap { Data(base64URL: String($0)).flatMap { try? JSON(parsing: $0) } }
        }
        #expect(parts.count == 2 && parts.allSatisfy { $0[0] == ["alg": "ES256", "typ": "fex-device+jwt"] })
        #expect(parts[0][1]["aud"] == "https://platform.test/auth/realms/payment-platform")
        #expect(parts[0][1]["wallet"] == .string(ModelPlatform.wallet.rawValue))
        #expect(parts[0][1]["nonce"] != parts[1][1]["nonce"])
    }

    @Test func `a key that the platform does not find proven is no device`() async throws {
        let wallet = try await open()
        test.fate.plan("/devices/challenge", .altered { $0.setting("nonce", "of somebody else") })
        let error = await #expect(throws: PlatformError.self) { try await logIn(wallet) }
        #expect(error?.code == "proof_invalid")
        #expect(await !wallet.account.isLoggedIn)
    }

    @Test func `the devices are listed, and one that is revoked decides nothing and is logged out`() async throws {
        let wallet = try await open()
        try await logIn(wallet)
        let own = try #require(try await wallet.account.loadDevice())
        #expect(try await wallet.account.fetchDevices().map(\.device) == [own])
        try await wallet.account.revokeDevice(own)
        await #expect(throws: SessionError.ended) { try await wallet.sync.refreshAccount() }
    }

    @Test(arguments: [DecisionKind.pay, .approve, .decline])
    func `what a revoked device decided takes no effect, and once when it is said again after a login`(
        kind: DecisionKind
    ) async throws {
        let wallet = try await open()
        try await logIn(wallet)
        let target = kind == .pay ? nil : ModelPlatform.wallet
        let terms = try await wallet.intents.fetch(test.platform.addIntent("pi_1", target: target)).terms
        let own = try #require(try await wallet.account.loadDevice())
        try await wallet.account.revokeDevice(own)
        let first = try await wallet.decisions.decide(kind, on: terms).decision
        #expect(!first.state.isSettled && first.device == own)
        await #expect(throws: SessionError.ended) { try await wallet.account.check() }

        try await logIn(wallet)
        let second = try await wallet.decisions.decide(kind, on: terms).decision
        #expect(second.state == .confirmed && second.id != first.id)
        #expect(second.idempotencyKey != first.idempotencyKey && second.device != own)
        #expect(test.platform.debits == (kind == .decline ? [] : ["pi_1"]))
        let store = try WalletStore(path: test.configuration.database.path)
        #expect(try await store.loadDecision(first.id)?.refusal?.code == .deviceRevoked)
    }

    @Test func `what a revoked device decided does not take effect by a login alone`() async throws {
        let wallet = try await open()
        try await logIn(wallet)
        let terms = try await wallet.intents.fetch(test.platform.addIntent("pi_1")).terms
        try await wallet.account.revokeDevice(try #require(try await wallet.account.loadDevice()))
        _ = try await wallet.decisions.decide(.pay, on: terms)
        try await logIn(wallet)
        let sent = try await wallet.sync.once().decisions
        #expect(sent.map(\.refusal?.code) == [.deviceRevoked] && test.platform.debits.isEmpty)
    }

    @Test func `signers keep their contract`() async throws {
        let memory = InMemoryDeviceSigner()
        let secrets = InMemorySecretStore()
        for contract in [DeviceSignerContract { memory }, DeviceSignerContract { SecretKeySigner(secrets) }] {
            try await contract.makesNoKeyUnasked()
            try await contract.signsByTheKeyThatWasMade()
        }
    }

    @Test func `a key in hardware signs, and a person who declines has decided nothing`() async throws {
        let signer = InMemoryDeviceSigner()
        var configuration = test.configuration
        configuration.signer = signer
        let wallet = try await Wallet(configuration)
        try await logIn(wallet)
        #expect(try test.secrets.load(.deviceKey) == nil && signer.signatureCount == 1)
        let terms = try await wallet.intents.fetch(test.platform.addIntent("pi_1")).terms
        let declined = DeviceSignerError(.declined, detail: "the person cancelled")
        signer.fail(with: declined)
        await #expect(throws: declined) { try await wallet.decisions.decide(.pay, on: terms) }
        #expect(try await wallet.decisions.load(on: terms.intent) == nil && test.platform.debits.isEmpty)
        signer.fail(with: nil)
        #expect(try await wallet.decisions.decide(.pay, on: terms).decision.state == .confirmed)
        signer.loseKey()
        let more = try await wallet.intents.fetch(test.platform.addIntent("pi_2")).terms
        await #expect(throws: SessionError.deviceKeyLost) { try await wallet.decisions.decide(.pay, on: more) }
    }

    @Test func `each signature is in the one form that is taken`() async throws {
        let key = try await DeviceKeys(test.secrets, SecretKeySigner(test.secrets)).loadOrMake(
            for: ModelPlatform.wallet)
        // By chance every other signature would be in the other form.
        for number in 0..<64 {
            let proof = try await key.sign(["jti": .integer(number)], as: .decision, by: DeviceID("dev_1")!)
            let signature = try #require(Data(base64URL: String(proof.split(separator: ".")[2])))
            #expect(signature.suffix(32).first! <= 0x7F)
            #expect(try key.isSigned(proof))
        }
    }

    @Test(arguments: ["{}", #"{"success":false,"device_id":"dev_9"}"#, "<html></html>"])
    func `a device is one when the platform has said so`(body: String) async throws {
        let wallet = try await open()
        box.plan("/devices", .init(passesOn: false, status: 201, body: body))
        await #expect(throws: PlatformError.self) { try await logIn(wallet) }
        #expect(await !wallet.account.isLoggedIn)
    }

    @Test func `another wallet's key is not made known as this one's`() async throws {
        let other = try await DeviceKeys(test.secrets, SecretKeySigner(test.secrets)).loadOrMake(
            for: WalletID("wal_9")!)
        try await DeviceRecord(thumbprint: other.thumbprint, wallet: WalletID("wal_9")!, device: DeviceID("dev_9")!)
            .save(in: test.secrets)
        try await logIn(try await open())
        #expect(registered.count == 1 && registered[0] != other.publicJWK)
    }

    @Test func `a device of an earlier version, which kept no record, goes on with its key`() async throws {
        let wallet = try await open()
        try await logIn(wallet)
        let key = try test.secrets.load(.deviceKey)
        try test.secrets.remove(.device)
        let terms = try await wallet.intents.fetch(test.platform.addIntent("pi_1")).terms
        #expect(try await wallet.decisions.decide(.pay, on: terms).decision.state == .confirmed)
        try await logIn(wallet)
        #expect(try test.secrets.load(.deviceKey) == key)
    }

    @Test func `a mended database learns its device again, and makes no key`() async throws {
        try await logIn(try await open())
        for suffix in ["", "-wal", "-shm"] {
            try? FileManager.default.removeItem(atPath: test.configuration.database.path + suffix)
        }
        // A platform may take a new device after a new login only.
        box.plan(
            "/devices",
            .init(passesOn: false, status: 403, body: #"{"success":false,"error":"old","code":"login_too_old"}"#))
        let wallet = try await open()
        try await wallet.account.restore()
        let terms = try await wallet.intents.fetch(test.platform.addIntent("pi_1")).terms
        #expect(try await wallet.decisions.decide(.pay, on: terms).decision.state == .confirmed)

        for suffix in ["", "-wal", "-shm"] {
            try? FileManager.default.removeItem(atPath: test.configuration.database.path + suffix)
        }
        try test.secrets.remove(.deviceKey)
        let mended = try await open()
        await #expect(throws: SessionError.deviceKeyLost) { try await mended.account.restore() }
        #expect(try test.secrets.load(.deviceKey) == nil && registered.count == 1)
    }

    /// A signer that leaves others time for what it is about to do.
    private struct HesitantSigner: DeviceSigner {
        let signer: SecretKeySigner

        func loadPublicKey() async throws -> Data? {
            let point = try await signer.loadPublicKey()
            for _ in 0..<100 { await Task.yield() }
            return point
        }
        func makeKey() async throws -> Data { try await signer.makeKey() }
        func sign(_ message: Data) async throws -> Data { try await signer.sign(message) }
    }

    @Test func `of several first logins at once all register the same key`() async throws {
        let secrets = test.secrets
        let names = try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    // Each as a process of its own has it.
                    let keys = DeviceKeys(secrets, HesitantSigner(signer: SecretKeySigner(secrets)))
                    return try await keys.loadOrMake(for: ModelPlatform.wallet).thumbprint
                }
            }
            return try await group.reduce(into: Set()) { $0.insert($1) }
        }
        #expect(names.count == 1)
        #expect(try await DeviceRecord.load(from: secrets)?.thumbprint == names.first)
    }
}

extension DeviceKey {
    /// Whether a signed document is by this key.
    fileprivate func isSigned(_ document: String) throws -> Bool {
        let parts = document.split(separator: ".")
        let point = ["x", "y"].compactMap { publicJWK[$0]?.stringValue.flatMap { Data(base64URL: $0) } }
        let key = try P256.Signing.PublicKey(rawRepresentation: point[0] + point[1])
        let signature = try P256.Signing.ECDSASignature(
            rawRepresentation: try #require(Data(base64URL: String(parts[2]))))
        return key.isValidSignature(signature, for: Data("\(parts[0]).\(parts[1])".utf8))
    }
}
