import Crypto
import FexValues
import Foundation

/// A compact JSON Web Signature (RFC 7515) taken apart; what its header and payload claim is not believed yet.
struct CompactSignature {
    /// The header's members, also those that stand twice.
    let header: JSONObject
    /// The payload's members, also those that stand twice.
    let payload: JSONObject
    private let signature: P256.Signing.ECDSASignature
    /// What is signed.
    private let input: Data

    /// Reads the one form that a signature has: three parts of base64url without padding, two of them JSON objects.
    init?(_ text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, let header = CompactSignature.object(parts[0]),
            let payload = CompactSignature.object(parts[1]), let raw = Data(base64URL: String(parts[2])),
            let signature = try? P256.Signing.ECDSASignature(rawRepresentation: raw)
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
        (try? P256.Signing.PublicKey(rawRepresentation: point))?.isValidSignature(signature, for: input) == true
    }

    /// Whether the signature is in the one form that counts.
    var hasLowS: Bool { signature.hasLowS }
}
