import Crypto
import FexValues
import Foundation

@testable import WalletCore

/// A device with a key of its own, which signs whatever a test wants signed.
struct SigningDevice {
    let id: DeviceID
    let key = P256.Signing.PrivateKey()

    init(_ id: String) { self.id = DeviceID(id)! }

    var publicKey: JSON {
        let point = key.publicKey.rawRepresentation
        return [
            "kty": "EC", "crv": "P-256", "x": .string(point.prefix(32).base64URL),
            "y": .string(point.suffix(32).base64URL),
            "kid": .string(id.rawValue),
        ]
    }

    var header: JSON { ["alg": "ES256", "typ": "fex-decision+jwt", "kid": .string(id.rawValue)] }

    static let claims: JSON = [
        "intent": "pi_1", "wallet": "wal_1", "decision": "pay", "amount": "35.50", "currency": "USD",
        "merchant": "mer_1", "iat": 1_767_268_800, "jti": "key_1",
    ]

    /// A compact JSON Web Signature with a low `s`, or a high one.
    func sign(_ header: JSON? = nil, _ claims: JSON = SigningDevice.claims, highS: Bool = false) throws -> String {
        let input = (header ?? self.header).data.base64URL + "." + claims.data.base64URL
        let raw = Array(try key.signature(for: Data(input.utf8)).rawRepresentation)
        let other = Self.order(minus: Array(raw[32...]))
        let (low, high) =
            raw[32...].lexicographicallyPrecedes(other) ? (Array(raw[32...]), other) : (other, Array(raw[32...]))
        return input + "." + Data(raw[..<32] + (highS ? high : low)).base64URL
    }

    /// The file that says what a proof says.
    func file(_ proof: String, _ claims: JSON = SigningDevice.claims) -> JSON {
        let body: JSON = [
            "amount": claims["amount"] ?? .null, "currency": claims["currency"] ?? .null,
            "merchant_id": claims["merchant"] ?? .null, "decided_at": "2026-01-01T12:00:00.250Z",
            "device_id": .string(id.rawValue), "proof": .string(proof),
        ]
        return [
            "decision": claims["decision"] ?? .null, "intent": claims["intent"] ?? .null,
            "wallet": claims["wallet"] ?? .null, "amount": claims["amount"] ?? .null,
            "currency": claims["currency"] ?? .null, "merchant": claims["merchant"] ?? .null,
            "idempotency_key": claims["jti"] ?? .null, "decided_at": "2026-01-01T12:00:00.250Z",
            "device_id": .string(id.rawValue), "public_key": publicKey, "proof": .string(proof),
            "body": .string(body.text),
        ]
    }

    /// The order of P-256 without a number below it.
    private static func order(minus number: [UInt8]) -> [UInt8] {
        let order: [UInt8] = [
            0xFF, 0xFF, 0xFF, 0xFF, 0x00, 0x00, 0x00, 0x00, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
            0xBC, 0xE6, 0xFA, 0xAD, 0xA7, 0x17, 0x9E, 0x84, 0xF3, 0xB9, 0xCA, 0xC2, 0xFC, 0x63, 0x25, 0x51,
        ]
        var (difference, borrow) = (order, 0)
        for index in order.indices.reversed() {
            let digit = Int(order[index]) - Int(number[index]) - borrow
            difference[index] = UInt8(truncatingIfNeeded: digit)
            borrow = digit < 0 ? 1 : 0
        }
        return difference
    }
}

extension JSON {
    /// The object with a member more at its end, also where it has one of the name.
    func adding(_ name: String, _ value: JSON) -> JSON {
        .object(JSONObject((objectValue?.members ?? []) + [.init(name, value)]))
    }
}
