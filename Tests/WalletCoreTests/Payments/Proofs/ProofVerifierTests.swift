import Crypto
import FexValues
import Foundation
import Testing

@testable import WalletCore

/// What a signed decision has to be for it to be believed.
@Suite struct ProofVerifierTests {
    private let device = SigningDevice("dev_1")
    private let now = Timestamp("2026-01-01T12:00:01Z")!

    private func keys(_ documents: JSON...) throws -> [VerificationKey] {
        try [VerificationKey](keySet: JSON(dictionaryLiteral: ("keys", .array(documents))).data)
    }

    private func verify(_ file: JSON, _ keys: [VerificationKey]? = nil) throws -> ProofVerification {
        let proof = try ExportedProof(parsing: file.data)
        return ProofVerifier(keys: try keys ?? self.keys(device.publicKey), now: now).verify(proof)
    }

    /// Why a file is refused that holds this signature, and else says what the signature says.
    private func problem(_ header: JSON? = nil, _ claims: JSON = SigningDevice.claims) throws -> String? {
        try verify(device.file(device.sign(header, claims), claims)).problem?.code
    }

    @Test func `what a device has signed is verified, and told`() throws {
        let found = try verify(device.file(device.sign()))
        #expect(found.isVerified && found.device == device.id && found.revokedAt == nil)
        let claims = try #require(found.claims)
        #expect(claims.document == SigningDevice.claims)
        #expect(claims.terms.amount.description == "35.50 USD" && claims.decision == .pay)
    }

    @Test func `a header is the decision's own, each member once and no other`() throws {
        let header = device.header
        #expect(try problem(header.setting("alg", "HS256")) == "wrong_algorithm")
        #expect(try problem(header.setting("alg", "none")) == "wrong_algorithm")
        #expect(try problem(header.setting("alg", "es256")) == "wrong_algorithm")
        #expect(try problem(header.setting("typ", "JWT")) == "earlier_version")
        #expect(try problem(header.setting("typ", "dpop+jwt")) == "wrong_type")
        #expect(try problem(header.setting("typ", "FEX-DECISION+JWT")) == "wrong_type")
        #expect(try problem(header.adding("jwk", device.publicKey)) == "wrong_header")
        #expect(try problem(header.adding("crit", ["b64"])) == "wrong_header")
        #expect(try problem(header.adding("kid", .string(device.id.rawValue))) == "repeated_member")
        #expect(try problem(header.adding("alg", "ES256")) == "repeated_member")
        #expect(try problem(["alg": "ES256", "typ": "fex-decision+jwt"]) == "wrong_header")
        #expect(try problem(header.setting("kid", "dev_2")) == "unknown_key")
    }

    @Test func `claims are the decision's own, each once and no other`() throws {
        let claims = SigningDevice.claims
        for name in claims.objectValue?.members.map(\.name) ?? [] {
            #expect(try problem(nil, claims.adding(name, claims[name]!)) == "repeated_member", "\(name)")
            // A file that lacks the member is none; one that has it says something else.
            let without = JSON.object(JSONObject(claims.objectValue!.members.filter { $0.name != name }))
            #expect(try verify(device.file(device.sign(nil, without))).problem?.code == "wrong_claim", "\(name)")
        }
        #expect(try problem(nil, claims.adding("exp", 1_767_268_900)) == "wrong_claim")
        for amount in ["35.5", "+35.50", "3550e-2", "035.50", " 35.50"] {
            #expect(try problem(nil, claims.setting("amount", .string(amount))) == "wrong_claim", "\(amount)")
        }
        #expect(try problem(nil, claims.setting("decision", "refund")) == "wrong_claim")
        #expect(try problem(nil, claims.setting("iat", "1767268800")) == "wrong_claim")
        #expect(try problem(nil, claims.setting("iat", .number("1767268800.5"))) == "wrong_claim")
        #expect(try problem(nil, claims.setting("iat", 1_767_268_862)) == "from_the_future")
        #expect(try problem(nil, claims.setting("iat", 1_767_265_200)) == "differs", "another time than the file's")
    }

    @Test func `of the two forms of a signature one counts`() throws {
        let high = try device.sign(highS: true)
        // It is a signature: anybody can make it of the other.
        #expect(CompactSignature(high)?.isMade(by: device.key.publicKey.rawRepresentation) == true)
        #expect(try verify(device.file(high)).problem?.code == "high_s")
    }

