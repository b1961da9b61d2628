import FexValues
import Foundation
import Testing

/// `doctor`, by the real program.
@Suite(.timeLimit(.minutes(10))) struct DoctorTests {
    @Test func `all that a wallet needs is looked at, and what is wrong ends as a command would that met it`()
        async throws
    {
        try await World.run { world in
            var wallet = try await world.wallet()
            let well = try await wallet("doctor", "--json")
            #expect(well.exitCode == 0, "\(well)")
            let checks = try well.document()["checks"]?.arrayValue ?? []
            #expect(
                checks.compactMap { $0["check"]?.stringValue } == [
                    "configuration", "database", "secrets", "identity_provider", "api", "session", "device", "events",
                    "clock",
                ])
            #expect(checks.allSatisfy { $0["ok"] == true && $0["mend"] == .null }, "\(checks)")
            #expect(checks[2]["detail"]?.stringValue?.hasPrefix("plain files") == true)

            let nats = wallet.environment["FEX_NATS_URL"]
            wallet.environment["FEX_NATS_URL"] = "nats://127.0.0.1:1"
            let deaf = try await wallet("doctor", "--json")
            #expect(deaf.exitCode == 69)
            #expect(try deaf.error()["code"] == "events_not_connected")
            wallet.environment["FEX_NATS_URL"] = nats
            #expect(try await wallet("logout").exitCode == 0)
            let out = try await wallet("doctor")
            #expect(out.exitCode == 77 && out.output.contains("To mend it: `wallet-cli login`"), "\(out)")
        }
    }

    @Test func `a profile that can't be used is told in the same form`() async throws {
        var wallet = Program.built("wallet-cli")
        let home = FileManager.default.temporaryDirectory.appending(path: "home-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: home) }
        wallet.environment = ["FEX_WALLET_HOME": home.path]
        let told = try await wallet("doctor", "--json")
        #expect(told.exitCode == 78)
        #expect(try told.document()["checks"]?[0]?["ok"] == false)
        wallet.environment["FEX_API_URL"] = "http://127.0.0.1:1"
        wallet.environment["FEX_AUTH_URL"] = "http://127.0.0.1:1"
        let alone = try await wallet("doctor", "--json")
        let wrong = try alone.document()["checks"]?.arrayValue?.filter { $0["ok"] == false }.compactMap {
            $0["check"]?.stringValue
        }
        #expect(alone.exitCode == 69 && wrong == ["identity_provider", "api", "session", "device"], "\(alone)")
    }
}
