import Crypto
import CryptoExtras
import Foundation
import JWTKit
import WalletCore

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
    var id: String {
        Hexadecimal.text(SHA256.hash(data: key.publicKey.derRepresentation).prefix(8))
    }

    /// The public half as a key set (RFC 7517).
    func keySet() throws -> JSON {
        let (modulus, exponent) = try key.publicKey.getKeyPrimitives()
        return [
            "keys": [
                [
                    "kid": .string(id), "kty": "RSA", "alg": "RS256", "use": "sig",
                    "n": .string(Base64URL.encode(modulus)), "e": .string(Base64URL.encode(exponent)),
                ]
            ]
        ]
    }
}
