import FexSandbox
import FexValues
import Foundation
import Testing

@Suite(.timeLimit(.minutes(15))) struct RefundTests {
    @Test func `a refund is told at once, and the money follows by the clock`() async throws {
        try await SandboxWorld.run { world in
            let wallet = try await TestWallet(world.client)
            let intent = try await world.paidIntent(by: wallet, "29.99")
            let answer = try await world.refund(intent)
            #expect(answer.status == 200 && answer["success"] == true && answer["refund_initiated"] == true)
            #expect(answer["message"]?.stringValue?.isEmpty == false)
            #expect(answer["payment_intent"]?["status"] == "refunded")
            #expect(answer["payment_intent"]?["refund_status"] == "initiated")
            #expect(answer["payment_intent"]?["refund_ledger_tx_id"] == nil)
            try await world.sandbox.advanceClock(seconds: 1)
            #expect(try await wallet.balance() == "970.01")

            try await world.sandbox.advanceClock(seconds: 1)
            #expect(try await wallet.balance() == "1000.00")
            let refunded = try await world.fetch(intent)
            #expect(refunded["status"] == "refunded" && refunded["refund_status"] == "completed")
            let feed = try await wallet.get("/transactions?after=0")["transactions"]?.arrayValue ?? []
            #expect(feed.map { $0["transaction_type"] } == ["payment", "refund"])
            let posted = try #require(feed.last)
            #expect(posted["transaction_id"] == refunded["refund_ledger_tx_id"])
            #expect(posted["from_account_id"] == intent["merchant_id"])
            #expect(posted["to_account_id"] == .string(wallet.id))
            #expect(posted["amount"] == "29.99")
            #expect(posted["metadata"]?["payment_intent_id"] == intent["id"])
        }
    }

    @Test func `a payment is refunded once, however often it is asked for`() async throws {
        try await SandboxWorld.run { world in
            let wallet = try await TestWallet(world.client)
            let intent = try await world.paidIntent(by: wallet)
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<8 { group.addTask { try await world.refund(intent).status } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(statuses.sorted() == [200] + Array(repeating: 409, count: 7))
            try await world.sandbox.advanceClock(seconds: 60)
            #expect(try await world.refund(intent).status == 409)
            try await world.sandbox.advanceClock(seconds: 60)
            #expect(try await wallet.balance() == "1000.00")
        }
    }

    @Test func `only what was paid is refunded, and only by who was paid`() async throws {
        try await SandboxWorld.run { world in
            let wallet = try await TestWallet(world.client)
            let pending = try await world.intent()
            #expect(try await world.refund(pending).status == 409)
            _ = try await world.cancel(pending)
            #expect(try await world.refund(pending).status == 409)
            #expect(try await world.refund(["id": "unknown"]).status == 404)
            let paid = try await world.paidIntent(by: wallet)
            #expect(try await world.refund(paid, token: try await world.client.merchantToken(1)).status == 404)
            #expect(try await world.refund(paid, token: wallet.token).status == 403)
            #expect(try await world.client.call("POST", "\(SandboxWorld.intents)/x/refund").status == 401)
            #expect(try await world.fetch(paid)["status"] == "completed")
            #expect(try await world.refund(paid, token: try await world.admin()).status == 200)
        }
    }

    @Test func `without a wallet on file there is nothing to refund to`() async throws {
        try await SandboxWorld.run { world in
            let wallet = try await TestWallet(world.client)
            let intent = try await world.paidIntent(by: wallet)
            let status = try await world.client.call("DELETE", "/sandbox/wallets/\(wallet.id)").status
            #expect(status == 200)
            let answer = try await world.refund(intent)
            #expect(answer.status == 422 && answer["success"] == false)
            #expect(try await world.fetch(intent)["status"] == "completed")
            let asked = try await world.aimedIntent(at: wallet)
            #expect(asked == .null)
            let more = try await world.intent()
            #expect(try await TestDecision("pay", on: more, by: wallet).send(by: wallet).code == "wallet_blocked")
            #expect(try await world.client.call("DELETE", "/sandbox/wallets/unknown").status == 404)
        }
    }

    @Test func `a wallet that was asked sees each step of the refund in its feed`() async throws {
        try await SandboxWorld.run { world in
            let wallet = try await TestWallet(world.client)
            let aimed = try await world.aimedIntent(at: wallet)
            _ = try await TestDecision("approve", on: aimed, by: wallet).send(by: wallet)
            var next = try await wallet.get("/approvals?after=0")["next"]?.integerValue ?? -1
            func change() async throws -> JSON? {
                let answer = try await wallet.get("/approvals?after=\(next)")
                next = answer["next"]?.integerValue ?? -1
                #expect((answer["approvals"]?.arrayValue ?? []).count == 1)
                return answer["approvals"]?[0]?["payment_intent"]
            }
            _ = try await world.refund(aimed)
            let initiated = try await change()
            #expect(initiated?["status"] == "refunded" && initiated?["refund_status"] == "initiated")
            try await world.sandbox.advanceClock(seconds: 2)
            let completed = try await change()
            #expect(completed?["refund_status"] == "completed" && completed?["refund_ledger_tx_id"] != nil)
        }
    }

    @Test func `a refund survives a restart of the sandbox`() async throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "fex-refund-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: directory) }
        try await SandboxWorld.run({ $0.stateDirectory = directory }) { world in
            let wallet = try await TestWallet(world.client)
            #expect(try await world.refund(try await world.paidIntent(by: wallet)).status == 200)
            #expect(try await wallet.balance() == "970.01")
        }
        try await SandboxWorld.run({ $0.stateDirectory = directory }) { world in
            let wallet = try await TestWallet(world.client)
            #expect(try await wallet.balance() == "970.01")
            try await world.sandbox.advanceClock(seconds: 2)
            #expect(try await wallet.balance() == "1000.00")
        }
    }

    @Test func `merchants list payments and refunds, the platform everybody's`() async throws {
        try await SandboxWorld.run { world in
            let wallet = try await TestWallet(world.client)
            let intent = try await world.paidIntent(by: wallet, "12.50")
            _ = try await world.paidIntent(by: wallet, "1.00")
            _ = try await world.refund(intent)
            try await world.sandbox.advanceClock(seconds: 2)
            let path = "/merchant/api/v1/transactions"
            let page = try await world.client.get("\(path)?limit=2", token: world.merchant)
            let merchantID = try #require(world.client.ready.merchants[0]["merchant_id"])
            #expect(page["success"] == true && page["merchant_id"] == merchantID)
            #expect(page["total"] == 3 && page["total_pages"] == 2 && page["page"] == 1 && page["limit"] == 2)
            let items = page["transactions"]?.arrayValue ?? []
            #expect(items.map { $0["transaction_type"] } == ["refund", "payment"])
            #expect(items.map { $0["amount"] } == ["12.50", "1.00"])
            #expect(items.first?["metadata"]?["payment_intent_id"] == intent["id"])
            #expect(items.allSatisfy { $0["status"] == "completed" && $0["completed_at"] != nil })

            let other = try await world.client.merchantToken(1)
            #expect(try await world.client.get(path, token: other)["total"] == 0)
            let filter = "\(path)?merchant_id=\(merchantID.stringValue ?? "")"
            #expect(try await world.client.get(filter, token: other).status == 403)
            #expect(try await world.client.get(filter, token: world.merchant)["total"] == 3)
            let admin = try await world.admin()
            #expect(try await world.client.get(path, token: admin).status == 400, "an admin names the merchant")
            #expect(try await world.client.get(filter, token: admin)["total"] == 3)
            #expect(try await world.client.get("\(path)?merchant_id=unknown", token: admin)["total"] == 0)
            #expect(try await world.client.get(path, token: wallet.token).status == 403)
            #expect(try await world.client.get(path).status == 401)
            for query in ["page=0", "limit=0", "limit=101", "limit=x"] {
                #expect(try await world.client.get("\(path)?\(query)", token: world.merchant).status == 400)
            }
        }
    }
}
