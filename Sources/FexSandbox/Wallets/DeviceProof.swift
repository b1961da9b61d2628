import FexValues
import Foundation

/// What proves that whoever registers a device's key has it: a compact JWS by that key over a nonce of the platform's.
struct DeviceProof {
    /// What the key signed.
    private let claims: JSONObject

    /// Checks header and signature.
    ///
    /// The header may be any but that of a decision: no proof of a key can be taken for one, nor the other way round.
    ///
    /// - Parameter publicKey: The new key, as an uncompressed point of 65 bytes.
    /// - Throws: ``ProofError``.
    init(_ text: String, publicKey: Data) throws(ProofError) {
        let jws = try CompactJWS(text)
        guard jws.header["alg"] == "ES256" else { throw ProofError("its algorithm must be ES256") }
        // A list of members that have to be understood (RFC 7515, section 4.1.11); none is.
        guard jws.header["crit"] == nil else { throw ProofError("its header has a member that is not understood") }
        guard DeviceProof.isOfOtherType(jws.header["typ"]) else { throw ProofError("its typ is that of a decision") }
        guard jws.isSigned(by: publicKey) else { throw ProofError("its signature is not that of the new key") }
        claims = jws.claims
    }

    /// The nonce that it answers.
    var nonce: String { claims["nonce"]?.stringValue ?? "" }

    /// Compares what is claimed with what is so.
    ///
    /// - Parameters:
    ///   - audience: The realm's address.
    ///   - challenge: What the nonce was given out with; `nil` where it can't be used.
    func check(audience: String, walletID: String, challenge: DeviceChallenge?) throws(ProofError) {
        guard claims["aud"] == .string(audience) else { throw ProofError("its claim aud must be the issuer") }
        guard claims["wallet"] == .string(walletID) else { throw ProofError("its claim wallet is another wallet's") }
        guard let challenge else { throw ProofError("its nonce is unknown, used or has expired") }
        let earliest = challenge.issuedAt.adding(seconds: -DecisionProof.tolerance)
        guard let issuedAt = claims.seconds("iat"), issuedAt.magnitude < 1 << 40,
            (earliest...challenge.expiresAt).contains(Timestamp(milliseconds: issuedAt * 1000))
        else { throw ProofError("its claim iat is not from the time of the nonce") }
    }

    /// Types are media types, with or without `application/`, in any case (RFC 7515, section 4.1.9).
    private static func isOfOtherType(_ type: JSON?) -> Bool {
        guard let type else { return true }
        guard let text = type.stringValue?.lowercased() else { return false }
        return ![DecisionProof.type, "application/\(DecisionProof.type)"].contains(text)
    }
}
