import FexSandbox
import Testing
import WalletCore

@Suite struct SeededKeyTests {
    private func keySet(seed: UInt64) async throws -> JSON {
        var configuration = SandboxConfiguration()
        configuration.seed = seed
        return try await Sandbox.withRunning(configuration) { sandbox in
            let client = SandboxClient(sandbox.ready)
            let token = try await client.merchantToken()
            #expect(try await client.get("/merchant/api/v1/payment-intents", token: token).status == 200)
            return try await client.get(client.ready.auth + "/realms/payment-platform/protocol/openid-connect/certs")
                .json
        }
    }

    @Test func `equal seeds give equal signing keys, others give others`() async throws {
        let first = try await keySet(seed: 7)
        #expect(first["keys"]?[0]?["n"]?.stringValue?.count == 342)
        #expect(try await keySet(seed: 7) == first)
        #expect(try await keySet(seed: 8) != first)
    }
}
