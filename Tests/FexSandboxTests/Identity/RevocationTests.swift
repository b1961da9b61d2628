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
