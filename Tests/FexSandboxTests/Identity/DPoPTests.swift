import Crypto
import FexSandbox
import FexValues
import Foundation
import Testing

/// Tokens that are good for nothing without a key (RFC 9449).
@Suite struct DPoPTests {
    private let key = P256.Signing.PrivateKey()

    private static let wallet = "/wallet/api/v1/wallet"

    private func tokenAddress(_ world: SandboxWorld) -> String {
        world.client.ready.auth + "/realms/payment-platform/protocol/openid-connect/token"
    }

    /// A proof as an honest client makes it, but for what a test changes.
    private func proof(
        _ method: String, _ address: String, token: String? = nil, by signer: P256.Signing.PrivateKey? = nil,
        showing shown: P256.Signing.PrivateKey? = nil, type: JSON = "dpop+jwt", _ changes: [String: JSON?] = [:]
    ) throws -> String {
        var claims = JSONObject([
            .init("jti", .string(UUID().uuidString)), .init("htm", .string(method)), .init("htu", .string(address)),
            .init("iat", .integer(SandboxClock.virtualEpoch.seconds)),
        ])
        if let token { claims["ath"] = .string(Data(SHA256.hash(data: Data(token.utf8))).base64URL) }
        for (name, value) in changes { claims[name] = value }
        let header: JSON = [
            "typ": type, "alg": "ES256", "jwk": TestWallet.jwk(of: (shown ?? signer ?? key).publicKey),
        ]
        return try TestSignature.jws(header: header, claims: .object(claims), by: signer ?? key)
    }

    private func logIn(_ world: SandboxWorld, proof: String?) async throws -> SandboxClient.Answer {
        let person = world.client.ready.wallets[0]
        return try await world.client.token(
            [
                "grant_type": "password", "client_id": "wallet", "username": person["username"]?.stringValue ?? "",
                "password": person["password"]?.stringValue ?? "",
            ], headers: proof.map { ["DPoP": $0] } ?? [:])
    }

    private func renew(
        _ tokens: SandboxClient.Answer, _ world: SandboxWorld, proof: String?
    ) async throws -> SandboxClient.Answer {
        try await world.client.token(
            [
                "grant_type": "refresh_token", "client_id": "wallet",
                "refresh_token": tokens["refresh_token"]?.stringValue ?? "",
            ], headers: proof.map { ["DPoP": $0] } ?? [:])
    }

    private func read(
        _ world: SandboxWorld, _ scheme: String, _ token: String, proof: String?
    ) async throws -> SandboxClient.Answer {
        var headers = ["Authorization": "\(scheme) \(token)"]
        headers["DPoP"] = proof
        return try await world.client.get(DPoPTests.wallet, headers: headers)
    }

    @Test func `a bound token reads with a proof of its key, and each proof once`() async throws {
        try await SandboxWorld.run { world in
            let tokens = try await logIn(world, proof: proof("POST", tokenAddress(world)))
            #expect(tokens.status == 200 && tokens["token_type"] == "DPoP")
            let token = tokens["access_token"]?.stringValue ?? ""
            let address = world.client.ready.api + DPoPTests.wallet
            let good = try proof("GET", address, token: token)
            #expect(try await read(world, "DPoP", token, proof: good).status == 200)
            let again = try await read(world, "DPoP", token, proof: good)
            #expect(again.status == 401)
            #expect(again.headers["www-authenticate"]?.contains("DPoP") == true)
            #expect(again.headers["www-authenticate"]?.contains("invalid_dpop_proof") == true)
            #expect(try await read(world, "DPoP", token, proof: nil).status == 401)
            #expect(try await read(world, "Bearer", token, proof: nil).status == 401)
            #expect(try await read(world, "Bearer", token, proof: proof("GET", address, token: token)).status == 401)
        }
    }

    @Test func `a proof that is not of this call, this token, this key and now is refused`() async throws {
        try await SandboxWorld.run { world in
            let tokens = try await logIn(world, proof: proof("POST", tokenAddress(world)))
            let token = tokens["access_token"]?.stringValue ?? ""
            let address = world.client.ready.api + DPoPTests.wallet
            let now = SandboxClock.virtualEpoch.seconds
            let other = P256.Signing.PrivateKey()
            for wrong in [
                try proof("POST", address, token: token), try proof("GET", address + "s", token: token),
                try proof("GET", "https://elsewhere.invalid" + DPoPTests.wallet, token: token),
                try proof("GET", address, token: "another"), try proof("GET", address),
                try proof("GET", address, token: token, by: other),
                try proof("GET", address, token: token, by: other, showing: key),
                try proof("GET", address, token: token, type: "JWT"),
                try proof("GET", address, token: token, ["iat": .integer(now - 61)]),
                try proof("GET", address, token: token, ["iat": .integer(now + 61)]),
                try proof("GET", address, token: token, ["jti": nil]), "x.y.z",
            ] {
                #expect(try await read(world, "DPoP", token, proof: wrong).status == 401)
            }
            let query = try proof("GET", address + "?a=b", token: token)
            #expect(try await read(world, "DPoP", token, proof: query).status == 200)
        }
    }