    @Test func `another key is told, also one that stands in the file or signs by a name that is not its own`() throws {
        let thief = SigningDevice("dev_1")
        let file = try thief.file(thief.sign())
        #expect(try verify(file).problem?.code == "wrong_signature")
        let other = SigningDevice("dev_2")
        #expect(try verify(other.file(other.sign())).problem?.code == "unknown_key")
        // A key of another device of the wallet's does not sign for this one.
        let both = try keys(device.publicKey, other.publicKey)
        let borrowed = try other.file(other.sign(device.header)).setting("device_id", "dev_1")
        #expect(try verify(borrowed, both).problem?.code == "wrong_signature")
        // The file means another key than the one that signed.
        let mixed = try device.file(device.sign()).setting("public_key", thief.publicKey)
        #expect(try verify(mixed).problem?.code == "differs")
    }

    @Test func `a key that was revoked verifies, and is marked`() throws {
        let revoked = device.publicKey.adding("revoked_at", "2026-01-02T00:00:00Z")
        let found = try verify(device.file(device.sign()), keys(revoked))
        #expect(found.isVerified && found.revokedAt == Timestamp("2026-01-02T00:00:00Z"))
    }

    @Test func `no byte of a proof can be another`() throws {
        let proof = Array(try device.sign().utf8)
        let keys = try keys(device.publicKey)
        for index in proof.indices {
            var altered = proof
            altered[index] = altered[index] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
            let file = device.file(String(decoding: altered, as: UTF8.self))
            #expect(try !verify(file, keys).isVerified, "byte \(index)")
        }
    }

    @Test func `nothing that a file says beside its signature can be another`() throws {
        let file = try device.file(device.sign())
        for member in try #require(file.objectValue).members where member.name != "public_key" {
            let text = try #require(member.value.stringValue)
            for altered in ["", text + "0", String(text.dropLast()), text.uppercased() + "x"] {
                let found = try? verify(file.setting(member.name, .string(altered)))
                #expect(found?.isVerified != true, "\(member.name): \(altered)")
            }
        }
        for name in ["x", "y", "kid", "crv"] {
            let key = device.publicKey.setting(name, "AAAA")
            #expect(try verify(file.setting("public_key", key)).problem?.code == "differs")
        }
        let body = try JSON(parsing: file["body"]!.stringValue!)
        for altered in [body.adding("amount", "1.00"), body.adding("x", "y"), body.adding("reason", 7), .null] {
            #expect(try verify(file.setting("body", .string(altered.text))).problem?.code == "differs")
        }
        let withReason = file.setting("body", .string(body.adding("reason", "not mine").text))
        #expect(try verify(withReason).isVerified, "a reason is for the merchant, and not signed")
    }

    @Test(arguments: ["", "{}", "[]", "null", #"{"proof":"a.b.c"}"#, "\u{FEFF}{}", "not JSON"])
    func `what is no exported proof is refused`(text: String) {
        #expect(throws: ProofError.notADocument) { try ExportedProof(parsing: Data(text.utf8)) }
    }

    @Test func `a file with a member more, or twice, is refused`() throws {
        let file = try device.file(device.sign())
        for name in ["proof", "amount", "note"] {
            #expect(throws: ProofError.notADocument) { try ExportedProof(parsing: file.adding(name, "x").data) }
        }
        let long = file.setting("intent", .string(String(repeating: "x", count: ExportedProof.longest)))
        #expect(throws: ProofError.notADocument) { try ExportedProof(parsing: long.data) }
    }

    @Test func `keys of a set are those of this kind that name their device`() throws {
        let key = device.publicKey
        let others: [JSON] = [
            key.setting("kty", "RSA"), key.setting("crv", "P-384"), key.setting("kid", .null), key.setting("x", "AAAA"),
            key.adding("d", "AAAA"), key.adding("x", key["x"]!), key.setting("y", key["x"]!), "text", .null,
        ]
        for other in others {
            #expect(throws: ProofError.notAKeySet, "\(other)") { try keys(other) }
            #expect(try keys(other, key).map(\.device) == [device.id])
        }
        for text in ["", "[]", "{}", #"{"keys":{}}"#, #"{"keys":[]}"#] {
            #expect(throws: ProofError.notAKeySet) { try [VerificationKey](keySet: Data(text.utf8)) }
        }
    }

    @Test func `a key's name is the one of RFC 7638`() throws {
        // Digested by another library: `joserfc`, ECKey.thumbprint().
        let key: JSON = [
            "kty": "EC", "crv": "P-256", "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
            "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0", "kid": "dev_1",
        ]
        #expect(try keys(key).map(\.thumbprint) == ["oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U"])
    }
}
