import FexValues
import Foundation
import Testing
import WalletCore

/// A session that ends, or is logged out, while programs are at work.
@Suite struct SessionEndTests {
    /// Runs a watching command until it ends by itself, and a body once it listens.
    private func watching(
        _ command: [String], as wallet: Program, in world: World, _ body: () async throws -> Void
    ) async throws -> Program.Outcome {
        // It has to end by itself: who ends it after five minutes says so by 124.
        var limited = Program.system("timeout")
        limited.environment = wallet.environment
        let client = Program.directory(of: "wallet-cli").appending(path: "wallet-cli").path
        async let outcome = limited.run(["300", client] + command)
        _ = try await eventually("it listens") { try await status(wallet)["listening"] == "stream" ? true : nil }
        try await body()
        return try await outcome
    }

    private func status(_ wallet: Program) async throws -> JSON { try await wallet("status", "--json").document() }

    private func plan(_ faults: JSON, in world: World) async throws {
        _ = try await world.control("faults", method: "PUT", faults)
    }

    /// Where a wallet keeps its tokens.
    private func tokens(of wallet: Program) -> URL {
        URL(filePath: wallet.environment["FEX_WALLET_HOME"] ?? "").appending(path: "profiles/default/secrets/tokens")
    }

    /// Takes from a wallet the one token by which it could renew the other; the provider will call it invalid.
    private func spoilRefreshToken(of wallet: Program) throws {
        var kept = try JSON(parsing: try Data(contentsOf: tokens(of: wallet))).objectValue ?? JSONObject()
        kept["refresh_token"] = "of-nobody"
        try JSON.object(kept).data.write(to: tokens(of: wallet))
    }

    @Test(arguments: [["approvals", "watch"], ["sync", "--watch"], ["code", "--watch"]])
    func `a program that watches ends with the session, and says that one has to log in`(command: [String]) async throws
    {
        try await World.run { world in
            let wallet = try await world.wallet()
            let outcome = try await watching(command, as: wallet, in: world) {
                try spoilRefreshToken(of: wallet)
                try await plan([["match": ["path": "/wallet/*"], "action": "status", "status": 401]], in: world)
                // Another program meets the end first.
                let intent = try await world.makeIntent(amount: "1.00").id
                _ = try await wallet("pay", intent, "--yes")
            }
            #expect(outcome.exitCode == 77, "\(outcome)")
            #expect(outcome.errors.contains("log in"))
            let status = try await status(wallet)
            #expect(status["logged_in"] == false && status["session"] == "ended" && status["listening"] == "no")
            #expect(try await wallet("balance", "--refresh", "--json").error()["code"] == "session_ended")
        }
    }

    @Test func `a program that watches ends where another logs out`() async throws {
        try await World.run { world in
            let wallet = try await world.wallet()
            let outcome = try await watching(["approvals", "watch", "--json"], as: wallet, in: world) {
                let loggedOut = try await wallet("logout")
                #expect(loggedOut.exitCode == 0)
            }
            #expect(outcome.exitCode == 77, "\(outcome)")
            #expect(try outcome.error()["code"] == "not_logged_in")
            let status = try await status(wallet)
            #expect(status["logged_in"] == false && status["listening"] == "no")
        }
    }

    @Test func `a log-out during a renewal stands, and waits for nobody`() async throws {
        try await World.run(options: ["--no-nats"]) { world in
            let wallet = try await world.wallet()
            try await plan(
                [
                    ["match": ["path": "/wallet/*"], "nth": 1, "action": "status", "status": 401],
                    ["match": ["path": "*/token"], "action": "delay", "delay_ms": 20000],
                ], in: world)
            async let refreshed = wallet("balance", "--refresh")
            // The renewal has begun when it has the lock that renewals take.
            _ = try await eventually("the renewal is under way") {
                let lock = tokens(of: wallet).deletingLastPathComponent().appending(path: ".lock")
                return FileManager.default.fileExists(atPath: lock.path) ? true : nil
            }
            #expect(try await wallet("logout").exitCode == 0)
            // Had the log-out waited, the renewal would have been kept, and the balance been told.
            #expect(try await refreshed.exitCode == 77)
            #expect(try await status(wallet)["logged_in"] == false)
            let kept = try String(contentsOf: tokens(of: wallet), encoding: .utf8)
            #expect(!kept.contains("token"))
        }
    }

    @Test func `without the key of its tokens a wallet sends nothing, and one has to log in`() async throws {
        try await World.run(options: ["--no-nats"]) { world in
            let wallet = try await world.wallet()
            let intent = try await world.makeIntent(amount: "29.99").id
            let kept = tokens(of: wallet)
            let key = kept.deletingLastPathComponent().appending(path: "dpop-key")
            #expect(try JSON(parsing: Data(contentsOf: kept))["token_type"] == "DPoP")
            try FileManager.default.removeItem(at: key)
            for command in [["balance", "--refresh"], ["sync"], ["pay", intent, "--yes"], ["devices"]] {
                let refused = try await wallet.run(command + ["--json"])
                #expect(refused.exitCode == 77, "\(command) \(refused)")
                #expect(try refused.error()["code"] == "token_key_lost" && refused.errors.contains("log in again"))
            }
            #expect(try await status(wallet)["logged_in"] == false)
            #expect(try await wallet("outbox", "--json").document()["decisions"]?.arrayValue?.isEmpty == true)
            #expect(!FileManager.default.fileExists(atPath: key.path), "only a login makes a key")
            let again = try await world.wallet()
            #expect(try await again("pay", intent, "--yes").exitCode == 0)
            #expect(try await world.debits(of: intent) == ["29.99"])
        }
    }

    @Test func `a platform whose clock goes on by hours ends no session`() async throws {
        try await World.run(options: ["--no-nats"]) { world in
            let wallet = try await world.wallet()
            for seconds in [40, 250, 7200, 86_400] {
                _ = try await world.control("clock", method: "POST", ["advance_seconds": .integer(seconds)])
                #expect(try await wallet("balance", "--refresh").exitCode == 0, "\(seconds) seconds")
                let intent = try await world.makeIntent(amount: "1.00").id
                _ = try await world.control("clock", method: "POST", ["advance_seconds": 90])
                #expect(try await wallet("pay", intent, "--yes").exitCode == 0, "\(seconds) seconds")
                #expect(try await world.debits(of: intent) == ["1.00"])
            }
        }
    }

    @Test func `a device that lost its key pays nothing until the next login`() async throws {
        try await World.run(options: ["--no-nats"]) { world in
            let wallet = try await world.wallet()
            let intent = try await world.makeIntent(amount: "29.99").id
            let secrets = tokens(of: wallet).deletingLastPathComponent()
            try FileManager.default.removeItem(at: secrets.appending(path: "device-key"))
            let refused = try await wallet("pay", intent, "--yes", "--json")
            #expect(refused.exitCode == 77)
            let error = try refused.error()
            #expect(error["code"] == "device_key_lost" && error["money"] == "not_moved" && error["retry"] == "never")
            #expect(try await wallet("outbox", "--json").document()["decisions"]?.arrayValue?.isEmpty == true)
            #expect(try await world.control("decisions")["decisions"]?.arrayValue?.isEmpty != false)
            let again = try await world.wallet()
            #expect(try await again("pay", intent, "--yes").exitCode == 0)
            #expect(try await world.debits(of: intent) == ["29.99"])
        }
    }
}
