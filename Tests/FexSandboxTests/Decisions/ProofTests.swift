import Crypto
import FexSandbox
import FexValues
import Foundation
import Testing

/// What a proof has to look like, beside what it has to say.
@Suite struct ProofTests {
    private func approve(
        _ world: SandboxWorld, at moment: Timestamp? = nil, hasHighS: Bool = false,
        _ spoil: (inout TestDecision) -> Void = { _ in }
    ) async throws -> SandboxClient.Answer {
        let wallet = try await TestWallet(world.client)
        var decision = TestDecision("approve", on: try await world.aimedIntent(at: wallet), by: wallet, at: moment)
        spoil(&decision)
        return try await decision.send(by: wallet, body: decision.signedBody(by: wallet.key, hasHighS: hasHighS))
    }

    /// Headers in which `K` stands for the device's id.
    static let headers: [JSON] = [
        ["alg": "ES256"], ["alg": "ES256", "typ": "fex-decision+jwt"], ["alg": "ES256", "kid": "K"],
        ["typ": "fex-decision+jwt", "kid": "K"], ["alg": "ES256", "typ": "JWT", "kid": "K"],
        ["alg": "ES256", "typ": "fex-device+jwt", "kid": "K"], ["alg": "ES256", "typ": "FEX-DECISION+JWT", "kid": "K"],
        ["alg": "ES384", "typ": "fex-decision+jwt", "kid": "K"],
        ["alg": "none", "typ": "fex-decision+jwt", "kid": "K"],
        ["alg": "ES256", "typ": "fex-decision+jwt", "kid": "another"],
        ["alg": "ES256", "typ": "fex-decision+jwt", "kid": 7],
        ["alg": "ES256", "typ": "fex-decision+jwt", "kid": "K", "crit": []],
        ["alg": "ES256", "typ": "fex-decision+jwt", "kid": "K", "jwk": [:]],
        ["alg": "ES256", "typ": "fex-decision+jwt", "kid": "K", "x": "y"],
        ["alg": "ES256", "alg": "ES256", "typ": "fex-decision+jwt", "kid": "K"],
        ["alg": "none", "alg": "ES256", "typ": "fex-decision+jwt", "kid": "K"],
        ["alg": "ES256", "typ": "fex-decision+jwt", "typ": "JWT", "kid": "K"],
        ["alg": "ES256", "typ": "fex-decision+jwt", "kid": "K", "kid": "K"], [],
    ]

    @Test(arguments: ProofTests.headers)
    func `another header than the one of decisions is no proof`(header: JSON) async throws {
        try await SandboxWorld.run { world in
            let answer = try await approve(world) { decision in
                let device = decision.body["device_id"] ?? .null
                let members = (header.objectValue ?? JSONObject()).members.map { member in
                    JSONObject.Member(member.name, member.value == "K" ? device : member.value)
                }
                decision.header = header.objectValue == nil ? header : .object(JSONObject(members))
            }
            #expect(answer.status == 422 && answer.code == "proof_invalid")
        }
    }

    @Test(arguments: ["intent", "wallet", "decision", "amount", "currency", "merchant", "iat", "jti", "other"])
    func `a claim that is there twice is no proof, even where both say the same`(name: String) async throws {
        try await SandboxWorld.run { world in
            let answer = try await approve(world) { decision in
                let value = decision.claims[name] ?? "value"
                decision.claims.members.append(.init(name, value))
                if name == "other" { decision.claims.members.append(.init(name, value)) }
            }
            #expect(answer.status == 422 && answer.code == "proof_invalid")
        }
    }

    @Test func `the form of a signature with a high s is no proof, and the one with a low s is`() async throws {
        try await SandboxWorld.run { world in
            let high = try await approve(world, hasHighS: true)
            #expect(high.status == 422 && high.code == "proof_invalid")
            #expect(try await approve(world).status == 200)
        }
    }

    /// The clock stands at the moment at which the intent is made.
    @Test(arguments: [(-61, 422), (-60, 200), (0, 200), (60, 200), (61, 422)] as [(Int64, Int)])
    func `a proof is from the time between its intent and now, give or take a minute`(
        seconds: Int64, status: Int
    ) async throws {
        try await SandboxWorld.run { world in
            try await world.sandbox.advanceClock(seconds: 120)
            let answer = try await approve(world, at: world.sandbox.now.adding(seconds: seconds))
            #expect(answer.status == status && (status == 200 || answer.code == "proof_invalid"))
        }
    }

    @Test func `a decision that was made in time is taken though it comes late`() async throws {
        try await SandboxWorld.run { world in
            let wallet = try await TestWallet(world.client)
            let decision = TestDecision("approve", on: try await world.aimedIntent(at: wallet), by: wallet)
            try await world.sandbox.advanceClock(seconds: 290)
            #expect(try await decision.send(by: wallet).status == 200)
        }
    }

    @Test func `no proof survives the change of a single character`() async throws {
        try await SandboxWorld.run { world in
            let wallet = try await TestWallet(world.client)
            let intent = try await world.aimedIntent(at: wallet)
            func send(alteredAt place: Int?) async throws -> SandboxClient.Answer {
                // Each attempt has a key of its own: a refusal stands for its key.
                let decision = TestDecision("approve", on: intent, by: wallet)
                var body = try JSON(parsing: decision.signedBody(by: wallet.key)).objectValue ?? JSONObject()
                var proof = Array(body["proof"]?.stringValue ?? "")
                if let place { proof[place] = proof[place] == "A" ? "B" : "A" }
                body["proof"] = .string(String(proof))
                return try await decision.send(by: wallet, body: JSON.object(body).data)
            }
            let decision = TestDecision("approve", on: intent, by: wallet)
            let proof = try JSON(parsing: decision.signedBody(by: wallet.key))["proof"]?.stringValue ?? ""
            // Each part's first and last characters, and some between.
            let dots = proof.utf8.enumerated().filter { $0.element == UInt8(ascii: ".") }.map(\.offset)
            let places = dots.flatMap { [$0 - 1, $0, $0 + 1] } + stride(from: 0, to: proof.utf8.count, by: 29)
            for place in places + [proof.utf8.count - 1] {
                let answer = try await send(alteredAt: place)
                #expect(answer.status == 422 && answer.code == "proof_invalid", "\(place)")
            }
            #expect(try await send(alteredAt: nil).status == 200)
        }
    }
}
