import FexValues
import Foundation
import Testing
import WalletCore

/// The wallet killed with -9 between the decision and the platform's answer.
@Suite struct KilledTests {
    /// Two ways for a call to be cut off: before the platform has done anything, and after it has committed.
    static let faults: [JSON] = [
        ["match": ["method": "POST", "path": "*/pay"], "times": 1, "action": "delay", "delay_ms": 600_000],
        ["match": ["method": "POST", "path": "*/pay"], "times": 1, "action": "slow_body", "delay_ms": 600_000],
    ]

    @Test(arguments: faults)
    func `a wallet killed between the decision and its answer pays once`(fault: JSON) async throws {
        try await World.run(faults: [fault], options: ["--no-nats"]) { world in
            let wallet = try await world.wallet()
            let intent = try await world.makeIntent(amount: "29.99")
            let notes = world.directory.appending(path: "pay.err")
            let (queued, exitCode) = try await wallet.whileRunning(
                ["pay", intent.code, "--yes", "--json"], output: world.directory.appending(path: "pay.out"),
                errors: notes,
                ending: .killed
            ) {
                // The decision is on disk, and on its way.
                try await eventually("the decision is under way") {
                    let queued = try await wallet("outbox", "--json").document()["decisions"]?[0]
                    return queued?["state"] == "unknown" ? queued : nil
                }
            }
            #expect(exitCode == 128 + 9)
            #expect(try await wallet("status", "--json").document()["queued"] == 1)

            let sync = try await wallet("sync", "--json")
            #expect(sync.exitCode == 0)
            let settled = try sync.document()["decisions"]?[0]
            #expect(settled?["state"] == "confirmed")
            #expect(settled?["idempotency_key"] == queued["idempotency_key"])
            #expect(try await world.debits(of: intent.id) == ["29.99"])
            #expect(try await wallet("status", "--json").document()["queued"] == 0)
            #expect(try await wallet("history", "--json").document()["transactions"]?.arrayValue?.count == 1)

            // Every call that reached the platform had the same key.
            let calls = try await world.control("decisions")["decisions"]?.arrayValue ?? []
            #expect(Set(calls.compactMap { $0["key"]?.stringValue }).count == 1)
        }
    }
}
