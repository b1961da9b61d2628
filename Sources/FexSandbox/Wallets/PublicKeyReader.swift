import Crypto
import FexValues
import Foundation

/// Reads a device's public key from a JWK (RFC 7517, RFC 7518 section 6.2).
enum PublicKeyReader {
    /// The key as an uncompressed point of 65 bytes.
    ///
    /// - Throws: ``PlatformError`` 400 for anything but a point on P-256, and for a key with its private half.
    static func point(of jwk: JSON?) throws(PlatformError) -> Data {
        guard let jwk, jwk["kty"] == "EC", jwk["crv"] == "P-256",
            let x = jwk["x"]?.stringValue.flatMap({ Data(base64URL: $0) }), x.count == 32,
            let y = jwk["y"]?.stringValue.flatMap({ Data(base64URL: $0) }), y.count == 32
        else { throw .badRequest("public_key must be a JWK of a P-256 key") }
        guard jwk["d"] == nil else { throw .badRequest("public_key must not hold the private key") }
        let point = Data([4]) + x + y
        guard (try? P256.Signing.PublicKey(x963Representation: point)) != nil else {
            throw .badRequest("public_key is not a point on P-256")
        }
        return point
    }
}