    @Test(arguments: [
        ("http://127.0.0.1:1", 200), ("http://127.0.0.2:9", 200), ("http://[::1]:8", 200), ("http://localhost:7", 200),
        ("https://127.0.0.1", 200), ("http://127.0.0.1.invalid", 401), ("http://localhost.invalid", 401),
        ("http://192.0.2.1", 401), ("http://127.0.0.1@192.0.2.1", 401),
    ])
    func `a proof may name any address of this machine, since tests put proxies before a sandbox, and no other`(
        origin: String, status: Int
    ) async throws {
        try await SandboxWorld.run { world in
            let path = "/auth/realms/payment-platform/protocol/openid-connect/token"
            let tokens = try await logIn(world, proof: proof("POST", origin + path))
            #expect((tokens.status == 200) == (status == 200))
            let known = try await logIn(world, proof: proof("POST", tokenAddress(world)))
            let token = known["access_token"]?.stringValue ?? ""
            let good = try proof("GET", origin + DPoPTests.wallet, token: token)
            #expect(try await read(world, "DPoP", token, proof: good).status == status)
        }
    }

    @Test func `what is said of a proof ends no session, however often a thief tries`() async throws {
        try await SandboxWorld.run { world in
            let address = tokenAddress(world)
            let first = try await logIn(world, proof: proof("POST", address))
            let second = try await renew(first, world, proof: proof("POST", address))
            try await world.sandbox.advanceClock(seconds: 120)
            // Even of a token that was used long ago, which would end the session in the hands of who has the key.
            for tokens in [first, second] {
                for wrong in [nil, try proof("POST", address, by: P256.Signing.PrivateKey()), "x"] {
                    let refused = try await renew(tokens, world, proof: wrong)
                    #expect(refused.status == 400 && refused.error == "invalid_dpop_proof")
                }
            }
            let now = SandboxClock.virtualEpoch.seconds + 120
            let good = try proof("POST", address, ["iat": .integer(now)])
            #expect(try await renew(second, world, proof: good).status == 200)
        }
    }

    @Test func `a refresh token that is bound renews by its key alone, also what was rotated a moment ago`()
        async throws
    {
        try await SandboxWorld.run { world in
            let address = tokenAddress(world)
            let first = try await logIn(world, proof: proof("POST", address))
            let other = P256.Signing.PrivateKey()
            for wrong in [nil, try proof("POST", address, by: other)] {
                #expect(try await renew(first, world, proof: wrong).error == "invalid_dpop_proof")
            }
            let second = try await renew(first, world, proof: proof("POST", address))
            #expect(second.status == 200 && second["token_type"] == "DPoP")
            #expect(try await renew(first, world, proof: nil).error == "invalid_dpop_proof")
            #expect(try await renew(first, world, proof: proof("POST", address)).json == second.json)
            #expect(try await renew(second, world, proof: proof("POST", address)).status == 200)
        }
    }

    @Test func `without a proof tokens are a bearer's, and a bad proof gives none`() async throws {
        try await SandboxWorld.run { world in
            let tokens = try await logIn(world, proof: nil)
            let token = tokens["access_token"]?.stringValue ?? ""
            #expect(tokens["token_type"] == "Bearer")
            #expect(try await read(world, "Bearer", token, proof: nil).status == 200)
            let address = world.client.ready.api + DPoPTests.wallet
            #expect(try await read(world, "DPoP", token, proof: proof("GET", address, token: token)).status == 401)
            let used = try proof("POST", tokenAddress(world))
            #expect(try await logIn(world, proof: used).status == 200)
            for wrong in [used, try proof("GET", tokenAddress(world)), "x"] {
                let refused = try await logIn(world, proof: wrong)
                #expect(refused.status == 400 && refused.error == "invalid_dpop_proof")
            }
            let found = try await world.client.get(
                world.client.ready.auth + "/realms/payment-platform/.well-known/openid-configuration")
            #expect(found["dpop_signing_alg_values_supported"] == ["ES256"])
        }
    }
}
