public import FexValues

/// The signed decisions of this device as files, and files checked against the platform's list of this wallet's keys.
public struct Proofs: Sendable {
    private let files: ProofExport
    private let listed: @Sendable () async throws -> [RegisteredDevice]
    private let time: ServerTime

    /// - Parameter listed: Asks the platform which devices this wallet has had.
    init(files: ProofExport, listed: @escaping @Sendable () async throws -> [RegisteredDevice], time: ServerTime) {
        self.files = files
        self.listed = listed
        self.time = time
    }

    /// The proof of a decision. Asks nobody.
    ///
    /// - Throws: ``ProofError/noDecision``, ``ProofError/notStored``; ``StorageError`` where the database can't be read;
    ///   `CancellationError`.
    public func export(_ decision: DecisionID) async throws -> ExportedProof {
        try await files.store.gate.call { try await files(decision) }
    }

    /// The proof of the latest decision on an intent. Asks nobody.
    ///
    /// - Throws: As ``export(_:)``.
    public func export(on intent: IntentID) async throws -> ExportedProof {
        try await files.store.gate.call { try await files(on: intent) }
    }

    /// Checks a file against the platform's list of this wallet's keys.
    ///
    /// The list has digests of keys, not the keys. So the key is taken from this device, or else from the file, and is believed
    /// only where its digest (RFC 7638) stands in the list for the device that the file names: a key that somebody wrote into a
    /// file has another.
    ///
    /// - Returns: Whether it holds. A key that was revoked is marked, not refused.
    /// - Throws: ``SessionError``, ``PlatformError`` where the platform can't be asked; ``StorageError``; `CancellationError`.
    public func verify(_ proof: ExportedProof) async throws -> ProofVerification {
        try await files.store.gate.call { try await compare(proof) }
    }

    private func compare(_ proof: ExportedProof) async throws -> ProofVerification {
        let listed = try await listed()
        var keys: [VerificationKey] = []
        if let device = proof.device {
            let found = [await files.publicKey(device), proof.publicKey].compactMap(\.self)
            for entry in listed where entry.device == device {
                keys += found.compactMap { VerificationKey(jwk: $0, of: device, revokedAt: entry.revokedAt) }
                    .filter { $0.thumbprint == entry.thumbprint }
            }
        }
        let wallet = try await files.store.loadAccount()?.wallet
        return ProofVerifier(keys: keys, wallet: wallet, now: time.now()).verify(proof)
    }
}

/// Makes files of what this device has stored.
struct ProofExport: Sendable {
    let store: WalletStore
    let keys: DeviceKeys

    func callAsFunction(_ decision: DecisionID) async throws -> ExportedProof {
        try await document(of: store.loadDecision(decision))
    }

    func callAsFunction(on intent: IntentID) async throws -> ExportedProof {
        try await document(of: store.loadLatestDecision(on: intent))
    }

    private func document(of decision: Decision?) async throws -> ExportedProof {
        guard let decision else { throw ProofError.noDecision }
        return try await ExportedProof(decision) { await publicKey($0) }
    }

    /// The key that this device signs with, as a JSON Web Key; `nil` where it is not that device, or its key can't be read.
    func publicKey(_ device: DeviceID) async -> JSON? { try? await keys.load(of: device).publicJWK }
}
