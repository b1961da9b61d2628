import Crypto
import FexHTTP
import FexValues
import Foundation
import HTTPTypes
import Testing
import WalletTesting

@testable import WalletCore

/// How calls prove that they come from who has the key of their token (RFC 9449), request by request.
@Suite struct DPoPProofsTests {
    private static let api = "https://platform.test"
    private static let done = PlannedAnswer.json(["success": true])
    private static let algorithms: JSON = ["RS256", "ES256"]

    /// A proof that left, taken apart.
    private struct Proof {
        let header: JSON
        let claims: JSON
        let isSigned: Bool

        init(_ text: String?) throws {
            let parts = try #require(text).split(separator: ".").map(String.init)
            try #require(parts.count == 3)
            header = try JSON(parsing: try #require(Data(base64URL: parts[0])))
            claims = try JSON(parsing: try #require(Data(base64URL: parts[1])))
            let x = try #require(header["jwk"]?["x"]?.stringValue.flatMap { Data(base64URL: $0) })
            let y = try #require(header["jwk"]?["y"]?.stringValue.flatMap { Data(base64URL: $0) })
            let signature = try P256.Signing.ECDSASignature(
                rawRepresentation: try #require(Data(base64URL: parts[2])))
            isSigned = try P256.Signing.PublicKey(rawRepresentation: x + y)
                .isValidSignature(signature, for: Data("\(parts[0]).\(parts[1])".utf8))
        }
    }

    /// A client whose tokens are bound to a key.
    private func boundClient() async throws -> TestClient {
        let test = try TestClient()
        test.tokens.bind(to: try await test.dpop.keys.loadOrMake())
        return test
    }

    private func call(
        concernsMoney: Bool = false, mayLeave: @escaping @Sendable () -> Bool = { true }
    ) throws -> PlatformCall {
        var call = PlatformCall(method: .post, address: try #require(HTTPAddress("\(Self.api)/do?a=b")))
        call.body = Data("{}".utf8)
        call.concernsMoney = concernsMoney
        call.mayLeave = mayLeave
        return call
    }

    private func proofs(_ test: TestClient) throws -> [Proof] { try test.sent.map { try Proof($0.fields["dpop"]) } }

    /// A refusal of a proof by the API.
    private static func refusal(_ fault: String, nonce: String? = nil, date: String? = nil) -> PlannedAnswer {
        var fields: HTTPFields = [.wwwAuthenticate: "DPoP error=\"\(fault)\", algs=\"ES256\""]
        fields[HTTPField.Name("DPoP-Nonce")!] = nonce
        fields[.date] = date
        return .json(["success": false, "error": "not proven"], status: 401, fields)
    }

    // MARK: The proof

    @Test func `a call proves its method, its address without the query, its token and the server's time`() async throws
    {
        let test = try await boundClient()
        test.plan(Self.done, Self.done)
        test.time.observe(date: "Thu, 01 Jan 2026 18:00:00 GMT", sentAt: .zero)
        for _ in 0..<2 { _ = try await test.client.answer(to: call()) }
        #expect(test.sent.allSatisfy { $0.fields["authorization"] == "DPoP token_1" })
        let proofs = try proofs(test)
        let hash = Data(SHA256.hash(data: Data("token_1".utf8))).base64URL
        for proof in proofs {
            #expect(proof.isSigned && proof.header["typ"] == "dpop+jwt" && proof.header["alg"] == "ES256")
            #expect(proof.header["jwk"]?.objectValue?.members.map(\.name) == ["kty", "crv", "x", "y"])
            #expect(proof.claims["htm"] == "POST" && proof.claims["htu"] == .string("\(Self.api)/do"))
            #expect(proof.claims["ath"] == .string(hash) && proof.claims["nonce"] == nil)
            #expect(proof.claims["iat"] == 1_767_290_400, "six hours ahead of the device")
        }
        #expect(proofs[0].claims["jti"] != proofs[1].claims["jti"])
    }

    @Test func `who asks for tokens proves the key that they are to be bound to, and no token`() async throws {
        let test = try TestClient()
        test.plan(
            .json([
                "issuer": TokenCallsTests.issuer, "token_endpoint": "https://platform.test/token?realm=a",
                "dpop_signing_alg_values_supported": Self.algorithms,
            ]), .json(TokenCallsTests.tokens.setting("token_type", "DPoP")))
        let tokens = try await test.client.requestTokens(username: "alice", password: "right")
        let proof = try Proof(test.sent[1].fields["dpop"])
        #expect(proof.isSigned && proof.claims["htu"] == "https://platform.test/token" && proof.claims["ath"] == nil)
        #expect(tokens.scheme == .dpop)
        #expect(try await tokens.thumbprint == test.dpop.keys.loadOrMake().thumbprint)
        #expect(test.sent[0].fields["dpop"] == nil, "discovery needs no proof")
    }

    @Test(arguments: [("bearer", TokenScheme.bearer), ("BEARER", .bearer), ("dpop", .dpop)])
    func `the type of a token is told whatever the case of its letters`(type: String, scheme: TokenScheme) async throws
    {
        let test = try TestClient()
        let key = try await test.dpop.keys.loadOrMake()
        test.plan(TokenCallsTests.discovery, .json(TokenCallsTests.tokens.setting("token_type", .string(type))))
        #expect(try await test.client.renewTokens(refresh: "r", by: key).scheme == scheme)
    }

    @Test(arguments: ["mac", "", "DPoP ", "N_A", 7, ["DPoP"]] as [JSON], [true, false])
    func `a token of a type that was not asked for is none`(type: JSON, isProven: Bool) async throws {
        let test = try TestClient()
        let key = isProven ? try await test.dpop.keys.loadOrMake() : nil
        test.plan(TokenCallsTests.discovery, .json(TokenCallsTests.tokens.setting("token_type", type)))
        let error = await #expect(throws: PlatformError.self) {
            _ = try await test.client.renewTokens(refresh: "r", by: key)
        }
        #expect(error?.code == "not_the_platform")
    }

    @Test func `a token of a key is none where no key was proven`() async throws {
        let test = try TestClient()
        test.plan(TokenCallsTests.discovery, .json(TokenCallsTests.tokens.setting("token_type", "DPoP")))
        await #expect(throws: PlatformError.self) { _ = try await test.client.renewTokens(refresh: "r", by: nil) }
    }

    // MARK: Nonces

    @Test(arguments: [200, 404, 503])
    func `the nonce of any answer goes with the next proof to its origin, and with no other's`(status: Int) async throws
    {
        let test = try await boundClient()
        let nonce = HTTPField.Name("DPoP-Nonce")!
        test.plan(.json(["success": true], status: status, [nonce: "n-1"]), Self.done, Self.done)
        _ = try? await test.client.answer(to: call())
        _ = try await test.client.answer(to: call())
        var elsewhere = try call()
        elsewhere.address = try #require(HTTPAddress("https://other.test/do"))
        _ = try await test.client.answer(to: elsewhere)
        #expect(try proofs(test).map { $0.claims["nonce"] } == [nil, "n-1", nil])
    }

    @Test(arguments: ["", "a b", "a\"b", "a\\b", "n-1, n-2", String(repeating: "n", count: 1025), "ñ"])
    func `what is no nonce goes nowhere`(text: String) async throws {
        let test = try await boundClient()
        test.plan(.json(["success": true], [HTTPField.Name("DPoP-Nonce")!: text]), Self.done)
        for _ in 0..<2 { _ = try await test.client.answer(to: call()) }
        #expect(try proofs(test).map { $0.claims["nonce"] } == [nil, nil])
    }

    // MARK: Refusals

    @Test(arguments: [
        #"DPoP error="use_dpop_nonce", algs="ES256""#, #"dpop algs="ES256 PS256",error=use_dpop_nonce"#,
        #"Bearer realm="a, DPoP b", DPoP realm="c", error="use_dpop_nonce""#,
        #"Negotiate, DPoP error="use_dpop_nonce""#,
    ])
    func `a nonce that is asked for goes with the same call, once more`(challenge: String) async throws {
        let test = try await boundClient()
        test.plan(
            .json(
                ["success": false, "error": "?"], status: 401,
                [.wwwAuthenticate: challenge, HTTPField.Name("DPoP-Nonce")!: "n-1"]), Self.done)
        _ = try await test.client.answer(to: call(concernsMoney: true))
        let proofs = try proofs(test)
        #expect(proofs.map { $0.claims["nonce"] } == [nil, "n-1"])
        #expect(proofs[0].claims["jti"] != proofs[1].claims["jti"])
        let sent = test.sent.map { request in
            var request = request
            request.fields["dpop"] = nil
            return request
        }
        #expect(sent[0] == sent[1], "nothing else is another")
        #expect(test.tokens.rejected.isEmpty, "the token was not refused")
    }

    @Test(arguments: [
        #"Bearer error="use_dpop_nonce""#, #"DPoP error_description="use_dpop_nonce""#, #"DPoP error="invalid_token""#,
        #"DPoP algs="ES256", Bearer error="use_dpop_nonce""#, #"Basic realm="DPoP error=use_dpop_nonce""#, "DPoP", "",
    ])
    func `another challenge refuses the token`(challenge: String) async throws {
        let test = try await boundClient()
        test.plan(
            .json(
                ["success": false, "error": "?"], status: 401,
                [.wwwAuthenticate: challenge, HTTPField.Name("DPoP-Nonce")!: "n-1"]), Self.done)
        _ = try await test.client.answer(to: call())
        #expect(test.tokens.rejected == ["token_1"])
    }

    @Test func `a proof that is refused is made anew by the time of the answer that refused it, whichever that is`()
        async throws
    {
        let test = try await boundClient()
        // Two answers have told another time: a single one is not enough to set it back.
        for second in ["00", "01"] { test.time.observe(date: "Thu, 01 Jan 2026 18:00:\(second) GMT", sentAt: .zero) }
        test.plan(Self.refusal("invalid_dpop_proof", date: "Thu, 01 Jan 2026 12:00:00 GMT"), Self.done)
        _ = try await test.client.answer(to: call())
        #expect(try proofs(test).map { $0.claims["iat"] } == [1_767_290_401, 1_767_268_800])
    }

    @Test(arguments: [true, false])
    func `each fault is mended once, and one who asks for a nonce for ever is not asked for ever`(concernsMoney: Bool)
        async throws
    {
        let test = try await boundClient()
        test.plan(
            Self.refusal("invalid_dpop_proof", date: "Thu, 01 Jan 2026 12:00:00 GMT"),
            Self.refusal("use_dpop_nonce", nonce: "n-1"), Self.refusal("use_dpop_nonce", nonce: "n-2"))
        let error = await #expect(throws: PlatformError.self) {
            _ = try await test.client.answer(to: call(concernsMoney: concernsMoney))
        }
        #expect(test.sent.count == 3 && test.tokens.rejected.isEmpty)
        #expect(error?.code == (concernsMoney ? "not_logged_in" : "platform_unavailable"))
    }

    @Test func `a nonce that is asked for and not given is not waited for`() async throws {
        let test = try await boundClient()
        test.plan(Self.refusal("use_dpop_nonce"))
        await #expect(throws: PlatformError.self) { _ = try await test.client.answer(to: call()) }
        #expect(test.sent.count == 1)
    }

    @Test func `a proof that is refused again may be of another key than the token's, so that is renewed once`()
        async throws
    {
        let test = try await boundClient()
        for _ in 0..<4 { test.plan(Self.refusal("invalid_dpop_proof")) }
        let error = await #expect(throws: PlatformError.self) { _ = try await test.client.answer(to: call()) }
        #expect(test.sent.count == 4 && test.tokens.rejected == ["token_1"])
        #expect(error?.code == "platform_unavailable")
    }

    @Test func `a bearer's call is made once, whatever is said of proofs`() async throws {
        let test = try TestClient()
        test.tokens.stick()
        test.plan(Self.refusal("use_dpop_nonce", nonce: "n-1"))
        await #expect(throws: PlatformError.self) { _ = try await test.client.answer(to: call()) }
        #expect(test.sent.count == 1 && test.sent[0].fields["dpop"] == nil)
    }

    @Test(arguments: ["use_dpop_nonce", "invalid_dpop_proof"], [true, false])
    func `a request about money that left stays one that left, though its repetition did not`(
        fault: String, mayHaveBeenSent: Bool
    ) async throws {
        let test = try await boundClient()
        let failure = PlannedAnswer.failure(.unreachable, mayHaveBeenSent: mayHaveBeenSent)
        test.tokens.stick()
        test.plan(Self.refusal(fault, nonce: "n-1"), failure)
        let error = await #expect(throws: PlatformError.self) {
            _ = try await test.client.answer(to: call(concernsMoney: true))
        }
        #expect(error?.refusal?.status == (mayHaveBeenSent ? nil : 401))
        #expect(mayHaveBeenSent == error?.outcomeIsUnknown, "what was answered is left to the judge")
        #expect(test.sent.count == 2)
    }

