import Crypto
import FexHTTP
import FexValues
import Foundation
import HTTPTypes
import Testing

@testable import FexSandbox

@Suite(.timeLimit(.minutes(15))) struct WebhookTests {
    private static let callback: JSONObject = JSONObject([.init("callback_url", "http://127.0.0.1:8081/paid?x=%20y")]
    )

    private func run(
        _ receiver: ScriptedReceiver, _ change: (inout SandboxConfiguration) -> Void = { _ in },
        _ test: @Sendable (SandboxWorld) async throws -> Void
    ) async throws {
        try await SandboxWorld.run(
            {
                $0.webhookTransport = receiver
                change(&$0)
            }, test)
    }

    private func hex(_ body: Data, _ secret: JSON?) -> String {
        HMAC<SHA256>.authenticationCode(for: body, using: .init(data: Data((secret?.stringValue ?? "").utf8)))
            .map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    @Test func `a payment is told to the letter, signed with the secret's text`() async throws {
        let receiver = ScriptedReceiver()
        try await run(receiver) { world in
            let wallet = try await TestWallet(world.client)
            var order = WebhookTests.callback
            order["reference"] = "order 7"
            let text = #"{"z":1.50,"a":[null,"é"]}"#
            order["metadata"] = try JSON(parsing: text)
            let intent = try await world.paidIntent(by: wallet, "29.90", order)
            try await world.until { receiver.attempts.count == 1 }
            let attempt = receiver.attempts[0]
            #expect(attempt.url == "http://127.0.0.1:8081/paid?x=%20y")
            let names = attempt.json.objectValue?.members.map(\.name)
            #expect(
                names == [
                    "event", "payment_intent_id", "merchant_id", "amount", "currency", "status", "completed_at",
                    "reference", "metadata",
                ])
            #expect(attempt.event == "payment.completed" && attempt.json["payment_intent_id"] == intent["id"])
            #expect(attempt.json["merchant_id"] == intent["merchant_id"])
            #expect(attempt.json["amount"] == .number("29.90") && attempt.json["currency"] == "USD")
            #expect(attempt.json["status"] == "completed" && attempt.json["reference"] == "order 7")
            #expect(attempt.json["completed_at"] == "2026-01-01T00:00:00.000Z")
            #expect(attempt.json["metadata"]?.text == text)
            #expect(attempt.headers[.contentType] == "application/json")
            // An intent without a counter is signed by its merchant.
            #expect(attempt.signature == hex(attempt.body, world.client.ready.merchants[0]["webhook_secret"]))
            try await world.until { try await world.sandbox.webhooks()[0]["state"] == "delivered" }
            #expect(try await world.sandbox.webhooks()[0]["delivery_id"]?.stringValue == attempt.delivery)
        }
        #expect(receiver.attempts.count == 1)
    }

    @Test func `the callback's address comes first, then the counter's, then the merchant's`() async throws {
        let receiver = ScriptedReceiver()
        try await run(receiver) { world in
            let wallet = try await TestWallet(world.client)
            let counters = try #require(world.client.ready.merchants[0]["counters"]?.arrayValue)
            func set(_ path: String, _ url: JSON) async throws -> Int {
                try await world.client.call(
                    "PATCH", path, token: world.merchant, body: (["webhook_url": url] as JSON).data
                ).status
            }
            _ = try await world.paidIntent(by: wallet, "1.00")
            #expect(try await set("/merchant/api/v1/merchant", "http://127.0.0.4") == 200)
            let first = "\(SandboxWorld.counters)/\(counters[0]["id"]?.stringValue ?? "")"
            #expect(try await set(first, "http://127.0.0.2/") == 200)
            let own: JSONObject.Member = .init("counter_id", counters[0]["id"] ?? .null)
            let bare: JSONObject.Member = .init("counter_id", counters[1]["id"] ?? .null)
            _ = try await world.paidIntent(
                by: wallet, "2.00", JSONObject([own, .init("callback_url", "http://127.0.0.3/")]))
            _ = try await world.paidIntent(by: wallet, "3.00", JSONObject([own]))
            _ = try await world.paidIntent(by: wallet, "4.00", JSONObject([bare]))
            _ = try await world.paidIntent(by: wallet, "5.00")
            try await world.until { receiver.attempts.count == 4 }
            var sent: [String: ScriptedReceiver.Attempt] = [:]
            for attempt in receiver.attempts {
                guard case .number(let amount)? = attempt.json["amount"] else { continue }
                sent[amount] = attempt
            }
            #expect(
                sent.mapValues(\.url) == [
                    "2.00": "http://127.0.0.3/", "3.00": "http://127.0.0.2/",
                    "4.00": "http://127.0.0.4/", "5.00": "http://127.0.0.4/",
                ])
            let secrets = [counters[0], counters[0], counters[1], world.client.ready.merchants[0]]
            for (amount, owner) in zip(["2.00", "3.00", "4.00", "5.00"], secrets) {
                let attempt = try #require(sent[amount])
                #expect(attempt.signature == hex(attempt.body, owner["webhook_secret"]))
            }
            // Nobody was to be told of the first.
            #expect(try await world.sandbox.webhooks().count == 4)
        }
    }

    @Test func `a rotated secret signs what is sent from then on, repeats too`() async throws {
        let receiver = ScriptedReceiver { $0.number == "1" ? .status(500) : .status(204) }
        try await run(receiver) { world in
            let wallet = try await TestWallet(world.client)
            let counter = try #require(world.client.ready.merchants[0]["counters"]?[0])
            var order = WebhookTests.callback
            order["counter_id"] = counter["id"]
            _ = try await world.paidIntent(by: wallet, "1.00", order)
            try await world.until { try await world.sandbox.webhooks()[0]["attempts"] == 1 }
            let path = "\(SandboxWorld.counters)/\(counter["id"]?.stringValue ?? "")/rotate-secret"
            let rotated = try await world.client.call("POST", path, token: world.merchant)
            #expect(rotated.status == 200 && rotated["note"] != nil)
            #expect(rotated["webhook_secret"] != counter["webhook_secret"])
            try await world.sandbox.advanceClock(seconds: 1)
            try await world.until { receiver.attempts.count == 2 }
            let (before, after) = (receiver.attempts[0], receiver.attempts[1])
            #expect(before.signature == hex(before.body, counter["webhook_secret"]))
            #expect(after.signature == hex(after.body, rotated["webhook_secret"]))

            _ = try await world.paidIntent(by: wallet, "2.00", WebhookTests.callback)
            let merchants = try await world.client.call(
                "POST", "/merchant/api/v1/merchant/rotate-secret", token: world.merchant)
            // An attempt is received before its outcome is written down, and with that the time of the next.
            try await world.until { try await world.sandbox.webhooks()[1]["attempts"] == 1 }
            try await world.sandbox.advanceClock(seconds: 1)
            try await world.until { receiver.attempts.count == 4 }
            #expect(receiver.attempts[3].signature == hex(receiver.attempts[3].body, merchants["webhook_secret"]))
        }
    }

    static let notAcknowledged: [ScriptedReceiver.Answer] = [
        .status(500), .status(404), .status(302), .status(304), .status(199), .failure(.timedOut),
        .failure(.unreachable), .failure(.redirectedElsewhere), .failure(.connectionLost),
    ]

    @Test(arguments: notAcknowledged)
    func `what is not acknowledged is sent five times more, each pause twice the last`(
        answer: ScriptedReceiver.Answer
    ) async throws {
        let receiver = ScriptedReceiver { _ in answer }
        try await run(receiver) { world in
            _ = try await world.intent("1.00", JSONObject(WebhookTests.callback.members + [.init("expires_in", 60)]))
            try await world.sandbox.advanceClock(seconds: 60)
            func webhook() async throws -> JSON { try await world.sandbox.webhooks()[0] }
            for (index, pause) in [1, 2, 4, 8, 16].enumerated() {
                try await world.until { try await webhook()["attempts"] == .integer(index + 1) }
                let due = world.sandbox.now.adding(seconds: Int64(pause))
                let waiting = try await webhook()
                #expect(waiting["next_attempt_at"] == .string(due.rfc3339) && waiting["state"] == "waiting")
                try await world.sandbox.advanceClock(seconds: Int64(pause - 1))
                #expect(receiver.attempts.count == index + 1)
                try await world.sandbox.advanceClock(seconds: 1)
            }
            try await world.until { try await webhook()["state"] == "failed" }
            try await world.sandbox.advanceClock(seconds: 86_400)
            #expect(try await webhook()["attempts"] == 6)
        }
        #expect(receiver.attempts.map(\.number) == (1...6).map { "\($0)" })
        #expect(Set(receiver.attempts.map(\.delivery)).count == 1)
        #expect(Set(receiver.attempts.map(\.body)).count == 1)
    }

    @Test func `webhooks of an intent keep their order, those of others don't wait for them`() async throws {
        let gate = AsyncStream<Void>.makeStream()
        let receiver = ScriptedReceiver { attempt in
            guard attempt.json["reference"] == "slow", attempt.event == "payment.completed" else {
                return .status(200)
            }
            for await _ in gate.stream {}
            return attempt.number == "1" ? .status(503) : .status(200)
        }
        try await run(receiver) { world in
            let wallet = try await TestWallet(world.client)
            let slow = try await world.paidIntent(
                by: wallet, "1.00", JSONObject(WebhookTests.callback.members + [.init("reference", "slow")]))
            _ = try await world.refund(slow)
            _ = try await world.paidIntent(by: wallet, "2.00", WebhookTests.callback)
            try await world.until { receiver.attempts.contains { $0.json["amount"] == .number("2.00") } }
            #expect(!receiver.attempts.contains { $0.event == "payment.refunded" })
            gate.continuation.finish()
            try await world.until { try await world.sandbox.webhooks()[0]["attempts"] == 1 }
            // The refund's webhook is due, and still waits for the one before it.
            #expect(try await world.sandbox.webhooks()[1]["attempts"] == 0)
            try await world.sandbox.advanceClock(seconds: 1)
            try await world.until { receiver.attempts.contains { $0.event == "payment.refunded" } }
            let events = receiver.attempts.filter { $0.intent == slow["id"]?.stringValue }.map(\.event)
            #expect(events == ["payment.completed", "payment.completed", "payment.refunded"])
            let refunded = try #require(receiver.attempts.last { $0.event == "payment.refunded" })
            #expect(refunded.json["status"] == "refunded" && refunded.json["completed_at"] != nil)
        }
    }

    @Test(arguments: [false, true])
    func `a decline is told only to those who ask for extended webhooks`(isExtended: Bool) async throws {
        let receiver = ScriptedReceiver()
        try await run(receiver, { $0.extendsWebhooks = isExtended }) { world in
            let wallet = try await TestWallet(world.client)
            _ = try await world.client.call(
                "PUT", "/merchant/api/v1/merchant", token: world.merchant,
                body: (["webhook_url": "http://127.0.0.4/"] as JSON).data)
            let declined = try await world.aimedIntent(at: wallet)
            _ = try await TestDecision("decline", on: declined, by: wallet).send(by: wallet)
            _ = try await world.cancel(try await world.intent())
            let lapsing = try await world.aimedIntent(at: wallet)
            try await world.sandbox.advanceClock(seconds: 300)
            try await world.until { receiver.attempts.contains { $0.event == "payment.expired" } }
            let events = try await world.sandbox.webhooks().map { [$0["event"], $0["payment_intent_id"]] }
            let expired: [JSON?] = ["payment.expired", lapsing["id"]]
            #expect(events == (isExtended ? [["payment.declined", declined["id"]], expired] : [expired]))
            let body = try #require(receiver.attempts.first { $0.event == "payment.expired" }).json
            #expect(body["status"] == "expired" && body["completed_at"] == nil && body["reference"] == nil)
        }
    }

    @Test func `a webhook that was not acknowledged survives a restart`() async throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "fex-webhook-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: directory) }
        let down = ScriptedReceiver { _ in .failure(.unreachable) }
        try await run(down, { $0.stateDirectory = directory }) { world in
            let wallet = try await TestWallet(world.client)
            _ = try await world.paidIntent(by: wallet, "1.00", WebhookTests.callback)
            try await world.until { try await world.sandbox.webhooks()[0]["attempts"] == 1 }
        }
        let up = ScriptedReceiver()
        try await run(up, { $0.stateDirectory = directory }) { world in
            try await world.sandbox.advanceClock(seconds: 1)
            try await world.until { try await world.sandbox.webhooks()[0]["state"] == "delivered" }
        }
        #expect(up.attempts.map(\.number) == ["2"])
        #expect(up.attempts.first?.delivery == down.attempts.first?.delivery)
        #expect(up.attempts.first?.body == down.attempts.first?.body)
    }

    @Test func `where a merchant's webhooks go is its own to set`() async throws {
        try await SandboxWorld.run { world in
            let path = "/merchant/api/v1/merchant"
            func put(_ body: JSON, _ token: String) async throws -> SandboxClient.Answer {
                try await world.client.call("PUT", path, token: token, body: body.data)
            }
            let set = try await put(["webhook_url": "https://127.0.0.1/hook"], world.merchant)
            #expect(set.status == 200 && set["merchant"]?["webhook_url"] == "https://127.0.0.1/hook")
            for body: JSON in [[:], ["webhook_url": 1], ["webhook_url": "x"], []] {
                #expect(try await put(body, world.merchant).status == 400)
            }
            #expect(try await world.client.get(path, token: world.merchant)["merchant"] == set["merchant"])
            #expect(!set.json.text.contains("secret"))
            let counter = try await world.client.token(of: world.client.ready.merchants[0]["counters"]?[0])
            #expect(try await put(["webhook_url": nil], counter).status == 403)
            #expect(try await put(["webhook_url": nil], try await world.admin()).status == 400)
            #expect(try await put(["webhook_url": nil], world.merchant)["merchant"]?["webhook_url"] == nil)
        }
    }
}
