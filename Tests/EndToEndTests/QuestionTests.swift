import FexValues
import Foundation
import Testing
import WalletCore

/// What a person is asked on a terminal, and what counts as their answer. `script` gives the client a terminal of its own.
@Suite struct QuestionTests {
    /// Runs the client on a terminal, types something before its question is shown, and something after.
    ///
    /// - Returns: The exit code, and all that was on the screen.
    private func run(
        _ wallet: Program, _ command: String, in directory: URL, early: String, late: String,
        whenReady: @Sendable () async throws -> Void = {}
    ) async throws -> (exitCode: Int32, screen: String) {
        let name = UUID().uuidString
        let screen = directory.appending(path: "\(name).screen")
        let client = Program.directory(of: "wallet-cli").appending(path: "wallet-cli").path
        var shell = Program.system("bash")
        shell.environment = wallet.environment
        let script = """
            cd "$1"; mkfifo "$2"; script -qefc "$3" "$4" < "$2" > /dev/null & exec 3> "$2"; printf "$5" >&3
            until grep -q '/[nN]\\]' "$4" || ! kill -0 $! 2>/dev/null; do sleep 0.02; done
            printf "$6" >&3; exec 3>&-; wait $!
            """
        async let ended = shell.run(
            [
                "-c", script, "bash", directory.path, name,
                // The terminal shows what is typed early as it comes in: until then it would not be early.
                "until grep -qs '^[yn]' '\(screen.path)'; do sleep 0.02; done; exec \(client) \(command)", screen.path,
                early, late,
            ])
        try await whenReady()
        let code = try await ended.exitCode
        return (code, try String(contentsOf: screen, encoding: .utf8))
    }

    @Test(arguments: ["pay", "approve"])
    func `what was typed before the question is no answer to it`(kind: String) async throws {
        try await World.run(options: ["--no-nats"]) { world in
            let wallet = try await world.wallet()
            func make() async throws -> String {
                kind == "pay" ? try await world.makeIntent(amount: "3.00").id : try await world.ask(amount: "3.00")
            }
            let declined = try await make()
            let no = try await run(
                wallet, "\(kind) \(declined)", in: world.directory, early: "y\\nyes\\n", late: "n\\n")
            #expect(no.exitCode == 1 && no.screen.contains("nothing was done"), "\(no.screen)")
            #expect(try await world.debits(of: declined).isEmpty)

            let ended = try await run(wallet, "\(kind) \(declined)", in: world.directory, early: "y\\n", late: "")
            #expect(ended.exitCode == 1, "the end of input is no yes: \(ended.screen)")
            #expect(try await world.debits(of: declined).isEmpty)

            let agreed = try await make()
            let yes = try await run(
                wallet, "\(kind) \(agreed)", in: world.directory, early: "n\\n", late: "y\\n")
            #expect(yes.exitCode == 0, "\(yes.screen)")
            #expect(try await world.debits(of: agreed) == ["3.00"])
            let merchant = try #require(world.ready["merchants"]?[0]?["merchant_id"]?.stringValue)
            #expect(yes.screen.contains("(\(merchant))?"), "the payee's id stands beside the name")
        }
    }

    @Test(arguments: [("y\\n", "", 0), ("y\\n", "\\n", 0), ("n\\n", "y\\n", 1), ("y\\n", "n\\n", 0)])
    func `the request that follows a code is answered by a word typed after it, or left open`(
        early: String, late: String, debits: Int
    ) async throws {
        try await World.run { world in
            let wallet = try await world.wallet()
            let asked = Asked()
            // What was asked before the code is shown, and not heard of, is no request that follows it.
            _ = try await world.ask(amount: "9.00")
            let ended = try await run(wallet, "code --watch", in: world.directory, early: early, late: late) {
                _ = try await eventually("the wallet listens") {
                    try await wallet("status", "--json").document()["listening"] == "stream" ? true : nil
                }
                await asked.set(try await world.ask(amount: "3.00"))
            }
            let intent = await asked.intent
            #expect(ended.exitCode == 0, "\(ended.screen)")
            #expect(try await world.debits(of: intent).count == debits)
            let states = try await wallet("approvals", "--all", "--json").document()["approvals"]?.arrayValue ?? []
            let expected = debits == 1 ? "approved" : late == "n\\n" ? "declined" : "pending"
            #expect(states.map { $0["state"]?.stringValue } == [expected, "pending"])
            #expect(ended.screen.contains("3.00 USD") && !ended.screen.contains("9.00 USD"), "\(ended.screen)")
        }
    }

    private actor Asked {
        var intent = ""
        func set(_ intent: String) { self.intent = intent }
    }

    @Test func `four that pay the same at once end as the one payment did, each with a reason`() async throws {
        try await World.run(options: ["--no-nats"]) { world in
            let wallet = try await world.wallet()
            let intent = try await world.makeIntent(amount: "4.00").id
            let outcomes = try await withThrowingTaskGroup(of: Program.Outcome.self) { group in
                for _ in 1...4 { group.addTask { try await wallet("pay", intent, "--yes") } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(try await world.debits(of: intent) == ["4.00"])
            for outcome in outcomes {
                #expect([0, 1].contains(outcome.exitCode), "\(outcome)")
                #expect(!(outcome.output + outcome.errors).contains(": . "), "\(outcome)")
                #expect(!(outcome.output + outcome.errors).isEmpty)
            }
            #expect(outcomes.contains { $0.exitCode == 0 })
        }
    }
}
