import FexSandbox
import FexValues
import Foundation
import Testing

@Suite struct StateTests {
    @Test func `a sandbox with a state directory goes on where it was`() async throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "fex-state-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: directory) }
        let people = Carried()
        try await SandboxWorld.run({ $0.stateDirectory = directory }) { world in
            let wallet = try await TestWallet(world.client)
            _ = try await TestDecision("pay", on: try await world.intent("10"), by: wallet).send(by: wallet)
            try await world.sandbox.advanceClock(seconds: 60)
            await people.set(world.client.ready.wallets[1])
        }
        try await SandboxWorld.run({
            $0.stateDirectory = directory
            $0.seed = 2
        }) { world in
            #expect(await people.value == world.client.ready.wallets[1])
            let balance = try await TestWallet(world.client).balance()
            #expect(balance == "990.00")
            #expect(world.sandbox.now.rfc3339 == "2026-01-01T00:01:00.000Z")
        }
    }

    @Test func `a seeded sandbox that starts again draws nothing twice`() async throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "fex-state-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: directory) }
        let seen = Carried()
        for start in 1...3 {
            try await SandboxWorld.run({ $0.stateDirectory = directory }) { world in
                let id = try await world.intent("10")["id"] ?? .null
                #expect(id.stringValue?.count == 36, "start \(start)")
                let earlier = await seen.value?.arrayValue ?? []
                #expect(!earlier.contains(id))
                await seen.set(.array(earlier + [id]))
            }
        }
    }

    private actor Carried {
        var value: JSON?
        func set(_ value: JSON) { self.value = value }
    }

    @Test func `equal seeds give equal people, others give others`() async throws {
        func people(seed: UInt64) async throws -> JSON {
            var configuration = try SandboxWorld.configuration()
            configuration.seed = seed
            return try await Sandbox.withRunning(configuration) { sandbox in
                [sandbox.ready.json["merchants"] ?? .null, sandbox.ready.json["wallets"] ?? .null]
            }
        }
        let first = try await people(seed: 4)
        #expect(try await people(seed: 4) == first)
        #expect(try await people(seed: 5) != first)
    }

    @Test func `the control routes are absent unless asked for`() async throws {
        try await SandboxWorld.run({ $0.hasControl = false }) { world in
            for path in ["/sandbox/ledger", "/sandbox/decisions"] {
                let status = try await world.client.get(path).status
                #expect(status == 404)
            }
            let clockStatus = try await world.client.post("/sandbox/clock", ["advance_seconds": 1]).status
            #expect(clockStatus == 404)
        }
    }
}
