import Crypto
import FexValues
import Foundation

/// A compact JWS (RFC 7515) taken apart: header and payload are JSON objects that name each member once.
struct CompactJWS: Sendable {
    /// The protected header, not yet believed.
    let header: JSONObject
    /// What is signed.
    let claims: JSONObject
    private let signedText: Data
    private let signature: Data

    /// Takes a text apart; the signature is not looked at.
    ///
    /// - Parameter text: Header, payload and signature in base64url, separated by dots.
    /// - Throws: ``ProofError`` for any other text, and for a member that is there twice.
    init(_ text: String) throws(ProofError) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, let header = Data(base64URL: String(parts[0])),
            let payload = Data(base64URL: String(parts[1])), let signature = Data(base64URL: String(parts[2]))
        else { throw ProofError("it is not a compact JWS") }
        self.header = try CompactJWS.object(header, called: "header")
        claims = try CompactJWS.object(payload, called: "payload")
        signedText = Data("\(parts[0]).\(parts[1])".utf8)
        self.signature = signature
    }

    /// Whether the signature is that of a key by ES256 (RFC 7518, section 3.4), and in its one form with a low `s`.
    ///
    /// ECDSA lets anybody turn a signature into a second one, with `n - s` in the place of `s`, that is as good.
    ///
    /// - Parameter publicKey: An uncompressed point of 65 bytes.
    func isSigned(by publicKey: Data) -> Bool {
        guard signature.count == 64, !CompactJWS.halfOrder.lexicographicallyPrecedes(signature.suffix(32)),
            let key = try? P256.Signing.PublicKey(x963Representation: publicKey),
            let ecdsa = try? P256.Signing.ECDSASignature(rawRepresentation: signature)
        else { return false }
        return key.isValidSignature(ecdsa, for: signedText)
    }

    private static func object(_ text: Data, called name: String) throws(ProofError) -> JSONObject {
        guard case .object(let object)? = try? JSON(parsing: text) else {
            throw ProofError("its \(name) is not a JSON object")
        }
        guard object.members.allSatisfy({ object.count(of: $0.name) == 1 }) else {
            throw ProofError("its \(name) names a member twice")
        }
        return object
    }

    /// Half the order of P-256, rounded down: the largest `s` that is low.
    private static let halfOrder = Hexadecimal.bytes(
        "7fffffff800000007fffffffffffffffde737d56d38bcf4279dce5617e3192a8")!
}

/// Why a proof proves nothing.
struct ProofError: Error, Hashable, Sendable {
    /// What is wrong with it, for people.
    var problem: String

    init(_ problem: String) { self.problem = problem }
}

extension JSONObject {
    /// A claim that is a whole number of seconds since the epoch (RFC 7519, section 2).
    func seconds(_ name: String) -> Int64? { self[name]?.integerValue.flatMap { Int64(exactly: $0) } }
}
