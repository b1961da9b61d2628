import Crypto
import FexValues
import Foundation

/// A compact JSON Web Signature (RFC 7515) taken apart; what its header and payload claim is not believed yet.
struct CompactSignature {
    /// The header's members, also those that stand twice.
    let header: JSONObject
    /// The payload's members, also those that stand twice.
    let payload: JSONObject
    /// `r` and `s`, 32 bytes each.
    private let signature: Data
    /// What is signed.
    private let input: Data

    /// Reads the one form that a signature has: three parts of base64url without padding, two of them JSON objects.
    init?(_ text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, let header = CompactSignature.object(parts[0]),
            let payload = CompactSignature.object(parts[1]), let signature = Data(base64URL: String(parts[2])),
            signature.count == 64
        else { return nil }
        self.header = header
        self.payload = payload
        self.signature = signature
        input = Data(text.utf8.prefix(parts[0].utf8.count + 1 + parts[1].utf8.count))
    }

    private static func object(_ part: Substring) -> JSONObject? {
        Data(base64URL: String(part)).flatMap { try? JSON(parsing: $0) }?.objectValue
    }

    /// Whether the signature is that of a key over the header and the payload (ES256).
    ///
    /// - Parameter point: The key's coordinates, 32 bytes each.
    func isMade(by point: Data) -> Bool {
        guard let key = try? P256.Signing.PublicKey(rawRepresentation: point),
            let signature = try? P256.Signing.ECDSASignature(rawRepresentation: signature)
        else { return false }
        return key.isValidSignature(signature, for: input)
    }

    /// Whether `s` is at most half of the curve's order. Of each signature there is a second form, which anybody can compute;
    /// only this one counts.
    var hasLowS: Bool {
        !CompactSignature.halfOfOrder.lexicographicallyPrecedes(signature.suffix(32))
    }

    /// Half of the order of P-256 (FIPS 186-4, D.1.2.3), rounded down.
    private static let halfOfOrder: [UInt8] = [
        0x7F, 0xFF, 0xFF, 0xFF, 0x80, 0x00, 0x00, 0x00, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
        0xDE, 0x73, 0x7D, 0x56, 0xD3, 0x8B, 0xCF, 0x42, 0x79, 0xDC, 0xE5, 0x61, 0x7E, 0x31, 0x92, 0xA8,
    ]
}
