import FexValues
import Foundation
import Testing
import WalletCore

/// Decisions made while the platform is out of reach, by hand and by separate processes.
@Suite struct OutboxTests {
    @Test func `what waits is listed, taken back, or tried again, and paid once`() async throws {
        try await World.run(options: ["--no-nats"]) { world in
            let wallet = try await world.wallet()
            var offline = wallet
            offline.environment["FEX_API_URL"] = "http://127.0.0.1:1"
            let first = try await world.makeIntent(amount: "29.99")
            let second = try await world.makeIntent(amount: "10.00")
            for intent in [first, second] {
                #expect(try await wallet("scan", intent.code).exitCode == 0)
                let paid = try await offline("pay", intent.id, "--yes", "--json")
                #expect(paid.exitCode == 75)
                let decision = try paid.document()["decision"]
                #expect(decision?["state"] == "waiting")
            }
            let queued = try await offline("outbox", "--json").document()["decisions"]?.arrayValue ?? []
            #expect(queued.map { $0["intent"]?.stringValue } == [first.id, second.id])
            #expect(queued.allSatisfy { $0["attempts"] == 1 && $0["next_attempt_at"]?.stringValue != nil })
            #expect(queued.allSatisfy { $0["waiting_for"]?.stringValue?.contains("out of reach") == true })

            let id = queued.first?["id"]?.stringValue ?? ""
            let cancelled = try await offline("outbox", "cancel", id, "--json")
            #expect(cancelled.exitCode == 0)
            #expect(try cancelled.document()["decision"]?["state"] == "cancelled")
            #expect(try await offline("outbox", "retry", second.id).exitCode == 75)
            let retried = try await wallet("outbox", "retry", second.id, "--json")
            #expect(retried.exitCode == 0)
            #expect(try retried.document()["decision"]?["state"] == "confirmed")

            for action in ["cancel", "retry"] {
                let late = try await wallet("outbox", action, second.id, "--json")
                #expect(late.exitCode == 1)
                #expect(try JSON(parsing: late.errors)["error"]?["code"] == "settled")
                #expect(try JSON(parsing: late.errors)["error"]?["money"] == "moved")
                #expect(try await wallet("outbox", action, "pi_never").exitCode == 1)
            }
            #expect(try await wallet("outbox", "--json").document()["decisions"]?.arrayValue?.isEmpty == true)
            #expect(try await world.debits(of: first.id).isEmpty)
            #expect(try await world.debits(of: second.id) == ["10.00"])
        }
    }

    @Test(arguments: [400, 403, 404])
    func `what has been decided is told rightly though the question is refused`(status: Int) async throws {
        let faults: [JSON] = [
            ["match": ["method": "POST", "path": "*/pay"], "times": 2, "action": "drop_after"],
            // The first fetches what is to be paid.
            [
                "match": ["method": "GET", "path": "*/payment-intents/*"], "nth": 2, "times": 2, "action": "status",
                "status": .integer(status),
            ],
        ]
        try await World.run(faults: .array(faults), options: ["--no-nats"]) { world in
            let wallet = try await world.wallet()
            let intent = try await world.makeIntent(amount: "4.00")
            #expect(try await wallet("pay", intent.id, "--yes").exitCode == 75)
            // What was sent is asked after with the same key.
            let again = try await wallet("pay", intent.id, "--yes", "--json")
            #expect([0, 75].contains(again.exitCode), "\(again)")
            #expect(!again.errors.contains("not_moved") && !again.output.contains("not_moved"))
            #expect(try await wallet("sync").exitCode == 0)
            let third = try await wallet("pay", intent.id, "--yes", "--json")
            #expect(third.exitCode == 1)
            #expect(try third.error()["code"] == "already_decided" && third.error()["money"] == "moved", "\(third)")
            #expect(try await world.debits(of: intent.id) == ["4.00"])
        }
    }
}
