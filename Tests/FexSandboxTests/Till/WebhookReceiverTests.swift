import FexSandbox
import FexValues
import Foundation
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(15))) struct WebhookReceiverTests {
    private final class Inbox: Sendable {
        let webhooks = Mutex<[ReceivedWebhook]>([])
        let refusals = Mutex<[String]>([])
    }

    /// Runs a receiver beside a sandbox.
    private func run(
        _ test: @escaping @Sendable (SandboxWorld, Inbox, _ address: String) async throws -> Void
    ) async throws {
        try await SandboxWorld.run { world in
            let inbox = Inbox()
            let (addresses, continuation) = AsyncStream<String>.makeStream()
            try await withThrowingTaskGroup { group in
                group.addTask {
                    try await WebhookReceiver(keys: WebhookKeys(ready: world.client.ready)).run {
                        continuation.yield($0)
                    } refusal: { reason in
                        inbox.refusals.withLock { $0.append(reason) }
                    } receive: { webhook in
                        inbox.webhooks.withLock { $0.append(webhook) }
                    }
                }
                let address = try #require(await addresses.first { _ in true })
                try await test(world, inbox, address)
                group.cancelAll()
            }
        }
    }

    @Test func `a sandbox's webhooks arrive over the wire, in order and believed`() async throws {
        try await run { world, inbox, address in
            let wallet = try await TestWallet(world.client)
            let counter = world.client.ready.merchants[0]["counters"]?[1]?["id"] ?? .null
            let intent = try await world.paidIntent(
                by: wallet, "12.30",
                JSONObject([.init("callback_url", .string(address + "/paid")), .init("counter_id", counter)]))
            _ = try await world.refund(intent)
            try await world.until { try await world.sandbox.webhooks().allSatisfy { $0["state"] == "delivered" } }
            let received = inbox.webhooks.withLock { $0 }
            #expect(received.map { $0.body["event"] } == ["payment.completed", "payment.refunded"])
            #expect(received.allSatisfy { $0.path == "/paid" && !$0.isRepeat })
            let document = try #require(received.first).document
            #expect(document["payment_intent_id"] == intent["id"] && document["amount"] == .number("12.30"))
            #expect(document["delivery_id"] == (try await world.sandbox.webhooks()[0]["delivery_id"]))
        }
    }

    @Test func `what is not signed by the merchant it names is refused`() async throws {
        try await run { world, inbox, address in
            let merchants = world.client.ready.merchants
            let secret = merchants[0]["webhook_secret"]?.stringValue ?? ""
            let body = (["event": "payment.completed", "merchant_id": merchants[0]["merchant_id"] ?? .null] as JSON)
                .data
            func send(_ body: Data, _ signature: String?, method: String = "POST") async throws -> Int {
                var headers = ["X-Webhook-Delivery": "delivery-1"]
                headers["X-Webhook-Signature"] = signature
                return try await world.client.call(method, address + "/any", body: body, headers: headers).status
            }
            let good = WebhookSignature.sign(body, secret: secret)
            let other = WebhookSignature.sign(body, secret: merchants[1]["webhook_secret"]?.stringValue ?? "")
            let nobodys = Data(#"{"event":"payment.completed"}"#.utf8)
            let forged: [(Data, String?)] = [
                (body, nil), (body, ""), (body + Data(" ".utf8), good), (body, other),
                (nobodys, WebhookSignature.sign(nobodys, secret: secret)),
            ]
            for (body, signature) in forged {
                let status = try await send(body, signature)
                #expect(status == 401)
            }
            let (believed, refused) = (inbox.webhooks.withLock { $0.count }, inbox.refusals.withLock { $0.count })
            #expect(believed == 0 && refused == 5)

            for _ in 0..<2 {
                let status = try await send(body, good)
                #expect(status == 200)
            }
            let repeats = inbox.webhooks.withLock { $0.map(\.isRepeat) }
            #expect(repeats == [false, true])
            let tooLong = try await send(Data(repeating: 32, count: (1 << 20) + 1), good)
            #expect(tooLong == 413)
        }
    }
}
