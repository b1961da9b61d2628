import Crypto
import CryptoExtras
package import FexValues
import Foundation
import JWTKit

/// The realm's RSA key, which signs access tokens.
public struct SigningKey: Sendable {
    /// The key, to be kept with the rest of the sandbox's state.
    let pem: String
    let key: JWTKit.Insecure.RSA.PrivateKey

    /// Makes a new 2048-bit key. This takes a good part of a second, so tests share one.
    public static func generate() throws -> SigningKey {
        try SigningKey(pem: _RSA.Signing.PrivateKey(keySize: .bits2048).pemRepresentation)
    }

    /// A key made before.
    init(pem: String) throws {
        self.pem = pem
        key = try JWTKit.Insecure.RSA.PrivateKey(pem: pem)
    }

    /// The name of the key in tokens and in the key set.
    package var id: String {
        Hexadecimal.text(SHA256.hash(data: key.publicKey.derRepresentation).prefix(8))
    }

    /// Signs a compact JWS (RFC 7515) with RS256, whatever its header may claim: what forged tokens are made with.
    ///
    /// - Parameters:
    ///   - header: The protected header.
    ///   - payload: The claims.
    package func sign(header: JSON, payload: JSON) throws -> String {
        let input = header.data.base64URL + "." + payload.data.base64URL
        let signature = try _RSA.Signing.PrivateKey(pemRepresentation: pem)
            .signature(for: SHA256.hash(data: Data(input.utf8)), padding: .insecurePKCS1v1_5)
        return input + "." + Data(signature.rawRepresentation).base64URL
    }

    /// The public half in PEM.
    package var publicPEM: String { key.publicKey.pemRepresentation }

    /// The public half as a key set (RFC 7517).
    func keySet() throws -> JSON {
        let (modulus, exponent) = try key.publicKey.getKeyPrimitives()
        return [
            "keys": [
                [
                    "kid": .string(id), "kty": "RSA", "alg": "RS256", "use": "sig",
                    "n": .string(Data(modulus).base64URL), "e": .string(Data(exponent).base64URL),
                ]
            ]
        ]
    }
}
