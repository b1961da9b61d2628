import FexValues
import Foundation

/// A decision signed by a device: a compact JWS whose header is `{"alg":"ES256","typ":"fex-decision+jwt","kid":…}`.
struct DecisionProof {
    /// The type that no other text of a device's has, so that none can pass for a decision (RFC 8725, section 3.11).
    static let type = "fex-decision+jwt"
    /// Seconds by which `iat` may lie before the intent was made, and after now.
    static let tolerance: Int64 = 60

    /// What the device signed.
    let claims: JSONObject

    /// Checks header and signature.
    ///
    /// - Parameters:
    ///   - deviceID: The device that the decision names.
    ///   - publicKey: The device's registered key, as an uncompressed point of 65 bytes.
    /// - Throws: ``ProofError`` for anything but a decision that this key signed.
    init(_ text: String, deviceID: String, publicKey: Data) throws(ProofError) {
        let jws = try CompactJWS(text)
        guard jws.header["alg"] == "ES256" else { throw ProofError("its algorithm must be ES256") }
        guard jws.header["typ"] == .string(DecisionProof.type) else {
            throw ProofError("its typ must be \(DecisionProof.type)")
        }
        guard jws.header["kid"] == .string(deviceID) else { throw ProofError("its kid must be the device_id") }
        guard jws.header.members.count == 3 else { throw ProofError("its header has a member too many") }
        guard jws.isSigned(by: publicKey) else { throw ProofError("its signature is not that of the device") }
        claims = jws.claims
    }

    /// Compares every claim with the request that carries the proof.
    ///
    /// `iat` is whole seconds: less than one second away from `decided_at`, however that was rounded.
    ///
    /// - Parameters:
    ///   - intent: What is decided on; `nil` where there is no such intent, which has not been made at any time.
    ///   - now: The platform's time.
    func check(against request: DecisionRequest, on intent: Intent?, at now: Timestamp) throws(ProofError) {
        let expected: [(name: String, value: String)] = [
            ("intent", request.intentID), ("wallet", request.walletID), ("decision", request.kind.rawValue),
            ("amount", request.amountText), ("currency", request.currency), ("merchant", request.merchantID),
        ]
        for (name, value) in expected where claims[name] != .string(value) {
            throw ProofError("its claim \(name) differs from the request")
        }
        guard claims["jti"]?.stringValue?.lowercased() == request.idempotencyKey else {
            throw ProofError("its claim jti differs from the Idempotency-Key")
        }
        guard let issuedAt = claims.seconds("iat"),
            (request.decidedAt.seconds - 1...request.decidedAt.seconds + 1).contains(issuedAt),
            abs(issuedAt * 1000 - request.decidedAt.milliseconds) < 1000
        else { throw ProofError("its claim iat differs from decided_at") }
        let signedAt = Timestamp(milliseconds: issuedAt * 1000)
        guard signedAt <= now.adding(seconds: DecisionProof.tolerance) else {
            throw ProofError("its claim iat lies in the future")
        }
        if let intent, signedAt < intent.createdAt.adding(seconds: -DecisionProof.tolerance) {
            throw ProofError("its claim iat lies before the payment intent was made")
        }
    }
}
