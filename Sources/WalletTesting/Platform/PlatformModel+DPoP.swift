import Crypto
import FexValues
import Foundation
import WalletCore

extension PlatformModel {
    /// How tokens are bound to keys (RFC 9449), and how a platform may lie about it.
    package struct DPoP: Sendable {
        /// What is asked of a proof's `nonce` (section 8).
        package enum Nonces: Sendable {
            /// Nothing.
            case unwanted
            /// That it is the one that all answers give.
            case constant
            /// That it is the one that the last answer gave.
            case changing
            /// What no proof can have: each answer gives a nonce, and none is accepted.
            case unattainable
        }

        /// The algorithms that discovery offers; only `ES256` is understood.
        package var algorithms: [String] = ["ES256"]
        /// What is asked of a proof's `nonce`.
        package var nonces = Nonces.unwanted
        /// What answers say in the place of the type that tokens have.
        package var claimedType: String?
        /// Whether access tokens are left to every bearer, and only refresh tokens are bound (section 5).
        package var leavesAccessToBearers = false
        /// Whether access tokens are bound to a key that nobody has.
        package var bindsToAnother = false

        /// Binding as the contract has it.
        package init() {}
    }

    /// Why a proof is refused, as the standard names it.
    enum ProofRefusal: String, Error {
        case nonce = "use_dpop_nonce"
        case invalid = "invalid_dpop_proof"
    }

    /// The proofs that came, and the nonces that they may hold.
    struct ProofLog: Sendable {
        /// The names of those that were accepted: each is good once.
        var seen: Set<String> = []
        var noncesGiven = 0
    }

    /// How far a proof's `iat` may lie from now, in milliseconds.
    private static let proofTolerance: Int64 = 60_000

    /// The nonce that goes with an answer; `nil` where none is asked for.
    mutating func giveProofNonce() -> String? {
        guard let dpop = rules.dpop, dpop.nonces != .unwanted else { return nil }
        if dpop.nonces != .constant { proofs.noncesGiven += 1 }
        return "proof-nonce-\(proofs.noncesGiven)"
    }

    /// What an access token is bound to that is given for a key.
    func keyOfToken(boundTo key: String?) -> String? {
        guard let key, let dpop = rules.dpop, !dpop.leavesAccessToBearers else { return nil }
        return dpop.bindsToAnother ? "another than \(key)" : key
    }

    /// The type of a token, as the answer says it.
    func tokenType(of key: String?) -> String { rules.dpop?.claimedType ?? (key == nil ? "Bearer" : "DPoP") }

    /// Why a call is refused whose token is good; `nil` where it is shown as it has to be.
    mutating func refusal(ofProof request: Request, at now: Timestamp) -> Answer? {
        let bound = request.token.flatMap { identity.access[String($0)]?.thumbprint }
        guard request.isBound == (bound != nil) else { return .unproven("invalid_token") }
        guard let bound else { return nil }
        switch provenKey(of: request, token: request.token, at: now) {
        case .success(bound): return nil
        case .success: return .unproven(ProofRefusal.invalid.rawValue)
        case .failure(let refusal): return .unproven(refusal.rawValue)
        }
    }

    /// The thumbprint of the key that a request proves to have; `nil` where it has no proof, or nobody looks at it.
    mutating func provenKey(
        of request: Request, token: Substring?, at now: Timestamp
    ) -> Result<String?, ProofRefusal> {
        guard let dpop = rules.dpop, let text = request.proof else { return .success(nil) }
        guard let signed = SignedDocument(text), signed.header["typ"] == "dpop+jwt", signed.header["alg"] == "ES256",
            let jwk = signed.header["jwk"], let x = jwk["x"]?.stringValue, let y = jwk["y"]?.stringValue,
            jwk["kty"] == "EC", jwk["crv"] == "P-256",
            let key = Data(base64URL: x).flatMap({ x in
                Data(base64URL: y).flatMap { try? P256.Signing.PublicKey(rawRepresentation: x + $0) }
            }),
            signed.isSigned(by: key), isOf(request, token: token, signed.payload, at: now)
        else { return .failure(.invalid) }
        switch dpop.nonces {
        case .unwanted: break
        case .constant, .changing:
            let last = "proof-nonce-\(proofs.noncesGiven)"
            guard signed.payload["nonce"] == .string(last) else { return .failure(.nonce) }
        case .unattainable: return .failure(.nonce)
        }
        guard let id = signed.payload["jti"]?.stringValue, proofs.seen.insert(id).inserted else {
            return .failure(.invalid)
        }
        // RFC 7638: the required members in the order of their names.
        let members = #"{"crv":"P-256","kty":"EC","x":"\#(x)","y":"\#(y)"}"#
        return .success(Data(SHA256.hash(data: Data(members.utf8))).base64URL)
    }

    /// Whether a proof's claims are of this request, and from now.
    private func isOf(_ request: Request, token: Substring?, _ claims: JSONObject, at now: Timestamp) -> Bool {
        guard claims["htm"] == .string(request.method), claims["htu"] == .string(request.address),
            let issuedAt = claims["iat"]?.integerValue,
            abs(Int64(issuedAt) * 1000 - now.milliseconds) <= Self.proofTolerance
        else { return false }
        guard let token else { return claims["ath"] == nil }
        return claims["ath"] == .string(Data(SHA256.hash(data: Data(token.utf8))).base64URL)
    }
}

extension PlatformModel.Answer {
    /// 401: the key of a token is not proven (section 7.1).
    fileprivate static func unproven(_ code: String) -> PlatformModel.Answer {
        var answer = failure(401, "the token's key is not proven")
        answer.challenge = #"DPoP realm="payment-platform", error="\#(code)", algs="ES256""#
        return answer
    }
}
