import FexSandbox
import FexValues
import Testing

@Suite struct FeedTests {
    @Test func `a reader who goes on from next misses nothing, whatever changes meanwhile`() async throws {
        try await SandboxWorld.run { world in
            let wallet = try await TestWallet(world.client)
            var (seen, after): ([JSON: JSON], Int) = ([:], 0)
            var open: [JSON] = []
            func readPage() async throws -> Bool {
                let answer = try await wallet.get("/approvals?after=\(after)&limit=2")
                for item in answer["approvals"]?.arrayValue ?? [] {
                    let number = item["seq"]?.integerValue ?? 0
                    #expect(number > after)
                    after = number
                    seen[item["payment_intent"]?["id"] ?? .null] = item["payment_intent"]?["status"]
                }
                #expect(answer["next"]?.integerValue == after)
                return answer["has_more"] == true
            }
            for round in 0..<12 {
                open.append(try await world.aimedIntent(at: wallet, "1.00"))
                if round % 3 == 1 { _ = try await world.cancel(open.removeFirst()) }
                if round % 3 == 2 {
                    _ = try await TestDecision("approve", on: open.removeLast(), by: wallet).send(by: wallet)
                }
                _ = try await readPage()
            }
            while try await readPage() {}
            let all = try await world.client.get("/merchant/api/v1/payment-intents?limit=100", token: world.merchant)
            let truth = (all["payment_intents"]?.arrayValue ?? []).reduce(into: [JSON: JSON]()) {
                $0[$1["id"] ?? .null] = $1["status"]
            }
            #expect(seen == truth)
            #expect(seen.count == 12)
        }
    }

    @Test func `without after there are those now pending, and where to go on`() async throws {
        try await SandboxWorld.run { world in
            let wallet = try await TestWallet(world.client)
            let other = try await TestWallet(world.client, index: 1)
            let gone = try await world.aimedIntent(at: wallet)
            let kept = try await world.aimedIntent(at: wallet)
            _ = try await world.aimedIntent(at: other)
            _ = try await world.cancel(gone)
            let feed = try await wallet.get("/approvals")
            #expect(feed["approvals"]?.arrayValue?.map { $0["payment_intent"]?["id"] } == [kept["id"]])
            #expect(feed["has_more"] == false)
            let next = feed["next"]?.integerValue ?? -1
            #expect(try await wallet.get("/approvals?after=\(next)")["approvals"] == [])
            _ = try await world.cancel(kept)
            let change = try await wallet.get("/approvals?after=\(next)")
            #expect(change["approvals"]?[0]?["payment_intent"]?["status"] == "cancelled")
        }
    }

    @Test(arguments: ["/approvals", "/transactions"])
    func `an unchanged feed is a 304 to its tag, a changed one is not`(path: String) async throws {
        try await SandboxWorld.run { world in
            let wallet = try await TestWallet(world.client)
            let first = try await wallet.get(path + "?after=0")
            let tag = try #require(first.headers["etag"])
            let same = try await wallet.get(path + "?after=0", headers: ["If-None-Match": tag])
            #expect(same.status == 304 && same.headers["etag"] == tag)
            #expect(try await wallet.get(path + "?after=1", headers: ["If-None-Match": tag]).status == 200)
            let intent = try await world.aimedIntent(at: wallet)
            _ = try await TestDecision("approve", on: intent, by: wallet).send(by: wallet)
            let changed = try await wallet.get(path + "?after=0", headers: ["If-None-Match": tag])
            #expect(changed.status == 200 && changed.headers["etag"] != tag)
        }
    }

    @Test(arguments: ["/approvals", "/transactions"])
    func `a reader who is ahead of the feed is told its last number, and never that nothing changed`(
        path: String
    ) async throws {
        try await SandboxWorld.run { world in
            let wallet = try await TestWallet(world.client)
            let intent = try await world.aimedIntent(at: wallet)
            _ = try await TestDecision("approve", on: intent, by: wallet).send(by: wallet)
            let last = try await wallet.get(path + "?after=0")["next"]?.integerValue ?? 0
            let ahead = try await wallet.get(path + "?after=\(last + 40)")
            #expect(ahead[String(path.dropFirst())] == [])
            #expect(ahead["next"] == .integer(last) && ahead["has_more"] == false)
            for tag in [ahead.headers["etag"] ?? "", "*"] {
                let again = try await wallet.get(path + "?after=\(last + 40)", headers: ["If-None-Match": tag])
                #expect(again.status == 200 && again["next"] == .integer(last))
            }
            // A reader who has read all is not ahead.
            #expect(try await wallet.get(path + "?after=\(last)", headers: ["If-None-Match": "*"]).status == 304)
        }
    }

