package import FexValues
package import WalletCore

extension ProofVerification {
    /// What scripts read: `claims` are those of the signature, and null where it does not hold.
    package var outputDocument: JSON {
        [
            "verified": .bool(isVerified), "reason": .optional(problem?.code), "member": .optional(problem?.member),
            "device": .optional(device?.rawValue), "revoked_at": .optional(revokedAt?.description),
            "claims": claims?.document ?? .null,
        ]
    }
}
