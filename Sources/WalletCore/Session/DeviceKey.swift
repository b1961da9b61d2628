import Crypto
import Foundation

/// The key that signs this device's decisions (P-256), made on the device and never leaving it.
struct DeviceKey: Sendable {
    private let key: P256.Signing.PrivateKey

    /// The device's key, made and saved where there is none yet.
    init(in secrets: any SecretStore) throws {
        if let saved = try secrets.load(.deviceKey) {
            guard let key = try? P256.Signing.PrivateKey(rawRepresentation: saved) else {
                throw SecretStoreError(.deviceKey, "what is saved is not a key")
            }
            self.key = key
        } else {
            key = P256.Signing.PrivateKey()
            try secrets.save(key.rawRepresentation, as: .deviceKey)
        }
    }

    /// The public half as a JSON Web Key (RFC 7517).
    var publicJWK: JSON {
        let point = key.publicKey.rawRepresentation
        return [
            "kty": "EC", "crv": "P-256", "x": .string(point.prefix(32).base64URL),
            "y": .string(point.suffix(32).base64URL),
        ]
    }

    /// A compact JSON Web Signature (RFC 7515) with ES256 over a payload.
    func sign(_ payload: JSON, keyID: DeviceID) throws -> String {
        let header: JSON = ["alg": "ES256", "typ": "JWT", "kid": .string(keyID.rawValue)]
        let input = header.data.base64URL + "." + payload.data.base64URL
        let signature = try key.signature(for: Data(input.utf8))
        return input + "." + signature.rawRepresentation.base64URL
    }
}

extension Data {
    /// Base64 with the alphabet for addresses, without padding (RFC 4648, section 5).
    package var base64URL: String {
        // Byte by byte: to replace parts of a text takes longer than to sign it.
        let digits = base64EncodedData().prefix { $0 != UInt8(ascii: "=") }
        let replaced = digits.map { digit in
            switch digit {
            case UInt8(ascii: "+"): UInt8(ascii: "-")
            case UInt8(ascii: "/"): UInt8(ascii: "_")
            default: digit
            }
        }
        return String(decoding: replaced, as: UTF8.self)
    }
}
