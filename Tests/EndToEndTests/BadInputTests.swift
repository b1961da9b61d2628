import FexValues
import Foundation
import Testing
import WalletCore

/// A clear sentence, the documented exit code, nothing written, no money moved.
@Suite struct BadInputTests {
    @Test func `what can't be paid is refused, and nothing is written or moved`() async throws {
        try await World.run(options: ["--no-nats"]) { world in
            let wallet = try await world.wallet()
            let bob = try await world.wallet(1)
            let intent = try await world.makeIntent(amount: "29.99")
            let paid = try await world.makeIntent(amount: "1.00")
            #expect(try await bob("pay", paid.code, "--yes").exitCode == 0)
            let cancelled = try await world.makeIntent(amount: "2.00")
            #expect(try await world.till("pos", "cancel", cancelled.id).exitCode == 0)
            let others = try await world.ask(1, amount: "3.00")
            let dear = try await world.makeIntent(amount: "5000.00")

            func refuses(
                _ arguments: String..., exitCode: Int32, code: String, location: SourceLocation = #_sourceLocation
            ) async throws {
                let outcome = try await wallet.run(arguments + ["--json"])
                #expect(outcome.exitCode == exitCode, "\(outcome)", sourceLocation: location)
                let error = try outcome.error()
                #expect(error["code"]?.stringValue == code, "\(outcome)", sourceLocation: location)
                #expect(error["message"]?.stringValue?.isEmpty == false, sourceLocation: location)
                #expect(error["money"] == "not_moved", sourceLocation: location)
                let inWords = try await wallet.run(arguments)
                #expect(
                    inWords.exitCode == exitCode && !(inWords.errors + inWords.output).isEmpty, sourceLocation: location
                )
            }
            try await refuses("pay", "fex://pay?intent=", "--yes", exitCode: 65, code: "unusable_code")
            try await refuses("pay", "", "--yes", exitCode: 65, code: "unusable_code")
            try await refuses("pay", "WIFI:S:net;P:hunter2;;", "--yes", exitCode: 65, code: "foreign_code")
            try await refuses("scan", "https://evil.example/fex://pay?intent=1", exitCode: 65, code: "foreign_code")
            try await refuses("pay", "fex://pay?intent=pi_never", "--yes", exitCode: 1, code: "not_found")
            try await refuses("pay", paid.code, "--yes", exitCode: 1, code: "already_paid")
            try await refuses("pay", cancelled.code, "--yes", exitCode: 1, code: "intent_not_payable")
            try await refuses("approve", others, "--yes", exitCode: 77, code: "other_wallet")
            try await refuses("decline", intent.id, exitCode: 1, code: "wrong_kind")
            let changed = intent.code.replacing("29.99", with: "2.99")
            try await refuses("pay", changed, "--yes", exitCode: 65, code: "code_differs")
            try await refuses("scan", changed, exitCode: 65, code: "code_differs")
            try await refuses("pay", intent.code, exitCode: 64, code: "no_terminal")
            try await refuses("approve", "../x", "--yes", exitCode: 65, code: "not_an_id")
            // A private key has the characters of an id.
            let key = "KyznWeHunWNEHDXTsnJCyJvjpvyZDAL2GMejAKXaoYPWX7wYpyre"
            try await refuses("pay", key, "--yes", exitCode: 65, code: "foreign_code")
            try await refuses("pay", "fex://pay?intent=\(key)", "--yes", exitCode: 65, code: "unusable_code")
            try await refuses("approve", key, "--yes", exitCode: 65, code: "foreign_code")
            try await refuses("decline", "\u{A0}\(key)", exitCode: 65, code: "foreign_code")
            try await refuses("show", key, exitCode: 65, code: "foreign_code")
            try await refuses("outbox", "retry", key, exitCode: 65, code: "foreign_code")
            try await refuses("frobnicate", exitCode: 64, code: "usage")
            try await refuses("history", "--limit", "0", exitCode: 64, code: "bad_limit")
            #expect(try await wallet("outbox", "--json").document()["decisions"]?.arrayValue?.isEmpty == true)

            let poor = try await wallet("pay", dear.code, "--yes", "--json")
            #expect(poor.exitCode == 1)
            #expect(try poor.document()["decision"]?["state"] == "refused")

            #expect(try await wallet("balance", "--refresh", "--json").document()["balance"] == "1000.00")
            let decisions = try await world.control("decisions")["decisions"]?.arrayValue ?? []
            #expect(decisions.count == 2, "bob's payment, and the one that was too dear")
        }
    }

    @Test func `an intent that has expired is not paid`() async throws {
        try await World.run(options: ["--no-nats", "--clock", "virtual"]) { world in
            let wallet = try await world.wallet()
            let intent = try await world.makeIntent(amount: "29.99")
            _ = try await world.control("clock", method: "POST", ["advance_seconds": 1801])
            let outcome = try await wallet("pay", intent.code, "--yes", "--json")
            #expect(outcome.exitCode == 1)
            #expect(try await world.debits(of: intent.id).isEmpty)
        }
    }

    @Test func `without a session, a profile or a platform, each command says what is missing`() async throws {
        var stranger = Program.built("wallet-cli")
        let home = FileManager.default.temporaryDirectory.appending(path: "home-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: home) }
        stranger.environment = [
            "FEX_WALLET_HOME": home.path, "FEX_API_URL": "", "FEX_AUTH_URL": "", "FEX_NATS_URL": "",
        ]
        let code = "fex://pay?intent=pi_xxxx&amount=29.99&currency=USD&merchant=a1b2c3d4"

        #expect(try await stranger("balance", "--json").exitCode == 78)
        #expect(try await stranger("status", "--profile", "../x").exitCode == 78)
        let scanned = try await stranger("scan", "-", "--json", input: code)
        #expect(scanned.exitCode == 0)
        #expect(try scanned.document()["fetched"] == false)
        #expect(try scanned.document()["intent"] == "pi_xxxx")
        #expect(scanned.errors.contains("not fetched"))
        #expect(!FileManager.default.fileExists(atPath: home.path), "looking wrote something")

        let away = "http://127.0.0.1:1"
        #expect(try await stranger("profile", "add", "default", "--api", away, "--auth", away).exitCode == 0)
        #expect(try await stranger("pay", code, "--yes", "--json").exitCode == 77)
        #expect(try await stranger("scan", code, "--json").document()["fetched"] == false)
        let login = try await stranger("login", "--username", "a", "--password-stdin", "--json", input: "b")
        #expect(login.exitCode == 69)
        #expect(try login.error()["retry"] == "later")
        #expect(try await stranger("profile", "add", "x", "--api", "ftp://x", "--auth", away).exitCode == 78)
    }

    @Test func `a wrong password is refused, and is in no message`() async throws {
        try await World.run(options: ["--no-nats"]) { world in
            let wallet = try await world.wallet()
            #expect(try await wallet("logout").exitCode == 0)
            let outcome = try await wallet(
                "login", "--username", "alice", "--password-stdin", "--json", "--verbose", input: "hunter2")
            #expect(outcome.exitCode == 77)
            #expect(!(outcome.output + outcome.errors).contains("hunter2"))
            let status = try await wallet("status", "--json").document()
            #expect(status["logged_in"] == false && status["session"] == "logged_out")
            #expect(try await wallet("sync", "--json").exitCode == 77)
        }
    }

    @Test func `a platform that goes away leaves the decision queued, and the cached wallet readable`() async throws {
        // Twice: libcurl repeats a call by itself where a connection that it reused had gone.
        let fault: JSON = ["match": ["method": "POST", "path": "*/approve"], "times": 2, "action": "drop_before"]
        try await World.run(faults: [fault], options: ["--no-nats"]) { world in
            let wallet = try await world.wallet()
            let asked = try await world.ask(amount: "4.00")
            let outcome = try await wallet("approve", asked, "--yes", "--json")
            #expect(outcome.exitCode == 75)
            #expect(try outcome.document()["decision"]?["state"] == "unknown")
            #expect(try outcome.error()["retry"] == "same_key" && outcome.error()["money"] == "unknown")
            let queued = try await wallet("outbox", "--json").document()["decisions"]?[0]
            #expect(queued?["attempts"] == 1 && queued?["waiting_for"]?.stringValue?.isEmpty == false)

            var offline = wallet
            offline.environment["FEX_API_URL"] = "http://127.0.0.1:1"
            #expect(try await offline("sync", "--json").exitCode == 75)
            #expect(try await offline("balance", "--json").document()["balance"] == "1000.00")
            #expect(try await offline("balance", "--refresh", "--json").exitCode == 69)
            #expect(try await wallet("sync", "--json").exitCode == 0)
            #expect(try await world.debits(of: asked) == ["4.00"])
        }
    }
}
