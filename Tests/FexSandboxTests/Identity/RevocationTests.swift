import FexSandbox
import FexValues
import Foundation
import Testing

@Suite struct RevocationTests {
    private func revoke(_ form: String, _ client: SandboxClient) async throws -> SandboxClient.Answer {
        try await client.call(
            "POST", "\(client.ready.auth)/realms/payment-platform/protocol/openid-connect/revoke",
            body: Data(form.utf8), headers: ["Content-Type": "application/x-www-form-urlencoded"])
    }

    private func logIn(_ client: SandboxClient) async throws -> String {
        let person = client.ready.wallets[0]
        let answer = try await client.token([
            "grant_type": "password", "client_id": "wallet", "username": person["username"]?.stringValue ?? "",
            "password": person["password"]?.stringValue ?? "",
        ])
        return answer["refresh_token"]?.stringValue ?? ""
    }

    private func renew(_ token: String, _ client: SandboxClient) async throws -> SandboxClient.Answer {
        try await client.token(["grant_type": "refresh_token", "client_id": "wallet", "refresh_token": token])
    }

    @Test func `logging out ends the login, the answer of a moment ago too, and no other login`() async throws {
        try await SandboxWorld.run { world in
            let (first, other) = (try await logIn(world.client), try await logIn(world.client))
            let second = try await renew(first, world.client)["refresh_token"]?.stringValue ?? ""
            #expect(try await revoke("client_id=wallet&token=\(second)", world.client).status == 200)
            for token in [first, second] {
                #expect(try await renew(token, world.client).error == "invalid_grant")
            }
            #expect(try await renew(other, world.client).status == 200)
        }
    }

    @Test(arguments: ["access_token", "refresh_token"])
    func `logging out by either token ends both, and the access tokens of before`(kind: String) async throws {
        try await SandboxWorld.run { world in
            let first = try await TestWallet.logIn(world.client)
            let second = try await world.client.token([
                "grant_type": "refresh_token", "client_id": "wallet",
                "refresh_token": first["refresh_token"]?.stringValue ?? "",
            ])
            let other = try await TestWallet.logIn(world.client)
            let token = second[kind]?.stringValue ?? ""
            let hint = kind == "access_token" ? "refresh_token" : "access_token"
            #expect(
                try await revoke("client_id=wallet&token=\(token)&token_type_hint=\(hint)", world.client).status == 200)
            for (tokens, status) in [(first, 401), (second, 401), (other, 200)] {
                let read = try await world.client.get(
                    "/wallet/api/v1/wallet", token: tokens["access_token"]?.stringValue)
                #expect(read.status == status)
            }
            #expect(try await renew(second["refresh_token"]?.stringValue ?? "", world.client).error == "invalid_grant")
            #expect(try await renew(other["refresh_token"]?.stringValue ?? "", world.client).status == 200)
        }
    }

    @Test func `nobody logs a person out with a token that is no good`() async throws {
        try await SandboxWorld.run { world in
            let login = try await TestWallet.logIn(world.client)
            let token = login["access_token"]?.stringValue ?? ""
            let forged = String(token.dropLast(8)) + "AAAAAAAA"
            #expect(try await revoke("client_id=wallet&token=\(forged)", world.client).status == 200)
            let read = try await world.client.get("/wallet/api/v1/wallet", token: token)
            #expect(read.status == 200)
        }
    }

    @Test func `the claim auth_time tells when a person logged in, however often tokens are renewed`() async throws {
        try await SandboxWorld.run { world in
            var tokens = try await TestWallet.logIn(world.client)
            for _ in 0..<2 {
                try await world.sandbox.advanceClock(seconds: 100)
                tokens = try await world.client.token([
                    "grant_type": "refresh_token", "client_id": "wallet",
                    "refresh_token": tokens["refresh_token"]?.stringValue ?? "",
                ])
            }
            let payload = tokens["access_token"]?.stringValue?.split(separator: ".").dropFirst().first ?? ""
            let claims = try JSON(parsing: try #require(Data(base64URL: String(payload))))
            #expect(claims["auth_time"] == 1_767_225_600 && claims["iat"] == 1_767_225_800)
            #expect(claims["sid"]?.stringValue?.isEmpty == false)
        }
    }

    @Test(arguments: [
        ("client_id=wallet&token=none", 200), ("client_id=wallet", 400), ("token=none", 400),
        ("client_id=other&token=none", 401), ("client_id=wallet&token=none&token_type_hint=access_token", 200),
    ])
    func `what is no token is as good as revoked, what is no request is refused`(
        form: String, status: Int
    ) async throws {
        try await SandboxWorld.run { world in
            let answer = try await revoke(form, world.client)
            #expect(answer.status == status)
        }
    }

    @Test func `the realm's configuration tells where to log out`() async throws {
        try await SandboxWorld.run { world in
            let issuer = world.client.ready.auth + "/realms/payment-platform"
            let found = try await world.client.get(issuer + "/.well-known/openid-configuration")
            #expect(found["revocation_endpoint"] == .string(issuer + "/protocol/openid-connect/revoke"))
        }
    }
}
