import FexValues
import Foundation
import Testing
import WalletCore

/// One payment with all that happened to it, by separate processes.
@Suite struct ShowTests {
    private func timeline(_ id: String, _ wallet: Program) async throws -> [String] {
        let shown = try await wallet("show", id, "--json")
        #expect(shown.exitCode == 0, "\(shown.errors)")
        let moments = try shown.document()["timeline"]?.arrayValue ?? []
        #expect(moments.allSatisfy { $0["at"]?.stringValue.flatMap { Timestamp($0) } != nil })
        return moments.compactMap { $0["what"]?.stringValue }
    }

    private static let paid: Set = ["requested", "decided", "sent", "paid", "completed", "confirmed"]

    @Test func `what was paid, approved, declined and paid back is shown with its timeline`() async throws {
        try await World.run(options: ["--no-nats"]) { world in
            let wallet = try await world.wallet()
            let intent = try await world.makeIntent(amount: "29.99").id
            #expect(try await wallet("pay", intent, "--yes").exitCode == 0)
            let (approved, declined) = (try await world.ask(amount: "35.50"), try await world.ask(amount: "12.00"))
            #expect(try await wallet("approvals").exitCode == 0)
            #expect(try await wallet("approve", approved, "--yes").exitCode == 0)
            #expect(try await wallet("decline", declined).exitCode == 0)
            #expect(try await Set(timeline(intent, wallet)) == Self.paid)
            #expect(try await Set(timeline(approved, wallet)) == Self.paid)
            #expect(try await Set(timeline(declined, wallet)) == ["requested", "decided", "sent", "confirmed"])

            #expect(try await world.till("pos", "refund", intent).exitCode == 0)
            let refunded = try await eventually("the refund is known") { () -> JSON? in
                _ = try await wallet("sync")
                let shown = try await wallet("show", intent, "--json").document()
                return shown["timeline"]?.arrayValue?.last?["what"] == "refunded" ? shown : .none
            }
            #expect(refunded["payment_intent"]?["id"]?.stringValue == intent)
            #expect(refunded["decision"]?["kind"] == "pay" && refunded["decision"]?["state"] == "confirmed")
            #expect(refunded["transaction"]?["type"] == "payment" && refunded["transaction"]?["amount"] == "29.99")
            #expect(refunded["transactions"]?.arrayValue?.map { $0["type"]?.stringValue } == ["payment", "refund"])

            var offline = wallet
            offline.environment["FEX_API_URL"] = "http://127.0.0.1:1"
            let refund = refunded["transactions"]?[1]?["id"]?.stringValue ?? ""
            let byRefund = try await offline("show", refund, "--json").document()
            #expect(byRefund["timeline"] == refunded["timeline"] && byRefund["transaction"]?["type"] == "refund")
            let inWords = try await offline("show", intent).output
            for words in ["29.99 USD", "agreed to on this device", "confirmed by the platform", "paid back", refund] {
                #expect(inWords.contains(words))
            }
            let unknown = try await offline("show", "pi_never", "--json")
            #expect(unknown.exitCode == 1)
            #expect(try unknown.error()["code"] == "not_found")
        }
    }

    @Test func `a balance is told with its age, from the device`() async throws {
        try await World.run(options: ["--no-nats"]) { world in
            var wallet = try await world.wallet()
            wallet.environment["FEX_API_URL"] = "http://127.0.0.1:1"
            let text = try await wallet("balance").output
            #expect(text.hasPrefix("1000.00 USD, as of ") && (text.contains(" ago (") || text.contains("just now (")))
            let document = try await wallet("balance", "--json").document()
            #expect(document["balance"] == "1000.00" && document["age_seconds"]?.integerValue.map { $0 < 600 } == true)
        }
    }
}
