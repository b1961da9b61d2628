import FexValues
import Foundation
import Testing
import WalletCore

/// A merchant that sends as much as it may, through the real programs and real HTTP.
@Suite(.timeLimit(.minutes(15))) struct LongRequestsTests {
    /// Asks a customer, with metadata of so many characters.
    private func ask(_ world: World, noteLength: Int) async throws {
        let (api, auth) = (world.ready["api"]?.stringValue ?? "", world.ready["auth"]?.stringValue ?? "")
        let merchant = world.ready["merchants"]?[0]
        let (id, secret) = (merchant?["client_id"]?.stringValue ?? "", merchant?["client_secret"]?.stringValue ?? "")
        let curl = Program.system("curl")
        let token = try await curl(
            "-fsS", "-d", "grant_type=client_credentials&client_id=\(id)&client_secret=\(secret)",
            "\(auth)/realms/payment-platform/protocol/openid-connect/token"
        ).document()["access_token"]?.stringValue
        let body: JSON = [
            "scan_token": .string(world.walletID()), "amount": .number("12.50"), "currency": "USD",
            "counter_id": merchant?["counters"]?[0]?["id"] ?? .null,
            "metadata": ["note": .string(String(repeating: "x", count: noteLength))],
        ]
        let file = world.directory.appending(path: "request.json")
        try body.data.write(to: file)
        let asked = try await curl(
            "-fsS", "-H", "Authorization: Bearer \(token ?? "")", "--json", "@\(file.path)",
            "\(api)/merchant/api/v1/scan-payment")
        #expect(asked.exitCode == 0, "\(asked.errors)")
    }

    private func size(of directory: URL) -> Int {
        let files = FileManager.default.enumerator(at: directory, includingPropertiesForKeys: [.fileSizeKey])
        return (files?.compactMap { $0 as? URL } ?? []).reduce(0) {
            $0 + ((try? $1.resourceValues(forKeys: [.fileSizeKey]).fileSize) ?? 0)
        }
    }

    @Test func `requests of 900 KB keep nothing from arriving, can be approved, and are not kept whole`() async throws {
        try await World.run(options: ["--no-nats"]) { world in
            let wallet = try await world.wallet()
            for _ in 0..<6 { try await ask(world, noteLength: 900_000) }
            let honest = try await world.ask(amount: "7.00")
            let synced = try await wallet("sync", "--json")
            #expect(synced.exitCode == 0, "\(synced.errors)")
            #expect(try synced.document()["approvals"] == 7)
            #expect(try synced.document()["quarantined"] == [])
            let listed = try await wallet("approvals", "--json").document()["approvals"]?.arrayValue ?? []
            #expect(listed.contains { $0["intent"]?.stringValue == honest } && listed.count == 7)
            #expect(try await wallet("approve", honest, "--yes").exitCode == 0)
            let long = listed.compactMap { $0["intent"]?.stringValue }.first { $0 != honest } ?? ""
            #expect(try await wallet("approve", long, "--yes").exitCode == 0)
            #expect(try await world.debits(of: long) == ["12.50"])
            // What was approved comes as a change once more.
            #expect(try await wallet("sync", "--json").document()["approvals"] == 2)
            for _ in 0..<4 {
                try await ask(world, noteLength: 900_000)
                #expect(try await wallet("sync", "--json").document()["approvals"] == 1)
            }
            #expect(size(of: world.directory.appending(path: "wallet-0")) < 5_000_000)
            let second = try await world.wallet(home: "second")
            #expect(try await second("sync", "--json").document()["transactions"] == 2)
        }
    }

    @Test func `what comes by the newest page and by the feed counts once, and none of it waits to be read`()
        async throws
    {
        try await World.run(options: ["--no-nats"]) { world in
            let wallet = try await world.wallet()
            let order: JSON = ["wallet_id": .string(world.walletID()), "count": 350]
            _ = try await world.control("transactions", method: "POST", order)
            #expect(try await wallet("sync").output.contains("news of 350 transactions"))
            #expect(try await wallet("status", "--json").document()["quarantined"] == 0)
        }
    }
}