    @Test func `a repetition that would be too late is not made`() async throws {
        let test = try await boundClient()
        let transport = test.transport
        test.plan(Self.refusal("use_dpop_nonce", nonce: "n-1"))
        await #expect(throws: PlatformError.self) {
            _ = try await test.client.answer(to: call(concernsMoney: true, mayLeave: { transport.calls.isEmpty }))
        }
        #expect(test.sent.count == 1)
    }

    @Test(arguments: ["use_dpop_nonce", "invalid_dpop_proof"])
    func `the provider's word on a proof ends no session, and is followed once`(fault: String) async throws {
        let test = try TestClient()
        let key = try await test.dpop.keys.loadOrMake()
        let refusal = PlannedAnswer.json(
            ["error": .string(fault)], status: 400,
            [HTTPField.Name("DPoP-Nonce")!: "n-1", .date: "Thu, 01 Jan 2026 18:00:00 GMT"])
        test.plan(TokenCallsTests.discovery, refusal, refusal)
        let error = await #expect(throws: OAuthRefusal.self) {
            _ = try await test.client.renewTokens(refresh: "r", by: key)
        }
        #expect(error?.code.rawValue == fault && error?.endsSession == false)
        let last = try Proof(test.sent.last?.fields["dpop"])
        #expect(test.sent.count == 3 && last.claims["nonce"] == "n-1" && last.claims["iat"] == 1_767_290_400)
    }
}
