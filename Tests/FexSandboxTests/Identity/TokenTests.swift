import FexSandbox
import FexValues
import Foundation
import Synchronization
import Testing

@Suite struct TokenTests {
    private func passwordForm(_ client: SandboxClient) -> [String: String] {
        let person = client.ready.wallets[0]
        return [
            "grant_type": "password", "client_id": "wallet", "username": person["username"]?.stringValue ?? "",
            "password": person["password"]?.stringValue ?? "",
        ]
    }

    @Test(arguments: [7, 8, nil] as [UInt64?])
    func `a sandbox with a seed signs with the test key, and one without with its own`(seed: UInt64?) async throws {
        var configuration = SandboxConfiguration()
        configuration.seed = seed
        let test = try SigningKey.test.get().id
        try await Sandbox.withRunning(configuration) { sandbox in
            let client = SandboxClient(sandbox.ready)
            let keys = try await client.get(
                client.ready.auth + "/realms/payment-platform/protocol/openid-connect/certs"
            ).json["keys"]
            #expect((keys?[0]?["kid"]?.stringValue == test) == (seed != nil))
            let token = try await client.merchantToken()
            #expect(try await client.get("/merchant/api/v1/payment-intents", token: token).status == 200)
        }
    }

    @Test func `a person logs in and reads their wallet`() async throws {
        try await SandboxWorld.run { world in
            let answer = try await world.client.token(passwordForm(world.client))
            #expect(answer.status == 200)
            #expect(answer["expires_in"] == 300)
            #expect(answer["token_type"] == "Bearer")
            #expect(answer["refresh_expires_in"] != nil)
            let wallet = try await world.client.get(
                "/wallet/api/v1/wallet", token: answer["access_token"]?.stringValue)
            #expect(wallet["wallet"]?["balance"] == "1000.00")
            #expect(wallet["wallet"]?["wallet_id"] == world.client.ready.wallets[0]["wallet_id"])
            #expect(wallet.headers["date"] == "Thu, 01 Jan 2026 00:00:00 GMT")
        }
    }

    private func refresh(_ token: JSON?, _ client: SandboxClient) async throws -> SandboxClient.Answer {
        try await client.token([
            "grant_type": "refresh_token", "client_id": "wallet", "refresh_token": token?.stringValue ?? "",
        ])
    }

    @Test func `a renewal whose answer was lost is answered again for a minute, the same`() async throws {
        try await SandboxWorld.run { world in
            let login = try await world.client.token(passwordForm(world.client))["refresh_token"]
            let first = try await refresh(login, world.client)
            #expect(first.status == 200 && first["refresh_token"] != login)
            #expect(try await refresh(login, world.client).json == first.json)
            try await world.sandbox.advanceClock(seconds: 59)
            #expect(try await refresh(login, world.client).json == first.json)
            // What came again is as good as what came first, and the login goes on.
            #expect(try await refresh(first["refresh_token"], world.client).status == 200)
        }
    }

    @Test func `of renewals at once all get the same answer`() async throws {
        try await SandboxWorld.run { world in
            let login = try await world.client.token(passwordForm(world.client))["refresh_token"]
            let answers = try await withThrowingTaskGroup { group in
                for _ in 0..<8 { group.addTask { try await refresh(login, world.client).json } }
                return try await group.reduce(into: Set<JSON>()) { $0.insert($1) }
            }
            #expect(answers.count == 1)
            #expect(try await refresh(answers.first?["refresh_token"], world.client).status == 200)
        }
    }

