import Crypto
import FexValues
import Foundation

/// A decision signed by a device: a compact JWS (RFC 7515) with ES256 (RFC 7518, section 3.4).
struct DecisionProof {
    /// What the device signed.
    let claims: JSONObject

    /// Checks the signature.
    ///
    /// - Parameters:
    ///   - text: Header, payload and signature, separated by dots.
    ///   - publicKey: The device's registered key, as an uncompressed point of 65 bytes.
    /// - Throws: ``DecisionProofError`` for anything but a payload that this key signed.
    init(_ text: String, publicKey: Data) throws(DecisionProofError) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, let header = Data(base64URL: String(parts[0])),
            let payload = Data(base64URL: String(parts[1])),
            let signature = Data(base64URL: String(parts[2]))
        else { throw DecisionProofError("it is not a compact JWS") }
        guard case .object(let fields)? = try? JSON(parsing: header), fields["alg"] == "ES256", fields["crit"] == nil
        else { throw DecisionProofError("its algorithm must be ES256") }
        guard let key = try? P256.Signing.PublicKey(x963Representation: publicKey),
            let ecdsa = try? P256.Signing.ECDSASignature(rawRepresentation: signature),
            key.isValidSignature(ecdsa, for: Data("\(parts[0]).\(parts[1])".utf8))
        else { throw DecisionProofError("its signature is not that of the device") }
        guard case .object(let claims)? = try? JSON(parsing: payload),
            Set(claims.members.map(\.name)).count == claims.members.count
        else { throw DecisionProofError("its payload is not a JSON object") }
        self.claims = claims
    }

    /// Compares every claim with the request that carries the proof.
    ///
    /// `iat` is whole seconds: less than one second away from `decided_at`, however that was rounded.
    func check(against request: DecisionRequest) throws(DecisionProofError) {
        let expected: [(name: String, value: String)] = [
            ("intent", request.intentID), ("wallet", request.walletID), ("decision", request.kind.rawValue),
            ("amount", request.amountText), ("currency", request.currency), ("merchant", request.merchantID),
        ]
        for (name, value) in expected where claims[name] != .string(value) {
            throw DecisionProofError("its claim \(name) differs from the request")
        }
        guard claims["jti"]?.stringValue?.lowercased() == request.idempotencyKey else {
            throw DecisionProofError("its claim jti differs from the Idempotency-Key")
        }
        guard let issuedAt = claims["iat"]?.integerValue, let seconds = Int64(exactly: issuedAt),
            (request.decidedAt.seconds - 1...request.decidedAt.seconds + 1).contains(seconds),
            abs(seconds * 1000 - request.decidedAt.milliseconds) < 1000
        else { throw DecisionProofError("its claim iat differs from decided_at") }
    }
}

/// Why a proof proves nothing.
struct DecisionProofError: Error, Hashable, Sendable {
    /// What is wrong with it.
    var problem: String

    init(_ problem: String) { self.problem = problem }
}
