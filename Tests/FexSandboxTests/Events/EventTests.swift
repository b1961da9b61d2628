import FexSandbox
import FexValues
import Foundation
import NATSClient
import Testing

@Suite(.timeLimit(.minutes(15))) struct EventTests {
    /// The next message of a subscription.
    private func next(_ messages: inout NATSSubscription.Iterator) async throws -> JSON {
        guard let message = await messages.next() else { return .null }
        return try JSON(parsing: message.payload)
    }

    private func connect(_ world: SandboxWorld, wallet: Int) async throws -> NATSConnection {
        let person = world.client.ready.wallets[wallet]
        return try await NATSConnection.connect(
            NATSOptions(
                url: world.client.ready.nats ?? "", user: person["nats_user"]?.stringValue,
                password: person["nats_password"]?.stringValue))
    }

    @Test func `a wallet hears of requests and of its balance`() async throws {
        try await SandboxWorld.run({ $0.events = .child(port: 0) }) { world in
            let wallet = try await TestWallet(world.client)
            let connection = try await connect(world, wallet: 0)
            let subject = "wallets.\(wallet.id).payment.approval_requested"
            var requests = try connection.subscribe(subject).makeAsyncIterator()
            var balances = try connection.subscribe("wallets.\(wallet.id).wallet.balance.updated")
                .makeAsyncIterator()
            try await connection.flush(timeout: .seconds(5))
            let intent = try await world.aimedIntent(at: wallet)
            let request = try await next(&requests)
            #expect(request["event"] == "payment.approval_requested")
            #expect(request["payment_intent_id"] == intent["id"])
            #expect(request["target_wallet_id"] == .string(wallet.id))
            #expect(request["amount"] == .number("35.50"))
            #expect(request["expires_at"] == intent["expires_at"])
            _ = try await TestDecision("approve", on: intent, by: wallet).send(by: wallet)
            let balance = try await next(&balances)
            #expect(balance["balance"] == "964.50" && balance["version"] == 2)
            await connection.close()
        }
    }

    @Test func `a wallet has the user of its own, and hears nothing of others`() async throws {
        try await SandboxWorld.run({ $0.events = .child(port: 0) }) { world in
            let wallet = try await TestWallet(world.client)
            let credentials = try await wallet.get("/events/credentials")
            #expect(credentials["user"] == world.client.ready.wallets[0]["nats_user"])
            #expect(credentials["password"] == world.client.ready.wallets[0]["nats_password"])
            let other = try await connect(world, wallet: 1)
            let subscription = try other.subscribe("wallets.\(wallet.id).payment.approval_requested")
            try await other.flush(timeout: .seconds(5))
            #expect(other.lastError == .permissionDenied)
            withExtendedLifetime(subscription) {}
            await other.close()
        }
    }

    @Test(arguments: [("duplicate", 2), ("drop", 0), ("forge", 1)])
    func `events go wrong as the rules have it`(action: String, copies: Int) async throws {
        try await SandboxWorld.run({ $0.events = .child(port: 0) }) { world in
            let wallet = try await TestWallet(world.client)
            let connection = try await connect(world, wallet: 0)
            let subject = "wallets.\(wallet.id).payment.approval_requested"
            var requests = try connection.subscribe(subject).makeAsyncIterator()
            try await connection.flush(timeout: .seconds(5))
            try world.sandbox.replaceFaults(with: [
                ["match": ["event": "payment.*"], "action": .string(action), "times": 1]
            ])
            let spoilt = try await world.aimedIntent(at: wallet)
            let sound = try await world.aimedIntent(at: wallet)
            var copiesSeen = 0
            while true {
                let event = try await next(&requests)
                if event == .null || event["payment_intent_id"] == sound["id"] { break }
                #expect(event["payment_intent_id"] == spoilt["id"])
                #expect((event["amount"] == .number("0.01")) == (action == "forge"))
                copiesSeen += 1
            }
            #expect(copiesSeen == copies)
            await connection.close()
        }
    }
}
