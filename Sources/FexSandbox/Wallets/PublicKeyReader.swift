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

    /// A key's JWK.
    ///
    /// - Parameter point: The key as an uncompressed point.
    static func jwk(of point: Data) -> JSON {
        let (x, y) = coordinates(of: point)
        return ["kty": "EC", "crv": "P-256", "x": x, "y": y]
    }

    /// A key's thumbprint (RFC 7638) with SHA-256, in base64url.
    static func thumbprint(of point: Data) -> String {
        let (x, y) = coordinates(of: point)
        // The required members in the order of their names.
        let members: JSON = ["crv": "P-256", "kty": "EC", "x": x, "y": y]
        return Data(SHA256.hash(data: members.data)).base64URL
    }

    private static func coordinates(of point: Data) -> (x: JSON, y: JSON) {
        (.string(Data(point.dropFirst().prefix(32)).base64URL), .string(Data(point.suffix(32)).base64URL))
    }
}
