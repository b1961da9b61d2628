import FexValues
import Foundation
import WalletCore

extension FuzzTarget {
    /// Exported proofs and sets of keys: of all texts only what the seeds' key has signed holds.
    static let proofs = FuzzTarget(
        name: "proofs", maximumLength: 8192, seeds: { try corpus("proofs.txt") },
        run: { bytes in
            if let keys = try? [VerificationKey](keySet: Data(bytes)) {
                hold(!keys.isEmpty && keys.allSatisfy { $0.thumbprint.utf8.count == 43 }, "a key has no name")
            }
            guard let proof = try? ExportedProof(parsing: Data(bytes)) else { return }
            hold((try? ExportedProof(parsing: proof.document.data)) == proof, "it is read back as another")
            let found = verifier.verify(proof)
            hold(found.isVerified == (found.claims != nil), "claims are told of what does not hold")
            hold(found.problem.map { PlainText.isClean($0.description) } ?? true, "the problem can't be shown")
            hold(found.claims.map { $0.document == signed } ?? true, "it holds, and nobody signed it")
        })

    /// The first seed's claims, and the key that signed them.
    private static let signed: JSON = [
        "intent": "pi_1", "wallet": "wal_1", "decision": "pay", "amount": "35.50", "currency": "USD",
        "merchant": "mer_1", "iat": 1_767_268_800, "jti": "7c9e6679-7425-40de-944b-e07fc1f90ae7",
    ]
    private static let verifier = ProofVerifier(
        keys: (try? [VerificationKey](keySet: Data((try? corpus("proofs.txt").last) ?? []))) ?? [],
        now: Timestamp(milliseconds: 1_767_268_801_000))
}
