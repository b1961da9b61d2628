import FexValues
import Foundation
import Testing
import WalletCore

/// A day is a day where the person is.
@Suite struct DaysTests {
    @Test func `a payment is found by the day where the person is, to its end`() async throws {
        try await World.run(options: ["--no-nats"]) { world in
            let wallet = try await world.wallet()
            let intent = try await world.makeIntent(amount: "3.00")
            #expect(try await wallet("pay", intent.id, "--yes").exitCode == 0)
            #expect(try await wallet("sync").exitCode == 0)
            for zone in [
                "Asia/Tokyo", "Pacific/Kiritimati", "Pacific/Pago_Pago", "Asia/Kathmandu", "JST-9", "UTC", ":UTC", "",
            ] {
                var person = wallet
                person.environment["TZ"] = zone
                var date = Program.system("date")
                date.environment["TZ"] = zone
                let today = try await date("+%F").output.trimmingCharacters(in: .newlines)
                let tomorrow = try await date("+%F", "-d", "tomorrow").output.trimmingCharacters(in: .newlines)
                for options in [
                    ["--since", today], ["--until", today], ["--since", today, "--until", today],
                    ["--since", today, "--until", tomorrow], ["--since", "\(today)T00:00"],
                ] {
                    let found = try await person.run(["history", "--json"] + options).document()["transactions"]
                    #expect(found?.arrayValue?.count == 1, "\(zone) \(options)")
                }
                let later = try await person("history", "--json", "--since", tomorrow).document()["transactions"]
                #expect(later == [], "\(zone)")
            }
        }
    }

    @Test(arguments: [
        ["--since", "2026-12-02", "--until", "2026-12-01"], ["--status", "bogus"], ["--type", "bogus"],
        ["--since", "2026-12-01T00:00:00Z", "--until", "2026-12-01T00:00:00Z"], ["--since", "2026-02-30"],
    ])
    func `a stretch that can't be, and what no payment ever was, are refused`(options: [String]) async throws {
        var wallet = Program.built("wallet-cli")
        let home = FileManager.default.temporaryDirectory.appending(path: "home-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: home) }
        wallet.environment = [
            "FEX_WALLET_HOME": home.path, "FEX_API_URL": "http://127.0.0.1:1", "FEX_AUTH_URL": "http://127.0.0.1:1",
        ]
        #expect(try await wallet.run(["history"] + options).exitCode == 64)
        #expect(try await wallet.run(["history", "export", "--to", "-", "--format", "csv"] + options).exitCode == 64)
    }
}
