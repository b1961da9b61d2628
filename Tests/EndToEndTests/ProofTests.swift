import FexValues
import Foundation
import Testing
import WalletCore

/// A signed decision as a file, by separate processes.
@Suite(.timeLimit(.minutes(15))) struct ProofTests {
    /// Runs a body with a wallet that has paid, and the proof of that.
    private func withProof(
        _ body: (World, Program, _ proof: JSON, _ file: URL) async throws -> Void
    ) async throws {
        try await World.run(options: ["--no-nats"]) { world in
            let wallet = try await world.wallet()
            let intent = try await world.makeIntent(amount: "3.00").id
            let paid = try await wallet("pay", intent, "--yes", "--json").document()
            let exported = try await wallet("proof", "export", intent)
            #expect(exported.exitCode == 0, "\(exported.errors)")
            let proof = try exported.document()
            let byDecision = try await wallet(
                "proof", "export", paid["decision"]?["id"]?.stringValue ?? "", "--to",
                world.directory.appending(path: "proof.json").path)
            #expect(byDecision.exitCode == 0, "\(byDecision)")
            let file = world.directory.appending(path: "proof.json")
            #expect(try JSON(parsing: Data(contentsOf: file)) == proof)
            #expect(proof["intent"]?.stringValue == intent && proof["amount"] == "3.00")
            #expect(proof["idempotency_key"] == paid["decision"]?["idempotency_key"])
            try await body(world, wallet, proof, file)
        }
    }

    @Test func `a proof is exported, and verified against a set of keys by anybody`() async throws {
        try await withProof { world, _, proof, file in
            let keys = world.directory.appending(path: "keys.json")
            let set: JSON = ["keys": .array([proof["public_key"] ?? .null])]
            try set.data.write(to: keys)
            // With keys given nobody is asked, and nobody is logged in.
            var anybody = Program.built("wallet-cli")
            anybody.environment["FEX_WALLET_HOME"] = world.directory.appending(path: "nobody").path
            let found = try await anybody("proof", "verify", file.path, "--keys", keys.path, "--json")
            #expect(found.exitCode == 0, "\(found)")
            let document = try found.document()
            #expect(document["verified"] == true && document["reason"] == .null && document["revoked_at"] == .null)
            #expect(document["device"] == proof["device_id"] && document["claims"]?["amount"] == "3.00")
            let piped = try await anybody("proof", "verify", "-", "--keys", keys.path, input: proof.text)
            #expect(piped.exitCode == 0 && piped.output.hasPrefix("Verified: device "), "\(piped)")

            guard case .object(var object) = proof else { return }
            object["amount"] = "300.00"
            let altered = try await anybody(
                "proof", "verify", "-", "--keys", keys.path, "--json", input: JSON.object(object).text)
            #expect(altered.exitCode == 65)
            #expect(try altered.document()["verified"] == false && altered.document()["claims"] == .null)
            #expect(try altered.document()["reason"] == "differs" && altered.document()["member"] == "amount")
            for (arguments, code) in [
                (["-"], "not_a_proof"), (["nowhere.json"], "file_not_read"),
                ([file.path, "--keys", file.path], "not_a_key_set"),
            ] {
                let refused = try await anybody.run(["proof", "verify", "--json"] + arguments, input: "{}")
                #expect(refused.exitCode == 65, "\(refused)")
                #expect(try refused.error()["code"]?.stringValue == code)
            }
            #expect(!FileManager.default.fileExists(atPath: world.directory.appending(path: "nobody").path))
            anybody.environment["FEX_API_URL"] = "http://127.0.0.1:1"
            anybody.environment["FEX_AUTH_URL"] = "http://127.0.0.1:1"
            #expect(try await anybody("proof", "verify", file.path).exitCode == 77, "nobody is logged in")
        }
    }

    @Test func `a proof is verified against the platform's list of this wallet's keys`() async throws {
        try await withProof { _, wallet, proof, file in
            let found = try await wallet("proof", "verify", file.path, "--json")
            #expect(found.exitCode == 0, "\(found)")
            #expect(try found.document()["verified"] == true)
            var offline = wallet
            offline.environment["FEX_API_URL"] = "http://127.0.0.1:1"
            #expect(try await offline("proof", "verify", file.path).exitCode == 69)
            #expect(try await offline("proof", "export", proof["intent"]?.stringValue ?? "").exitCode == 0)
            #expect(try await offline("proof", "export", "pi_never").exitCode == 1)
        }
    }
}
