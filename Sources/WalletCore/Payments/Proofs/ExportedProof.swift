public import FexValues
public import Foundation

/// A signed decision as a file: what was decided, the device's signature, and the body in which both were sent.
///
/// ```json
/// {"decision":"pay","intent":"…","wallet":"…","amount":"35.50","currency":"USD","merchant":"…","idempotency_key":"…",
///  "decided_at":"2026-01-01T12:00:00Z","device_id":"…","public_key":{"kty":"EC","crv":"P-256","x":"…","y":"…","kid":"…"},
///  "proof":"…","body":"…"}
/// ```
///
/// `public_key` is there where this device still holds the key. It says which key is meant, and proves nothing: whoever writes a
/// file can write a key into it. ``ProofVerifier`` believes keys that it was given otherwise.
public struct ExportedProof: Hashable, Sendable {
    /// The longest file that is read, in bytes.
    public static let longest = 64 * 1024

    /// The members that repeat what is signed, by the names that they have among the claims.
    static let claimed: [(member: String, claim: String)] = [
        ("decision", "decision"), ("intent", "intent"), ("wallet", "wallet"), ("amount", "amount"),
        ("currency", "currency"), ("merchant", "merchant"), ("idempotency_key", "jti"),
    ]
    private static let required = claimed.map(\.member) + ["decided_at", "device_id", "proof", "body"]

    /// The file's members, each once.
    let object: JSONObject

    /// A file's content.
    ///
    /// - Throws: ``ProofError/notADocument`` where a member is missing, stands twice, is none of the file's, or no text.
    public init(parsing data: Data) throws(ProofError) {
        guard data.count <= Self.longest, let object = (try? JSON(parsing: data))?.objectValue,
            Set(object.members.map(\.name)).count == object.members.count,
            Self.required.allSatisfy({ object[$0]?.stringValue != nil }),
            object.members.allSatisfy({ Self.required.contains($0.name) || $0.name == "public_key" })
        else { throw .notADocument }
        self.object = object
    }

    /// What this device has stored of a decision.
    ///
    /// - Parameter publicKey: The signing key's public half as a JSON Web Key, where it is still known.
    /// - Throws: ``ProofError/notStored`` where the stored body holds no signature.
    init(_ decision: Decision, publicKey: (DeviceID) async throws -> JSON?) async throws {
        let terms = decision.terms
        guard let body = String(validating: decision.body, as: UTF8.self), let sent = try? JSON(parsing: body),
            let proof = sent["proof"]?.stringValue, let signed = CompactSignature(proof),
            let wallet = signed.payload["wallet"]?.stringValue,
            let device = sent["device_id"]?.stringValue.flatMap({ DeviceID($0) })
        else { throw ProofError.notStored }
        var object = JSONObject([
            .init("decision", .string(decision.kind.rawValue)), .init("intent", .string(terms.intent.rawValue)),
            .init("wallet", .string(wallet)), .init("amount", .string(terms.amount.decimalString)),
            .init("currency", .string(terms.amount.currency.code)), .init("merchant", .string(terms.merchant.rawValue)),
            .init("idempotency_key", .string(decision.idempotencyKey.rawValue)),
            .init("decided_at", .string(decision.decidedAt.description)), .init("device_id", .string(device.rawValue)),
        ])
        if var key = try await publicKey(device)?.objectValue {
            key["kid"] = .string(device.rawValue)
            object["public_key"] = .object(key)
        }
        object["proof"] = .string(proof)
        object["body"] = .string(body)
        self.object = object
    }

    /// The file's content as JSON.
    public var document: JSON { .object(object) }

    func text(_ name: String) -> String { object[name]?.stringValue ?? "" }

    /// The device that signed, as the file has it.
    var device: DeviceID? { DeviceID(text("device_id")) }

    /// The key that is meant, as the file has it.
    var publicKey: JSON? { object["public_key"] }
}
