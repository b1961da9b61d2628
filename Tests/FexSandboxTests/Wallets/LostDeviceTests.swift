import Crypto
import FexSandbox
import FexValues
import Foundation
import NATSClient
import Testing

/// What a customer does about a device that is gone, from another one.
@Suite(.timeLimit(.minutes(15))) struct LostDeviceTests {
    private func renew(_ tokens: SandboxClient.Answer, _ client: SandboxClient) async throws -> SandboxClient.Answer {
        try await client.token([
            "grant_type": "refresh_token", "client_id": "wallet",
            "refresh_token": tokens["refresh_token"]?.stringValue ?? "",
        ])
    }

    private func get(_ path: String, _ tokens: SandboxClient.Answer, _ client: SandboxClient) async throws -> Int {
        try await client.get("/wallet/api/v1" + path, token: tokens["access_token"]?.stringValue).status
    }

    @Test func `the tokens of a removed device end at once, be they renewed, and no other's do`() async throws {
        try await SandboxWorld.run { world in
            let (lost, kept) = (try await TestWallet.logIn(world.client), try await TestWallet.logIn(world.client))
            let id = world.client.ready.wallets[0]["wallet_id"]?.stringValue ?? ""
            let device =
                try await TestEnrolment(
                    of: P256.Signing.PrivateKey(), wallet: id, token: lost["access_token"]?.stringValue ?? "",
                    client: world.client
                ).send()["device_id"]?.stringValue ?? ""
            let later = try await renew(lost, world.client)
            #expect(try await get("/wallet", lost, world.client) == 200)
            #expect(try await get("/wallet", later, world.client) == 200)
            let removed = try await world.client.call(
                "DELETE", "/wallet/api/v1/devices/\(device)", token: kept["access_token"]?.stringValue)
            #expect(removed.status == 200)
            for tokens in [lost, later] {
                #expect(try await get("/wallet", tokens, world.client) == 401)
                let renewal = try await renew(tokens, world.client)
                #expect(renewal.status == 400 && renewal.error == "invalid_grant")
            }
            #expect(try await get("/wallet", kept, world.client) == 200)
            #expect(try await renew(kept, world.client).status == 200)
        }
    }

    @Test func `a session in which a device decided ends with it too`() async throws {
        try await SandboxWorld.run { world in
            let wallet = try await TestWallet(world.client)
            let deciding = try await wallet.inAnotherSession()
            let (reading, removing) = (try await wallet.inAnotherSession(), try await wallet.inAnotherSession())
            let decision = TestDecision("pay", on: try await world.intent("1"), by: wallet)
            // A decision that this device never signed makes no session its own.
            let forged = TestDecision("pay", on: try await world.intent("1"), by: wallet)
            let body = try forged.signedBody(by: P256.Signing.PrivateKey())
            #expect(try await forged.send(by: reading, body: body).code == "proof_invalid")
            #expect(try await decision.send(by: deciding).status == 200)
            #expect(try await wallet.remove(wallet.deviceID, token: removing.token).status == 200)
            #expect(try await deciding.get("/wallet").status == 401)
            #expect(try await wallet.get("/wallet").status == 401)
            #expect(try await reading.get("/wallet").status == 200)
            #expect(try await removing.get("/wallet").status == 200)
        }
    }

    @Test func `what a device has done outlives a restart, and so does its removal`() async throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "fex-state-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: directory) }
        var tokens: [SandboxClient.Answer] = []
        for isFirst in [true, false] {
            tokens = try await run(in: directory, isFirst: isFirst, tokens)
        }
        #expect(tokens.isEmpty)
    }

    private func run(
        in directory: URL, isFirst: Bool, _ before: [SandboxClient.Answer]
    ) async throws -> [SandboxClient.Answer] {
        var configuration = try SandboxWorld.configuration()
        configuration.stateDirectory = directory
        return try await Sandbox.withRunning(configuration) { sandbox in
            let client = SandboxClient(sandbox.ready)
            guard isFirst else {
                #expect(try await renew(before[0], client).error == "invalid_grant")
                return []
            }
            let wallet = try await TestWallet(client)
            let lost = try await TestWallet.logIn(client)
            let signed = wallet.with(token: lost["access_token"]?.stringValue ?? "")
            let intent = try await client.post(
                "/merchant/api/v1/payment-intents", token: client.merchantToken(), ["amount": 1])
            let decision = TestDecision("pay", on: intent["payment_intent"] ?? .null, by: wallet)
            #expect(try await decision.send(by: signed).status == 200)
            let removing = try await wallet.inAnotherSession()
            #expect(try await wallet.remove(wallet.deviceID, token: removing.token).status == 200)
            return [lost]
        }
    }

    @Test func `a new device is told to the wallet's others, and a known one to nobody`() async throws {
        try await SandboxWorld.run({ $0.events = .child(port: 0) }) { world in
            let alice = world.client.ready.wallets[0]
            let id = alice["wallet_id"]?.stringValue ?? ""
            let connection = try await NATSConnection.connect(
                NATSOptions(
                    url: world.client.ready.nats ?? "", user: alice["nats_user"]?.stringValue,
                    password: alice["nats_password"]?.stringValue))
            let subject = "wallets.\(id).wallet.device.added"
            var events = try connection.subscribe(subject).makeAsyncIterator()
            try await connection.flush(timeout: .seconds(5))
            let first = try await TestWallet(world.client)
            let again = try await TestEnrolment(of: first.key, wallet: id, token: first.token, client: world.client)
            #expect(try await again.send()["device_id"] == .string(first.deviceID))
            let second = try await TestWallet(world.client)
            for wallet in [first, second] {
                let event = try JSON(parsing: try #require(await events.next()).payload)
                #expect(event["event"] == "wallet.device.added" && event["wallet_id"] == .string(id))
                #expect(event["device_id"] == .string(wallet.deviceID) && event["name"] == "Test device")
                #expect(event["created_at"] == "2026-01-01T00:00:00.000Z" && event["event_id"]?.stringValue != nil)
                #expect(event.objectValue?.members.count == 6)
            }
            // A wallet hears of its devices and can't make them up.
            try connection.publish(Data("{}".utf8), to: subject)
            try await connection.flush(timeout: .seconds(5))
            #expect(connection.lastError == .permissionDenied)
            await connection.close()
        }
    }
}
