import Crypto
import FexSandbox
import FexValues
import Foundation
import Testing

/// Only who has a key, and has just logged in, adds it to a wallet.
@Suite struct EnrolmentTests {
    /// A request to add a new key to a wallet, in a session that has just begun.
    private func enrolment(_ world: SandboxWorld) async throws -> TestEnrolment {
        let token = try await TestWallet.logIn(world.client)["access_token"]?.stringValue ?? ""
        return try await TestEnrolment(
            of: P256.Signing.PrivateKey(), wallet: world.client.ready.wallets[0]["wallet_id"]?.stringValue ?? "",
            token: token, client: world.client)
    }

    @Test func `a nonce is told with its end, and is another each time`() async throws {
        try await SandboxWorld.run { world in
            let wallet = try await TestWallet(world.client)
            func ask() async throws -> SandboxClient.Answer {
                try await world.client.call("POST", "/wallet/api/v1/devices/challenge", token: wallet.token)
            }
            let (first, second) = (try await ask(), try await ask())
            #expect(first.status == 201 && first["success"] == true)
            #expect(first["expires_at"] == "2026-01-01T00:05:00.000Z")
            #expect((first["nonce"]?.stringValue?.utf8.count ?? 0) >= 32 && first["nonce"] != second["nonce"])
            #expect(try await world.client.call("POST", "/wallet/api/v1/devices/challenge").status == 401)
        }
    }

    /// What is wrong with a proof.
    enum Flaw: CaseIterable, Sendable {
        case audience, wallet, nonce, noNonce, early, late, noTime, signer, highS, algorithm, decisionType, longType
        case typeTwice, algorithmTwice, critical, claimTwice, notJWS
    }

    @Test(arguments: Flaw.allCases)
    func `a key that is not proven is refused, and the nonce is good still`(flaw: Flaw) async throws {
        try await SandboxWorld.run { world in
            let honest = try await enrolment(world)
            var spoilt = honest
            spoil(&spoilt, flaw)
            var body = try spoilt.body()
            if flaw == .notJWS { body["proof"] = "x.y" }
            let answer = try await world.client.post(
                "/wallet/api/v1/devices", token: honest.token, .object(body))
            #expect(answer.status == 422 && answer.code == "proof_invalid")
            #expect(try await honest.send().status == 201)
        }
    }

    private func spoil(_ request: inout TestEnrolment, _ flaw: Flaw) {
        switch flaw {
        case .audience: request.claims["aud"] = "https://elsewhere.example"
        case .wallet: request.claims["wallet"] = "another"
        case .nonce: request.claims["nonce"] = .string(String(repeating: "0", count: 64))
        case .noNonce: request.claims["nonce"] = nil
        case .early: request.claims["iat"] = .integer(SandboxClock.virtualEpoch.seconds - 61)
        case .late: request.claims["iat"] = .integer(SandboxClock.virtualEpoch.seconds + 301)
        case .noTime: request.claims["iat"] = nil
        case .signer: request.signer = P256.Signing.PrivateKey()
        case .highS: request.hasHighS = true
        case .algorithm: request.header = ["alg": "none"]
        case .decisionType: request.header = ["alg": "ES256", "typ": "fex-decision+jwt"]
        case .longType: request.header = ["alg": "ES256", "typ": "application/FEX-decision+jwt"]
        case .typeTwice: request.header = ["alg": "ES256", "typ": "a", "typ": "b"]
        case .algorithmTwice: request.header = ["alg": "ES256", "alg": "ES256"]
        case .critical: request.header = ["alg": "ES256", "crit": ["exp"], "exp": 1]
        case .claimTwice: request.claims.members.append(.init("aud", request.claims["aud"] ?? .null))
        case .notJWS: break
        }
    }

    @Test(
        arguments: [["alg": "ES256"], ["alg": "ES256", "typ": "JWT"], ["alg": "ES256", "typ": "x", "kid": "y"]]
            as [JSON])
    func `the proof of a key may have any header but that of a decision`(header: JSON) async throws {
        try await SandboxWorld.run { world in
            var request = try await enrolment(world)
            request.header = header
            #expect(try await request.send().status == 201)
        }
    }

    @Test func `a nonce is good for once, in its own session, for five minutes`() async throws {
        try await SandboxWorld.run { world in
            let request = try await enrolment(world)
            #expect(try await request.send().status == 201)
            #expect(try await request.send().code == "proof_invalid")

            var elsewhere = try await enrolment(world)
            let own = elsewhere.token
            elsewhere.token = try await TestWallet.logIn(world.client)["access_token"]?.stringValue ?? ""
            #expect(try await elsewhere.send().code == "proof_invalid")
            elsewhere.token = own
            #expect(try await elsewhere.send().status == 201)

            let (inTime, late) = (try await enrolment(world), try await enrolment(world))
            try await world.sandbox.advanceClock(seconds: 299)
            #expect(try await inTime.send().status == 201)
            try await world.sandbox.advanceClock(seconds: 1)
            let renewed = try await TestWallet.logIn(world.client)
            #expect(renewed.status == 200)
            var stale = late
            stale.token = renewed["access_token"]?.stringValue ?? ""
            #expect(try await stale.send().code == "proof_invalid")
        }
    }

    @Test func `a login adds devices for five minutes, however fresh its tokens are`() async throws {
        try await SandboxWorld.run { world in
            let login = try await TestWallet.logIn(world.client)
            let id = world.client.ready.wallets[0]["wallet_id"]?.stringValue ?? ""
            func renewed(_ tokens: SandboxClient.Answer) async throws -> SandboxClient.Answer {
                try await world.client.token([
                    "grant_type": "refresh_token", "client_id": "wallet",
                    "refresh_token": tokens["refresh_token"]?.stringValue ?? "",
                ])
            }
            func add(_ tokens: SandboxClient.Answer) async throws -> SandboxClient.Answer {
                try await TestEnrolment(
                    of: P256.Signing.PrivateKey(), wallet: id, token: tokens["access_token"]?.stringValue ?? "",
                    client: world.client
                ).send()
            }
            try await world.sandbox.advanceClock(seconds: 200)
            let second = try await renewed(login)
            try await world.sandbox.advanceClock(seconds: 100)
            #expect(try await add(second).status == 201)
            try await world.sandbox.advanceClock(seconds: 1)
            let third = try await renewed(second)
            let refused = try await add(third)
            #expect(refused.status == 403 && refused.code == "login_too_old")
            #expect(try await add(TestWallet.logIn(world.client)).status == 201)
        }
    }

    @Test(arguments: ["public_key", "name", "proof"])
    func `a request with a member missing or of the wrong type is a 400`(name: String) async throws {
        try await SandboxWorld.run { world in
            let request = try await enrolment(world)
            for wrong in [nil, 7, [], true, ""] as [JSON?] {
                var body = try request.body()
                body[name] = wrong
                let answer = try await world.client.post("/wallet/api/v1/devices", token: request.token, .object(body))
                #expect(answer.status == 400)
            }
        }
    }

    @Test func `a session asks for no more nonces than it needs`() async throws {
        try await SandboxWorld.run { world in
            let first = try await enrolment(world)
            for _ in 0..<16 {
                _ = try await world.client.call("POST", "/wallet/api/v1/devices/challenge", token: first.token)
            }
            #expect(try await first.send().code == "proof_invalid")
        }
    }
}
