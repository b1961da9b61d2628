import FexSandbox
import FexValues
import Foundation
import NATSClient
import Testing

@Suite(.timeLimit(.minutes(15))) struct OpenedWalletTests {
    @Test func `a wallet opened at run time is funded, logs in, and hears its own events without a restart`()
        async throws
    {
        try await SandboxWorld.run({ $0.events = .child(port: 0) }) { world in
            let early = world.client.ready.wallets[0]
            let staying = try await connect(world, as: early)
            let made = try await world.client.post(
                "/sandbox/wallets", ["username": "dora", "currency": "USD", "balance": "70.50"])
            #expect(made.status == 201)
            let dora = made["wallet"] ?? .null
            let id = dora["wallet_id"]?.stringValue ?? ""
            let tokens = try await world.client.token([
                "grant_type": "password", "client_id": "wallet", "username": "dora",
                "password": dora["password"]?.stringValue ?? "",
            ])
            let wallet = try await world.client.get(
                "/wallet/api/v1/wallet", token: tokens["access_token"]?.stringValue)
            #expect(wallet["wallet"]?["balance"] == "70.50" && wallet["wallet"]?["scan_token"] == dora["scan_token"])
            #expect(try await world.sandbox.ledger()["balances"]?[id] == "70.50")

            let connection = try await connect(world, as: dora)
            var requests = try connection.subscribe("wallets.\(id).payment.approval_requested").makeAsyncIterator()
            try await connection.flush(timeout: .seconds(5))
            let asked = try await world.client.post(
                "/merchant/api/v1/scan-payment", token: world.merchant,
                [
                    "scan_token": dora["scan_token"] ?? .null, "amount": .number("1.50"),
                    "counter_id": world.client.ready.merchants[0]["counters"]?[0]?["id"] ?? .null,
                ])
            let payload = try #require(await requests.next()).payload
            #expect(try JSON(parsing: payload)["payment_intent_id"] == asked["payment_intent"]?["id"])

            // Who was connected before still is, and hears nothing of the new wallet.
            try await staying.flush(timeout: .seconds(5))
            let foreign = try staying.subscribe("wallets.\(id).wallet.balance.updated")
            try await staying.flush(timeout: .seconds(5))
            #expect(staying.lastError == .permissionDenied)
            withExtendedLifetime(foreign) {}
            await staying.close()
            await connection.close()
        }
    }

    @Test func `wallets opened at the same time are all let in`() async throws {
        try await SandboxWorld.run({ $0.events = .child(port: 0) }) { world in
            let made = try await withThrowingTaskGroup(of: JSON.self) { group in
                for _ in 0..<6 {
                    group.addTask { try await world.client.post("/sandbox/wallets", [:])["wallet"] ?? .null }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(Set(made.map { $0["username"]?.stringValue ?? "" }).count == 6)
            for wallet in made { await (try connect(world, as: wallet)).close() }
        }
    }

    @Test(arguments: [
        (#"{"username": "alice"}"#, 409), (#"{"username": "A"}"#, 400), (#"{"username": "a\" }"}"#, 400),
        (#"{"currency": "XXXX"}"#, 400), (#"{"balance": "-1"}"#, 400), (#"{"balance": "1.001"}"#, 400),
        (#"{"balance": true}"#, 400), (#"{"balance": 0}"#, 201), (#"{"currency": "JPY", "balance": 500}"#, 201),
    ])
    func `what a wallet can't be opened with is refused`(body: String, status: Int) async throws {
        try await SandboxWorld.run { world in
            let answer = try await world.client.post("/sandbox/wallets", try JSON(parsing: body))
            #expect(answer.status == status)
        }
    }

    @Test func `nobody opens a wallet without the control routes`() async throws {
        try await SandboxWorld.run({ $0.hasControl = false }) { world in
            let status = try await world.client.post("/sandbox/wallets", [:]).status
            #expect(status == 404)
        }
    }

    private func connect(_ world: SandboxWorld, as wallet: JSON) async throws -> NATSConnection {
        try await NATSConnection.connect(
            NATSOptions(
                url: world.client.ready.nats ?? "", user: wallet["nats_user"]?.stringValue,
                password: wallet["nats_password"]?.stringValue))
    }
}
