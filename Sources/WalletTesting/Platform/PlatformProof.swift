import Crypto
import FexValues
import Foundation
import WalletCore

/// A compact JSON Web Signature (RFC 7515) with ES256.
struct SignedDocument {
    let header: JSONObject
    let payload: JSONObject
    let signature: Data
    private let input: Data

    init?(_ text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, let head = Data(base64URL: String(parts[0])),
            let body = Data(base64URL: String(parts[1])), let signature = Data(base64URL: String(parts[2])),
            let header = (try? JSON(parsing: head))?.objectValue,
            let payload = (try? JSON(parsing: body))?.objectValue
        else { return nil }
        self.header = header
        self.payload = payload
        self.signature = signature
        input = Data("\(parts[0]).\(parts[1])".utf8)
    }

    func isSigned(by key: P256.Signing.PublicKey) -> Bool {
        guard let signature = try? P256.Signing.ECDSASignature(rawRepresentation: signature) else { return false }
        return key.isValidSignature(signature, for: input)
    }

    /// Whether the signature is in the one form that is allowed of the two that are valid.
    var hasLowS: Bool {
        signature.count == 64 && !Self.halfOfOrder.lexicographicallyPrecedes(signature.suffix(32))
    }

    /// Half of the order of P-256, rounded down.
    private static let halfOfOrder: [UInt8] = [
        0x7F, 0xFF, 0xFF, 0xFF, 0x80, 0x00, 0x00, 0x00, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
        0xDE, 0x73, 0x7D, 0x56, 0xD3, 0x8B, 0xCF, 0x42, 0x79, 0xDC, 0xE5, 0x61, 0x7E, 0x31, 0x92, 0xA8,
    ]
}

/// The device's word on a decision.
enum PlatformProof {
    /// What a proof has to be about.
    struct Context {
        var intent: PlatformModel.Intent
        var kind: String
        var wallet: String
        var key: String
        var device: PlatformModel.Device
        var now: Timestamp
    }

    /// How far `iat` may lie outside of the time between the intent's creation and now.
    private static let tolerance: Int64 = 60_000

    static func isValid(
        _ proof: String, for terms: DecisionTerms, in context: Context, by rule: PlatformModel.Rules.Proofs
    ) -> Bool {
        guard rule != .unread else { return true }
        guard let signed = SignedDocument(proof), signed.isSigned(by: context.device.key) else { return false }
        let claims = signed.payload
        let expected: [(String, String)] = [
            ("intent", context.intent.id), ("wallet", context.wallet), ("decision", context.kind),
            ("currency", terms.currency), ("merchant", terms.merchant), ("jti", context.key),
        ]
        for (name, value) in expected where claims.count(of: name) != 1 || claims[name] != .string(value) {
            return false
        }
        guard claims.count(of: "amount") == 1, claims.count(of: "iat") == 1,
            Self.units(claims["amount"], terms.currency) == terms.amount,
            let issuedAt = claims["iat"]?.integerValue
        else { return false }
        return rule == .signed || isStrictlyValid(signed, issuedAt: Int64(issuedAt), in: context)
    }

    private static func isStrictlyValid(_ signed: SignedDocument, issuedAt: Int64, in context: Context) -> Bool {
        let header: [(String, String)] = [("alg", "ES256"), ("typ", "fex-decision+jwt"), ("kid", context.device.id)]
        guard signed.header.members.count == header.count, signed.hasLowS,
            header.allSatisfy({ signed.header[$0.0] == .string($0.1) })
        else { return false }
        // What is cut off below a second counts in the wallet's favour.
        let earliest = context.intent.createdAt.milliseconds - tolerance
        let latest = context.now.milliseconds + tolerance
        return issuedAt * 1000 + 999 >= earliest && issuedAt * 1000 <= latest
    }

    private static func units(_ amount: JSON?, _ currency: String) -> Int64? {
        guard let digits = amount?.stringValue, let currency = try? Currency(currency) else { return nil }
        return (try? Money(digits: digits, currency: currency))?.minorUnits
    }
}
