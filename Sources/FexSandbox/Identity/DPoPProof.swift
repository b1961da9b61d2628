import Crypto
import FexHTTP
import FexValues
import Foundation
import Synchronization

/// A proof that whoever makes a call has the key that its token is bound to (DPoP, RFC 9449).
struct DPoPProof {
    /// The key's thumbprint (RFC 7638): the member `jkt` of a token's claim `cnf`.
    let thumbprint: String
    private let claims: JSONObject

    /// Seconds by which `iat` may lie before or after now.
    static let tolerance: Int64 = 60

    /// Checks header and signature (section 4.3, points 1 to 7).
    ///
    /// - Throws: ``ProofError``.
    init(_ text: String) throws(ProofError) {
        let jws = try CompactJWS(text)
        guard jws.header["typ"] == "dpop+jwt", jws.header["alg"] == "ES256", jws.header["crit"] == nil else {
            throw ProofError("its header must be of dpop+jwt and ES256")
        }
        let point: Data
        do { point = try PublicKeyReader.point(of: jws.header["jwk"]) } catch { throw ProofError("it holds no key") }
        guard jws.isSigned(by: point, inLowForm: false) else { throw ProofError("its signature is not of its key") }
        thumbprint = PublicKeyReader.thumbprint(of: point)
        claims = jws.claims
    }

    /// Compares what is claimed with the call that it came with (section 4.3, points 8 to 12).
    ///
    /// - Parameters:
    ///   - method: The call's method.
    ///   - path: The call's path.
    ///   - origins: Under which it may have been made, beside any of this machine's: tests put proxies before a sandbox.
    ///   - token: The access token that came with it; `nil` where one is asked for.
    ///   - seen: The proofs that came before.
    func check(
        method: String, path: String, origins: [String], token: String?, at now: Timestamp, seen: DPoPReplays
    ) throws(ProofError) {
        guard claims["htm"] == .string(method) else { throw ProofError("it is for another method") }
        let text = claims["htu"]?.stringValue?.prefix { $0 != "?" && $0 != "#" }
        guard let address = text.flatMap({ HTTPAddress(String($0)) }), address.target == path,
            origins.contains("\(address.origin)") || WebhookDestinations.isLoopback(address.origin.host)
        else { throw ProofError("it is for another address") }
        guard let issuedAt = claims.seconds("iat"), issuedAt.magnitude < 1 << 40,
            abs(issuedAt - now.seconds) <= DPoPProof.tolerance
        else { throw ProofError("it is not from now") }
        if let token {
            let hash = Data(SHA256.hash(data: Data(token.utf8))).base64URL
            guard claims["ath"] == .string(hash) else { throw ProofError("it is for another token") }
        }
        guard let id = claims["jti"]?.stringValue, !id.isEmpty else { throw ProofError("it has no jti") }
        guard seen.note("\(thumbprint) \(id)", at: now) else { throw ProofError("it has been used before") }
    }
}

/// The proofs that came lately: each is good for one call.
final class DPoPReplays: Sendable {
    private static let most = 100_000
    private let seen = Mutex<[SHA256Digest: Timestamp]>([:])

    /// Notes a proof.
    ///
    /// - Returns: Whether it is new.
    func note(_ name: String, at now: Timestamp) -> Bool {
        let hash = SHA256.hash(data: Data(name.utf8))
        return seen.withLock { seen in
            // A proof of a minute from now is good for two.
            let oldest = now.adding(seconds: -2 * DPoPProof.tolerance)
            if seen.count >= DPoPReplays.most { seen = seen.filter { $0.value >= oldest } }
            guard seen[hash].map({ $0 < oldest }) ?? true else { return false }
            seen[hash] = now
            return true
        }
    }
}
