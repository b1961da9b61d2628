public import FexValues
import Foundation

/// Checks signed decisions against keys that it was given; asks nobody, and never believes a key in the file.
public struct ProofVerifier: Sendable {
    /// How far the clock of a device may have been ahead.
    private static let tolerance = Duration.seconds(60)

    private let keys: [VerificationKey]
    private let wallet: WalletID?
    private let now: Timestamp

    /// - Parameters:
    ///   - keys: The keys to believe; several of one device are each tried.
    ///   - wallet: Whose decisions these keys may sign; `nil` for anybody's.
    ///   - now: The time, by which a signature can't be from the future.
    public init(keys: [VerificationKey], wallet: WalletID? = nil, now: Timestamp) {
        self.keys = keys
        self.wallet = wallet
        self.now = now
    }

    /// Whether one of the keys has signed all that a file says.
    public func verify(_ proof: ExportedProof) -> ProofVerification {
        var found = ProofVerification()
        do throws(ProofProblem) {
            guard let signed = CompactSignature(proof.text("proof")) else { throw .malformed }
            let device = try Self.device(in: signed.header)
            let key = try signer(of: signed, device)
            (found.device, found.revokedAt) = (key.device, key.revokedAt)
            let claims = try ProofClaims(signed.payload)
            guard wallet == nil || wallet == claims.wallet else { throw .otherWallet }
            guard claims.issuedAt <= now.advanced(by: Self.tolerance) else { throw .future }
            try Self.compare(proof, with: signed, by: key)
            try Self.compareBody(of: proof)
            found.claims = claims
        } catch {
            found.problem = error
        }
        return found
    }

    /// The device that a header names, if it is in the one form that a decision's has.
    private static func device(in header: JSONObject) throws(ProofProblem) -> DeviceID {
        for member in header.members where header.count(of: member.name) > 1 { throw .repeated(member.name) }
        guard header["alg"] == "ES256" else { throw .algorithm }
        guard header["typ"] != "JWT" else { throw .earlierVersion }
        guard header["typ"] == .string(SignedType.decision.rawValue) else { throw .type }
        for member in header.members where !["alg", "typ", "kid"].contains(member.name) { throw .header(member.name) }
        guard let device = header["kid"]?.stringValue.flatMap({ DeviceID($0) }) else { throw .header("kid") }
        return device
    }

    private func signer(of signed: CompactSignature, _ device: DeviceID) throws(ProofProblem) -> VerificationKey {
        let known = keys.filter { $0.device == device }
        guard !known.isEmpty else { throw .keyUnknown }
        guard signed.hasLowS else { throw .highS }
        guard let key = known.first(where: { signed.isMade(by: $0.point) }) else { throw .signature }
        return key
    }

    /// What the file says beside the signature is what was signed, and the key that it means is the one that signed.
    private static func compare(
        _ proof: ExportedProof, with signed: CompactSignature, by key: VerificationKey
    ) throws(ProofProblem) {
        for (member, claim) in ExportedProof.claimed where proof.object[member] != signed.payload[claim] {
            throw .differs(member)
        }
        guard proof.device == key.device else { throw .differs("device_id") }
        let decidedAt = Timestamp(proof.text("decided_at"))
        guard decidedAt?.description == proof.text("decided_at"),
            decidedAt.map({ $0.milliseconds / 1000 }) == signed.payload["iat"]?.integerValue.map(Int64.init)
        else { throw .differs("decided_at") }
        guard let meant = proof.publicKey else { return }
        let named = meant["kid"]?.stringValue == key.device.rawValue && meant.objectValue?.members.count == 5
        guard named, VerificationKey(jwk: meant)?.point == key.point else { throw .differs("public_key") }
    }

    /// The body that was sent says the same, and nothing else but a reason.
    private static func compareBody(of proof: ExportedProof) throws(ProofProblem) {
        let pairs = [
            ("amount", "amount"), ("currency", "currency"), ("merchant", "merchant_id"), ("decided_at", "decided_at"),
            ("device_id", "device_id"), ("proof", "proof"),
        ]
        guard let body = (try? JSON(parsing: proof.text("body")))?.objectValue else { throw .differs("body") }
        for (member, name) in pairs where body.count(of: name) != 1 || body[name] != proof.object[member] {
            throw .differs("body")
        }
        let others = body.members.filter { member in !pairs.contains { $0.1 == member.name } }
        guard others.count <= 1, others.allSatisfy({ $0.name == "reason" && $0.value.stringValue != nil }) else {
            throw .differs("body")
        }
    }
}
