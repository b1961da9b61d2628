import FexValues
import Foundation
import Testing

@testable import FexSandbox

@Suite struct FaultTests {
    @Test func `a connection cut before or after the work differs in whether the work is done`() async throws {
        try await SandboxWorld.run { world in
            let wallet = try await TestWallet(world.client)
            for (action, balance) in [("drop_before", "1000.00"), ("refuse", "1000.00"), ("drop_after", "999.00")] {
                let decision = TestDecision("pay", on: try await world.intent("1.00"), by: wallet)
                let body = try decision.signedBody(by: wallet.key)
                try world.sandbox.replaceFaults(with: [
                    ["match": ["method": "POST", "path": "*/pay"], "action": .string(action)]
                ])
                // libcurl repeats a call by itself on a connection that it used before, so this one is new.
                let once = wallet.with(SandboxClient(world.client.ready))
                await #expect(throws: (any Error).self) { try await decision.send(by: once, body: body) }
                try world.sandbox.replaceFaults(with: [])
                #expect(try await wallet.balance() == balance)
                if action == "drop_after" {
                    #expect(try await decision.send(by: wallet, body: body)["replayed"] == true)
                }
            }
        }
    }

    @Test func `a status is answered without the work`() async throws {
        try await SandboxWorld.run { world in
            let rules = #"[{"match":{"path":"/merchant/*"},"action":"status","status":500,"nth":2,"times":1}]"#
            let put = try await world.client.call("PUT", "/sandbox/faults", body: Data(rules.utf8))
            #expect(put.status == 200)
            let path = "/merchant/api/v1/payment-intents"
            var statuses: [Int] = []
            for _ in 0..<3 {
                statuses.append(try await world.client.post(path, token: world.merchant, ["amount": 1]).status)
            }
            #expect(statuses == [201, 500, 201])
            #expect(try await world.client.get(path, token: world.merchant)["total"] == 2)
        }
    }

    @Test func `bodies are spoilt after the work`() async throws {
        try await SandboxWorld.run { world in
            func answer(_ action: String) async throws -> SandboxClient.Answer {
                var client = world.client
                client.recordsAnswers = action != "garbage"
                try world.sandbox.replaceFaults(with: [
                    ["match": ["path": "/health"], "action": .string(action), "delay_ms": 10]
                ])
                return try await client.get("/health")
            }
            let slow = try await answer("slow_body")
            #expect(slow["status"] == "ok")
            let garbage = try await answer("garbage")
            #expect(garbage.status == 200 && garbage.json == .null)
            await #expect(throws: (any Error).self) { try await answer("truncate") }
            let late = try await answer("delay")
            #expect(late["status"] == "ok")
        }
    }

    @Test(arguments: [
        "{}", "[7]", "[{}]", #"[{"action":"explode"}]"#, #"[{"action":"delay","nth":0}]"#,
        #"[{"action":"status","status":99}]"#, #"[{"action":"delay","probability":2}]"#,
        #"[{"action":"forge"}]"#, #"[{"action":"status","match":{"event":"*"}}]"#, #"[{"action":"delay","often":1}]"#,
        "[",
    ])
    func `rules that are none are refused`(rules: String) async throws {
        try await SandboxWorld.run { world in
            let answer = try await world.client.call("PUT", "/sandbox/faults", body: Data(rules.utf8))
            #expect(answer.status == 400)
        }
    }

    @Test func `equal seeds give equal faults`() throws {
        let rules = try FaultRule.list(JSON(parsing: #"[{"action":"refuse","probability":0.5}]"#))
        func pattern(seed: UInt64) -> [Bool] {
            let injector = FaultInjector(rules, seed: seed)
            return (0..<100).map { _ in injector.fault(method: "GET", path: "/").effect != nil }
        }
        #expect(pattern(seed: 3) == pattern(seed: 3))
        #expect(pattern(seed: 3) != pattern(seed: 4))
        #expect((25...75).contains(pattern(seed: 3).count { $0 }))
    }

    @Test(arguments: [
        ("*", "", true), ("*", "/a/b", true), ("/a", "/a", true), ("/a", "/ab", false), ("/a*", "/ab", true),
        ("*/pay", "/x/pay", true), ("*/pay", "/x/payer", false), ("/a/*/c", "/a/b/c", true), ("/a/*/c", "/a/c", false),
        ("a*a", "a", false), ("*b*", "abc", true), ("*x*", "abc", false),
        ("/a?c", "/abc", true), ("/a?c", "/a/c", true), ("/a?c", "/ac", false), ("/[ab]", "/b", true),
        ("/[!ab]", "/b", false), ("/[a-c]x", "/cx", true), (#"/\*"#, "/*", true), (#"/\*"#, "/a", false),
        ("/.*", "/.a", true), ("*", "/.a", true), ("/a\u{0}b", "/a", false), ("*", "/a\u{0}b", false),
    ])
    func `a glob fits whole paths`(pattern: String, text: String, fits: Bool) {
        #expect(Glob(pattern).matches(text) == fits)
    }
}
