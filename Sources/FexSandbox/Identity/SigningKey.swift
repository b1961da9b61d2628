import Crypto
import CryptoExtras
import Foundation
import JWTKit
package import WalletCore

/// The realm's RSA key, which signs access tokens.
public struct SigningKey: Sendable {
    /// The key, to be kept with the rest of the sandbox's state.
    let pem: String
    let key: JWTKit.Insecure.RSA.PrivateKey

    /// Makes a new 2048-bit key. This takes a good part of a second, so tests share one.
    public static func generate() throws -> SigningKey {
        try SigningKey(pem: _RSA.Signing.PrivateKey(keySize: .bits2048).pemRepresentation)
    }

    /// The 2048-bit key of a seed: equal seeds give equal keys. For tests alone, since the seed gives the key away.
    public static func generate(seed: UInt64) throws -> SigningKey {
        var search = SeededRSAKey(seed: seed)
        return try SigningKey(pem: search.make().pemRepresentation)
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
        let input = Base64URL.encode(header.data) + "." + Base64URL.encode(payload.data)
        let signature = try _RSA.Signing.PrivateKey(pemRepresentation: pem)
            .signature(for: SHA256.hash(data: Data(input.utf8)), padding: .insecurePKCS1v1_5)
        return input + "." + Base64URL.encode(signature.rawRepresentation)
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
                    "n": .string(Base64URL.encode(modulus)), "e": .string(Base64URL.encode(exponent)),
                ]
            ]
        ]
    }
}
