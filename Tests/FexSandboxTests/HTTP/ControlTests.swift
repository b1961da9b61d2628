import FexSandbox
import FexValues
import Foundation
import Testing

/// Who may call the routes that only tests call.
@Suite struct ControlTests {
    static let routes = [
        ("GET", "ledger", ""), ("GET", "decisions", ""), ("GET", "webhooks", ""),
        ("POST", "clock", #"{"advance_seconds":1}"#),
        ("PUT", "faults", "[]"), ("POST", "wallets", "{}"), ("DELETE", "wallets/none", ""),
        ("POST", "transactions", "{}"),
    ]

    @Test(arguments: ControlTests.routes)
    func `a control route takes the admin's token and no other`(method: String, path: String, body: String) async throws
    {
        try await SandboxWorld.run { world in
            func status(_ headers: [String: String]) async throws -> Int {
                try await world.client.call(
                    method, "/sandbox/\(path)", body: body.isEmpty ? nil : Data(body.utf8), headers: headers
                ).status
            }
            let wallet = try await TestWallet(world.client)
            #expect(try await status(["Authorization": ""]) == 401)
            #expect(try await status(["Authorization": "Bearer x.y.z"]) == 401)
            #expect(try await status(["Authorization": "Bearer \(world.merchant)"]) == 403)
            #expect(try await status(["Authorization": "Bearer \(wallet.token)"]) == 403)
            #expect(world.sandbox.now == SandboxClock.virtualEpoch)
            #expect(![401, 403].contains(try await status([:])))
        }
    }

    @Test func `faults that every call meets can be taken back`() async throws {
        try await SandboxWorld.run { (world) async throws in
            let token = try await world.client.token(of: world.client.ready.json["admin"])
            var client = world.client
            client.recordsAnswers = false
            let faulty = client
            func put(_ faults: String) async throws -> Int {
                try await faulty.call("PUT", "/sandbox/faults", token: token, body: Data(faults.utf8)).status
            }
            #expect(try await put(#"[{"action":"status","status":500}]"#) == 200)
            #expect(try await faulty.get("/health").status == 500)
            #expect(try await put("[]") == 200)
            #expect(try await faulty.get("/health").status == 200)
        }
    }

    @Test(arguments: [
        ("https://elsewhere.example", 403), ("null", 403), ("http://127.0.0.1", 403), ("http://127.0.0.1:1", 403),
    ])
    func `a page of another origin calls no control route, be it with the token`(
        origin: String, expected: Int
    ) async throws {
        try await SandboxWorld.run { world in
            let foreign = try await world.client.get("/sandbox/ledger", headers: ["Origin": origin])
            #expect(foreign.status == expected && foreign["balances"] == nil)
            let own = try await world.client.get("/sandbox/ledger", headers: ["Origin": world.client.ready.api])
            #expect(own.status == 200)
        }
    }
}
