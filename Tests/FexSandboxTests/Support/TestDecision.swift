import Crypto
import FexSandbox
import FexValues
import Foundation

/// A decision with its proof, each part of which a test may spoil.
struct TestDecision: Sendable {
    var kind: String
    var intentID: String
    var key = UUID().uuidString.lowercased()
    var body: JSONObject
    var claims: JSONObject
    var header: JSON

    /// A decision on an intent, as an honest wallet makes it.
    ///
    /// - Parameter moment: When it is made; by default a moment after the intent, or after the virtual clock's beginning.
    init(_ kind: String, on intent: JSON, by wallet: TestWallet, at moment: Timestamp? = nil) {
        self.kind = kind
        intentID = intent["id"]?.stringValue ?? ""
        var amount = ""
        if case .number(let literal)? = intent["amount"] { amount = literal }
        let (currency, merchant) = (intent["currency"] ?? .null, intent["merchant_id"] ?? .null)
        let made = intent["created_at"]?.stringValue.flatMap { Timestamp(rfc3339: $0) } ?? SandboxClock.virtualEpoch
        let moment = moment ?? Timestamp(milliseconds: made.milliseconds + 1500)
        header = ["alg": "ES256", "typ": "fex-decision+jwt", "kid": .string(wallet.deviceID)]
        body = JSONObject([
            .init("amount", .string(amount)), .init("currency", currency), .init("merchant_id", merchant),
            .init("decided_at", .string(moment.rfc3339)), .init("device_id", .string(wallet.deviceID)),
        ])
        claims = JSONObject([
            .init("intent", .string(intentID)), .init("wallet", .string(wallet.id)), .init("decision", .string(kind)),
            .init("amount", .string(amount)), .init("currency", currency), .init("merchant", merchant),
            .init("iat", .integer(moment.seconds)), .init("jti", .string(key)),
        ])
    }

    /// The body with the proof in it.
    ///
    /// - Parameter hasHighS: Whether the signature has the other of its two forms.
    func signedBody(by key: P256.Signing.PrivateKey, hasHighS: Bool = false) throws -> Data {
        var signed = body
        signed["proof"] = .string(
            try TestSignature.jws(header: header, claims: .object(claims), by: key, hasHighS: hasHighS))
        return JSON.object(signed).data
    }

    func send(by wallet: TestWallet, body: Data? = nil) async throws -> SandboxClient.Answer {
        try await wallet.client.call(
            "POST", "/wallet/api/v1/payment-intents/\(intentID)/\(kind)", token: wallet.token,
            body: body ?? signedBody(by: wallet.key), headers: ["Idempotency-Key": key])
    }
}

/// Signatures of tests: the platform takes only the form of an ECDSA signature with a low `s`.
enum TestSignature {
    /// A compact JWS by ES256.
    static func jws(
        header: JSON, claims: JSON, by key: P256.Signing.PrivateKey, hasHighS: Bool = false
    ) throws -> String {
        let input = header.data.base64URL + "." + claims.data.base64URL
        let signature = try key.signature(for: Data(input.utf8)).rawRepresentation
        let (low, other) = (Array(signature.suffix(32)), negated(Array(signature.suffix(32))))
        let isHigh = other.lexicographicallyPrecedes(low)
        return input + "." + (signature.prefix(32) + Data(isHigh == hasHighS ? low : other)).base64URL
    }

    /// The order of P-256 less a number.
    private static func negated(_ number: [UInt8]) -> [UInt8] {
        let order = Hexadecimal.bytes("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551")!
        var (difference, borrow) = ([UInt8](repeating: 0, count: 32), 0)
        for index in (0..<32).reversed() {
            let digit = Int(order[index]) - Int(number[index]) - borrow
            borrow = digit < 0 ? 1 : 0
            difference[index] = UInt8(digit & 0xFF)
        }
        return difference
    }
}
