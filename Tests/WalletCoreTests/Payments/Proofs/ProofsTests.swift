import FexValues
import Foundation
import Synchronization
import Testing
import WalletTesting

@testable import WalletCore

/// Signed decisions as files, and files against the platform's list of this wallet's keys.
@Suite struct ProofsTests {
    let test: TestWallet

    init() throws { test = try TestWallet() }

    /// Proofs of a wallet whose keys the platform lists so.
    private func proofs(_ listed: [RegisteredDevice]) async throws -> Proofs {
        _ = try await test.openLoggedIn()
        let store = try WalletStore(path: test.configuration.database.path)
        return Proofs(
            files: ProofExport(store: store, secrets: test.secrets), listed: { listed },
            time: ServerTime(clock: test.clock))
    }

    private static let claims = SigningDevice.claims.setting("wallet", .string(ModelPlatform.wallet.rawValue))

    private func file(of device: SigningDevice, _ claims: JSON = claims) throws -> ExportedProof {
        try ExportedProof(parsing: device.file(device.sign(nil, claims), claims).data)
    }

    private func entry(_ device: SigningDevice, revokedAt: Timestamp? = nil) throws -> RegisteredDevice {
        let key = try #require(VerificationKey(jwk: device.publicKey))
        return try RegisteredDevice(document: [
            "device_id": .string(device.id.rawValue), "name": "phone", "thumbprint": .string(key.thumbprint),
            "created_at": "2026-01-01T00:00:00Z", "revoked_at": .optional(revokedAt?.description),
        ])
    }

    @Test(arguments: [DecisionKind.pay, .approve, .decline])
    func `the proof of a decision is what was signed and sent, also once it is settled`(kind: DecisionKind) async throws
    {
        let wallet = try await test.openLoggedIn()
        let target = kind == .pay ? nil : ModelPlatform.wallet
        let intent = try await wallet.intents.fetch(test.platform.addIntent("pi_1", target: target))
        let decision = try await wallet.decisions.decide(kind, on: intent.terms).decision
        #expect(decision.state == .confirmed)
        let proof = try await wallet.proofs.export(decision.id).document
        let call = try #require(test.platform.calls.last { $0.path.hasSuffix("/\(kind.rawValue)") })
        #expect(proof["body"]?.stringValue.map { Data($0.utf8) } == call.body)
        #expect(try proof["proof"] == JSON(parsing: call.body)["proof"])
        #expect(proof["idempotency_key"]?.stringValue == call.key && proof["decision"]?.stringValue == kind.rawValue)
        #expect(proof["amount"] == "35.50" && proof["currency"] == "USD" && proof["merchant"] == "mer_1")
        #expect(proof["intent"] == "pi_1" && proof["wallet"]?.stringValue == ModelPlatform.wallet.rawValue)
        #expect(proof["public_key"]?["kid"] == proof["device_id"])
        #expect(try await wallet.proofs.export(on: intent.id).document == proof)
        // What was exported is what can be read.
        #expect(try ExportedProof(parsing: proof.data).document == proof)
    }

    @Test func `a decision that this device did not make has no proof here`() async throws {
        let wallet = try await test.openLoggedIn()
        await #expect(throws: ProofError.noDecision) { try await wallet.proofs.export(DecisionID("dec_1")!) }
        await #expect(throws: ProofError.noDecision) { try await wallet.proofs.export(on: IntentID("pi_1")!) }
    }

    @Test func `a proof holds by a key that the platform lists, and is marked where that was revoked`() async throws {
        let device = SigningDevice("dev_9")
        let proof = try file(of: device)
        let found = try await proofs([entry(device)]).verify(proof)
        #expect(found.isVerified && found.device == device.id && found.revokedAt == nil)
        let moment = Timestamp("2026-01-02T00:00:00Z")!
        let revoked = try await proofs([entry(device, revokedAt: moment)]).verify(proof)
        #expect(revoked.isVerified && revoked.revokedAt == moment)
    }

    @Test func `a key that somebody wrote into a file is not believed`() async throws {
        let (device, thief) = (SigningDevice("dev_9"), SigningDevice("dev_9"))
        let proof = try file(of: thief)
        #expect(try await proofs([entry(device)]).verify(proof).problem?.code == "unknown_key")
        #expect(try await proofs([]).verify(proof).problem?.code == "unknown_key")
        // Nor that of another device, by whatever name.
        let listed = try RegisteredDevice(document: [
            "device_id": "dev_8", "thumbprint": .string(entry(thief).thumbprint), "created_at": "2026-01-01T00:00:00Z",
        ])
        #expect(try await proofs([listed]).verify(proof).problem?.code == "unknown_key")
    }

    @Test func `a proof about another wallet is none of this one's`() async throws {
        let device = SigningDevice("dev_9")
        let proof = try file(of: device, Self.claims.setting("wallet", "wal_other"))
        #expect(try await proofs([entry(device)]).verify(proof).problem?.code == "other_wallet")
    }
}
