import FexValues
import Foundation
import Testing
import WalletCore

/// A person's own limits, by separate processes.
@Suite(.timeLimit(.minutes(15))) struct OwnLimitsTests {
    @Test func `limits are set, shown, kept to by each command, and taken away`() async throws {
        try await World.run(options: ["--no-nats"]) { world in
            let wallet = try await world.wallet()
            #expect(try await wallet("limits", "--json").document()["limits"] == [])
            let set = try await wallet("limits", "set", "--always-ask", "--daily", "10", "--json")
            #expect(set.exitCode == 0, "\(set.errors)")
            let merged = try await wallet("limits", "set", "--currency", "usd", "--type-above", "5.00", "--json")
            let limit = try merged.document()["limit"]
            #expect(limit?["currency"] == "USD" && limit?["always_ask"] == true && limit?["type_above"] == "5.00")
            #expect(limit?["daily"] == "10.00" && limit?["agreed_today"] == "0.00")

            let (paid, asked) = (try await world.makeIntent(amount: "3.00").id, try await world.ask(amount: "3.00"))
            for (command, intent) in [("pay", paid), ("approve", asked)] {
                let refused = try await wallet(command, intent, "--yes", "--json")
                #expect(refused.exitCode == 1, "\(refused)")
                let error = try refused.error()
                #expect(error["code"] == "own_limit" && error["money"] == "not_moved" && error["retry"] == "never")
                #expect(try await wallet(command, intent).exitCode == 64, "there is no terminal to ask on")
                #expect(try await world.debits(of: intent).isEmpty)
            }
            #expect(try await wallet("decline", asked).exitCode == 0, "a no needs no consent")
            #expect(try await wallet("limits", "remove", "--always-ask").exitCode == 0)
            #expect(try await wallet("pay", paid, "--yes").exitCode == 0)
            let dear = try await world.makeIntent(amount: "8.00").id
            let beyond = try await wallet("pay", dear, "--yes", "--json")
            #expect(beyond.exitCode == 1)
            #expect(try beyond.error()["code"] == "own_limit" && beyond.error()["retry"] == "later")
            #expect(try await wallet("limits", "--json").document()["limits"]?[0]?["agreed_today"] == "3.00")
            #expect(try await wallet("limits", "remove").exitCode == 0)
            #expect(try await wallet("limits").output == "No limits of your own.\n")
            #expect(try await wallet("pay", dear, "--yes").exitCode == 0)
        }
    }

    @Test(arguments: [("6.00", true), ("6,00 USD", true), ("6", true), ("y", false), ("60.0", false), ("", false)])
    func `above the limit the amount is typed on the terminal`(typed: String, isPaid: Bool) async throws {
        try await World.run(options: ["--no-nats"]) { world in
            let wallet = try await world.wallet()
            #expect(try await wallet("limits", "set", "--type-above", "5").exitCode == 0)
            let intent = try await world.makeIntent(amount: "6.00").id
            var shell = Program.system("bash")
            shell.environment = wallet.environment
            let client = Program.directory(of: "wallet-cli").appending(path: "wallet-cli").path
            let script = """
                cd "$1"; mkfifo keys; script -qefc "$2 pay $3" screen < keys > /dev/null & exec 3> keys
                until grep -qs 'type the amount' screen || ! kill -0 $! 2>/dev/null; do sleep 0.02; done
                printf '%s\\n' "$4" >&3; exec 3>&-; wait $!
                """
            let ended = try await shell("-c", script, "bash", world.directory.path, client, intent, typed)
            #expect(ended.exitCode == (isPaid ? 0 : 1), "\(ended)")
            #expect(try await world.debits(of: intent) == (isPaid ? ["6.00"] : []))
        }
    }

    @Test(arguments: [
        ["limits", "set"], ["limits", "set", "--currency", "XXY", "--always-ask"],
        ["limits", "set", "--currency", "USD", "--daily", "-1"],
        ["limits", "set", "--currency", "USD", "--daily", "1.005"],
        ["limits", "set", "--currency", "USD", "--type-above", "abc"], ["limits", "set", "--daily", "5"],
    ])
    func `a limit that can't be one is refused, and none is set`(command: [String]) async throws {
        var wallet = Program.built("wallet-cli")
        let home = FileManager.default.temporaryDirectory.appending(path: "home-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: home) }
        wallet.environment = [
            "FEX_WALLET_HOME": home.path, "FEX_API_URL": "http://127.0.0.1:1", "FEX_AUTH_URL": "http://127.0.0.1:1",
        ]
        #expect(try await wallet.run(command).exitCode == 64)
        // A wallet that has no home yet has no limits.
        _ = try await wallet.run(["limits", "set", "--currency", "EUR", "--always-ask"])
        let limits = try await wallet("limits", "--json").document()["limits"]?.arrayValue ?? []
        #expect(limits.map { $0["currency"] } == ["EUR"])
    }

    @Test func `today is the day where the person is`() async throws {
        try await World.run(options: ["--no-nats", "--clock", "virtual"]) { world in
            let wallet = try await world.wallet()
            #expect(try await wallet("limits", "set", "--daily", "5").exitCode == 0)
            let paid = try await wallet("pay", try await world.makeIntent(amount: "3.00").id, "--yes", "--json")
                .document()
            let decidedAt = try #require(paid["decision"]?["decided_at"]?.stringValue.flatMap { Timestamp($0) })
            _ = try await world.control("clock", method: "POST", ["advance_seconds": 3600])
            #expect(try await wallet("sync").exitCode == 0)
            // Where it was midnight half an hour after the payment, and where it was half an hour before.
            for (pause, agreed) in [(1800, "0.00"), (-1800, "3.00")] {
                var there = wallet
                let past = (Int(decidedAt.milliseconds / 1000) + pause) % 86_400
                let east = past > 43_200 ? 86_400 - past : -past
                let digits = "\(abs(east) / 3600):\(abs(east) / 60 % 60):\(abs(east) % 60)"
                // POSIX counts westwards.
                there.environment["TZ"] = "HERE\(east < 0 ? "+" : "-")\(digits)"
                let limits = try await there("limits", "--json").document()["limits"]
                #expect(limits?[0]?["agreed_today"]?.stringValue == agreed, "\(there.environment["TZ"] ?? "")")
            }
        }
    }
}