    @Test func `a summary leaves out what may be long, under a tag of its own`() async throws {
        try await SandboxWorld.run { world in
            let wallet = try await TestWallet(world.client)
            let long = String(repeating: "x", count: 20_000)
            let asked = try await world.client.post(
                "/merchant/api/v1/scan-payment", token: world.merchant,
                [
                    "scan_token": .string(wallet.id), "amount": .number("3.00"), "metadata": ["note": .string(long)],
                    "reference": "order-1",
                    "counter_id": world.client.ready.merchants[0]["counters"]?[0]?["id"] ?? .null,
                ])
            let full = try await wallet.get("/approvals")
            let brief = try await wallet.get("/approvals?fields=summary")
            let intent = full["approvals"]?[0]?["payment_intent"]
            #expect(intent == asked["payment_intent"] && intent?["metadata"]?["note"] == .string(long))
            let left = ["metadata", "qr_code_url", "qr_data"]
            let expected = intent?.objectValue?.members.filter { !left.contains($0.name) } ?? []
            #expect(brief["approvals"]?[0]?["payment_intent"] == .object(JSONObject(expected)))
            let tag = try #require(full.headers["etag"])
            #expect(brief.headers["etag"] != tag)
            let other = try await wallet.get("/approvals?fields=summary", headers: ["If-None-Match": tag])
            #expect(other.status == 200)
            let same = try await wallet.get(
                "/approvals?fields=summary", headers: ["If-None-Match": brief.headers["etag"] ?? ""])
            #expect(same.status == 304)
        }
    }

    @Test func `a summary of a transaction names its intent`() async throws {
        try await SandboxWorld.run { world in
            let wallet = try await TestWallet(world.client)
            let paid = try await world.paidIntent(by: wallet)
            for query in ["fields=summary", "page=1&fields=summary"] {
                let first = try await wallet.get("/transactions?" + query)["transactions"]?[0]
                #expect(first?["metadata"]?["payment_intent_id"] == paid["id"])
            }
            #expect(try await wallet.get("/transactions?page=1&fields=x").status == 400)
        }
    }

    @Test func `limit may be a thousand, and is two hundred where nothing is asked for`() async throws {
        try await SandboxWorld.run { world in
            let wallet = try await TestWallet(world.client)
            _ = try await world.client.post(
                "/sandbox/transactions", ["wallet_id": .string(wallet.id), "count": 1001])
            for (query, count) in [("", 200), ("?limit=1000", 1000), ("?limit=1", 1)] {
                #expect(try await wallet.get("/transactions" + query)["transactions"]?.arrayValue?.count == count)
            }
        }
    }

    @Test(arguments: [
        "after=-1", "after=x", "limit=0", "limit=1001", "limit=x", "fields=", "fields=all", "fields=Summary",
    ])
    func `a position out of range is a 400`(query: String) async throws {
        try await SandboxWorld.run { world in
            let wallet = try await TestWallet(world.client)
            #expect(try await wallet.get("/approvals?\(query)").status == 400)
            #expect(try await wallet.get("/transactions?\(query)").status == 400)
        }
    }

    @Test func `transactions come as a feed, oldest first, and as pages, newest first`() async throws {
        try await SandboxWorld.run { world in
            let wallet = try await TestWallet(world.client)
            let made = try await world.client.post(
                "/sandbox/transactions", ["wallet_id": .string(wallet.id), "count": 250])
            #expect(made.status == 201)
            #expect(try await wallet.balance() == "1000.00")
            let first = try await wallet.get("/transactions")
            #expect(first["transactions"]?.arrayValue?.count == 200 && first["has_more"] == true)
            let next = first["next"]?.integerValue ?? 0
            let rest = try await wallet.get("/transactions?after=\(next)")
            #expect(rest["transactions"]?.arrayValue?.count == 50 && rest["has_more"] == false)
            let page = try await wallet.get("/transactions?page=1&limit=10")
            #expect(page["total"] == 250 && page["total_pages"] == 25)
            #expect(page["transactions"]?[0] == rest["transactions"]?[49])
        }
    }
}