    @Test func `a restart does not lose the answer to a renewal`() async throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "fex-state-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: directory) }
        let renewal = Mutex<(token: JSON?, answer: JSON)>((nil, .null))
        try await SandboxWorld.run({ $0.stateDirectory = directory }) { world in
            let login = try await world.client.token(passwordForm(world.client))["refresh_token"]
            let first = try await refresh(login, world.client).json
            renewal.withLock { $0 = (login, first) }
        }
        try await SandboxWorld.run({ $0.stateDirectory = directory }) { world in
            let earlier = renewal.withLock { $0 }
            let again = try await refresh(earlier.token, world.client)
            #expect(again.status == 200 && again.json == earlier.answer)
        }
    }

    @Test func `a wallet that was closed renews nothing, not even by an answer of a moment ago`() async throws {
        try await SandboxWorld.run { world in
            let login = try await world.client.token(passwordForm(world.client))["refresh_token"]
            #expect(try await refresh(login, world.client).status == 200)
            try await world.sandbox.closeWallet(world.client.ready.wallets[0]["wallet_id"]?.stringValue ?? "")
            #expect(try await refresh(login, world.client).error == "invalid_grant")
        }
    }

    @Test func `a refresh token that comes back after its minute ends the whole login`() async throws {
        try await SandboxWorld.run { world in
            func refresh(_ token: String) async throws -> SandboxClient.Answer {
                try await self.refresh(.string(token), world.client)
            }
            let login = try await world.client.token(passwordForm(world.client))
            let first = login["refresh_token"]?.stringValue ?? ""
            let second = try await refresh(first)["refresh_token"]?.stringValue ?? ""
            #expect(!second.isEmpty && second != first)
            try await world.sandbox.advanceClock(seconds: 60)
            let reuse = try await refresh(first)
            #expect(reuse.status == 400 && reuse.error == "invalid_grant")
            let descendant = try await refresh(second)
            #expect(descendant.status == 400 && descendant.error == "invalid_grant")
            // Another login is another family.
            let other = try await world.client.token(passwordForm(world.client))
            #expect(try await refresh(other["refresh_token"]?.stringValue ?? "").status == 200)
        }
    }

    @Test func `an access token ends after 300 seconds of the sandbox's clock`() async throws {
        try await SandboxWorld.run { world in
            let path = "/merchant/api/v1/payment-intents"
            try await world.sandbox.advanceClock(seconds: 299)
            #expect(try await world.client.get(path, token: world.merchant).status == 200)
            try await world.sandbox.advanceClock(seconds: 1)
            let late = try await world.client.get(path, token: world.merchant)
            #expect(late.status == 401)
            #expect(late["success"] == false && late.error?.isEmpty == false)
        }
    }

    @Test(arguments: [
        (["grant_type": "client_credentials", "client_id": "nobody", "client_secret": "x"], 401, "invalid_client"),
        (["grant_type": "client_credentials"], 400, "invalid_request"),
        (
            ["grant_type": "password", "client_id": "wallet", "username": "alice", "password": "x"], 400,
            "invalid_grant"
        ),
        (["grant_type": "password", "client_id": "other", "username": "a", "password": "x"], 401, "invalid_client"),
        (["grant_type": "refresh_token", "client_id": "wallet", "refresh_token": "x"], 400, "invalid_grant"),
        (["grant_type": "implicit"], 400, "unsupported_grant_type"), ([:], 400, "invalid_request"),
    ])
    func `a bad request for a token is refused as OAuth has it`(
        form: [String: String], status: Int, error: String
    ) async throws {
        try await SandboxWorld.run { world in
            let answer = try await world.client.token(form)
            #expect(answer.status == status)
            #expect(answer.error == error)
        }
    }

    @Test func `everything about the realm is found through its configuration`() async throws {
        try await SandboxWorld.run { world in
            let issuer = world.client.ready.auth + "/realms/payment-platform"
            let found = try await world.client.get(issuer + "/.well-known/openid-configuration")
            #expect(found["issuer"] == .string(issuer))
            for name in ["authorization_endpoint", "token_endpoint", "device_authorization_endpoint", "jwks_uri"] {
                #expect(found[name]?.stringValue?.hasPrefix(issuer + "/") == true, "\(name)")
            }
            #expect(found["code_challenge_methods_supported"] == ["S256"])
            #expect(
                found["grant_types_supported"]?.arrayValue?.contains("urn:ietf:params:oauth:grant-type:device_code")
                    == true)
            let keys = try await world.client.get(found["jwks_uri"]?.stringValue ?? "")
            #expect(keys["keys"]?[0]?["alg"] == "RS256")
            #expect(keys["keys"]?[0]?["e"] == "AQAB")
            #expect(keys["keys"]?[0]?["n"]?.stringValue?.count == 342)
        }
    }

    @Test func `a token of the wrong kind, spoilt or missing is refused`() async throws {
        try await SandboxWorld.run { world in
            let wallet = try await TestWallet(world.client)
            let merchantPath = "/merchant/api/v1/payment-intents"
            #expect(try await world.client.get(merchantPath, token: wallet.token).status == 403)
            #expect(try await world.client.get("/wallet/api/v1/wallet", token: world.merchant).status == 403)
            #expect(try await world.client.get(merchantPath).status == 401)
            #expect(try await world.client.get(merchantPath, token: "x.y.z").status == 401)
            #expect(try await world.client.get(merchantPath, token: String(world.merchant.dropLast(8))).status == 401)
            let basic = try await world.client.get(merchantPath, headers: ["Authorization": "Basic abc"])
            #expect(basic.status == 401)
        }
    }
}
