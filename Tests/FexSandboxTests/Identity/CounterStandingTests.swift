import FexValues
import GRDB
import Testing

@testable import FexSandbox

@Suite struct CounterStandingTests {
    @Test func `a counter that is deactivated loses its token and its credentials at once`() async throws {
        try await SandboxWorld.run { world in
            let (first, second) = (
                world.client.ready.merchants[0]["counters"]?[0], world.client.ready.merchants[0]["counters"]?[1]
            )
            let (token, other) = (try await world.client.token(of: first), try await world.client.token(of: second))
            let path = "/merchant/api/v1/payment-intents"
            #expect(try await world.client.get(path, token: token).status == 200)
            let id = first?["id"]?.stringValue ?? ""
            try await world.sandbox.services.store.transaction { transaction in
                try transaction.run("UPDATE counters SET status = 'inactive' WHERE id = ?", [id])
            }
            let refused = try await world.client.get(path, token: token)
            #expect(refused.status == 401)
            #expect(refused["success"] == false && refused.error?.isEmpty == false)
            #expect(try await world.client.token(of: first).isEmpty)
            #expect(try await world.client.get(path, token: other).status == 200)
            #expect(try await world.client.get(path, token: world.merchant).status == 200)
        }
    }
}
