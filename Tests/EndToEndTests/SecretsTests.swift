import FexValues
import Foundation
import Testing
import WalletCore

/// How a profile keeps its secrets: in files, under a passphrase, in a real keyring.
@Suite struct SecretsTests {
    /// A client with a home of its own and no addresses in its environment.
    private func client(_ world: World, _ keyring: Keyring? = nil) -> Program {
        var wallet = Program.built("wallet-cli")
        // Of the machine's own bus nothing is to be seen.
        let none = ["DBUS_SESSION_BUS_ADDRESS": "unix:path=\(world.directory.path)/none"]
        wallet.environment = keyring?.environment ?? none
        wallet.environment["FEX_WALLET_HOME"] = world.directory.appending(path: "home").path
        return wallet
    }

    private func add(_ wallet: Program, _ world: World, _ options: String...) async throws -> Program.Outcome {
        let file = world.directory.appending(path: "ready.json").path
        return try await wallet.run(["profile", "add", "default", "--sandbox", file, "--json"] + options)
    }

    private func logIn(_ wallet: Program, _ world: World) async throws {
        let account = world.ready["wallets"]?[0] ?? .null
        let outcome = try await wallet(
            "login", "--username", account["username"]?.stringValue ?? "", "--password-stdin", "--json",
            input: account["password"]?.stringValue ?? "")
        #expect(outcome.exitCode == 0, "\(outcome.errors)")
    }

    private func withPassphrase(_ wallet: Program, _ command: String) async throws -> Program.Outcome {
        var shell = Program.system("sh")
        shell.environment = wallet.environment
        let client = Program.directory(of: "wallet-cli").appending(path: "wallet-cli").path
        return try await shell("-c", "printf 'correct horse\\n' | '\(client)' \(command) --passphrase-fd 0 --json")
    }

    private func secretFiles(_ world: World) throws -> [String] {
        let folder = world.directory.appending(path: "home/profiles/default/secrets").path
        return try FileManager.default.contentsOfDirectory(atPath: folder).filter { !$0.hasPrefix(".") }.sorted()
    }

    private func way(_ wallet: Program) async throws -> String? {
        try await wallet("status", "--json").document()["secrets"]?.stringValue
    }

    @Test func `credentials of a sandbox are refused by a profile that is locked, and sealed by one that is not`()
        async throws
    {
        try await World.run { world in
            let wallet = client(world)
            #expect(try await add(wallet, world).exitCode == 0)
            #expect(try await withPassphrase(wallet, "passphrase set").exitCode == 0)
            let file = world.directory.appending(path: "home/profiles/default/secrets/event-credentials")
            let password = try #require(world.ready["wallets"]?[1]?["nats_password"]?.stringValue)
            let before = try Data(contentsOf: file)
            let user = try #require(world.ready["wallets"]?[1]?["username"]?.stringValue)
            let refused = try await add(wallet, world, "--wallet", user)
            #expect(try refused.exitCode == 77 && refused.error()["code"] == "locked", "\(refused)")
            #expect(try Data(contentsOf: file) == before)
            #expect(try await withPassphrase(wallet, "unlock").exitCode == 0)
            #expect(try await add(wallet, world, "--wallet", user).exitCode == 0)
            let after = try Data(contentsOf: file)
            #expect(after != before && after.range(of: Data(password.utf8)) == nil, "it is sealed")
            #expect(try await wallet("lock").exitCode == 0)
        }
    }

    @Test func `a profile keeps its secrets in a keyring, and nothing of them in files`() async throws {
        try await World.run { world in
            try await Keyring.run { keyring in
                let wallet = client(world, keyring)
                let refused = try await add(wallet, world, "--secrets", "secret_service")
                #expect(
                    try refused.exitCode == 73 && refused.error()["code"] == "secret_store_unavailable", "\(refused)")
                #expect(try await wallet("profile", "list", "--json").document()["profiles"] == [])
                try await keyring.whileServed { () async throws -> Void in
                    #expect(try await add(wallet, world, "--secrets", "secret_service").exitCode == 0)
                    try await logIn(wallet, world)
                    #expect(try await way(wallet) == "secret_service")
                    #expect(try secretFiles(world).isEmpty)
                    #expect(try await keyring.count() > 2)
                    let intent = try await world.makeIntent(amount: "3.00").id
                    #expect(try await wallet("pay", intent, "--yes").exitCode == 0)
                    #expect(try await world.debits(of: intent) == ["3.00"])
                    for command in [["lock"], ["unlock"], ["passphrase", "set"]] {
                        #expect(try await wallet.run(command + ["--json"]).error()["code"] == "no_passphrase")
                    }
                    try await keyring.lock()
                    let another = try await world.makeIntent(amount: "4.00").id
                    let locked = try await wallet("pay", another, "--yes", "--json")
                    #expect(try locked.exitCode == 77 && locked.error()["code"] == "locked", "\(locked)")
                    #expect(try await wallet("secrets", "--json").document()["opens"] == false)
                    let kept = try await wallet("profile", "remove", "default", "--json")
                    #expect(try kept.exitCode == 77 && kept.error()["code"] == "locked", "\(kept)")
                }
                let gone = try await wallet("balance", "--refresh", "--json")
                #expect(try gone.exitCode == 73 && gone.error()["code"] == "secret_store_unavailable", "\(gone)")
                let status = try await wallet("status", "--json")
                #expect(try status.exitCode == 0 && status.document()["session"] == "unreadable", "\(status)")
                #expect(try secretFiles(world).isEmpty)
                try await keyring.whileServed { () async throws -> Void in
                    #expect(try await wallet("secrets", "--json").document()["opens"] == true)
                    #expect(try await wallet("profile", "remove", "default").exitCode == 0)
                    #expect(try await keyring.count() == 0)
                }
            }
        }
    }

    @Test func `secrets are moved to a keyring and back, and the session goes on`() async throws {
        try await World.run { world in
            try await Keyring.run { keyring in
                try await keyring.whileServed { () async throws -> Void in
                    let wallet = client(world, keyring)
                    #expect(try await add(wallet, world).exitCode == 0)
                    try await logIn(wallet, world)
                    let files = try secretFiles(world)
                    #expect(try await way(wallet) == "plain" && files.count > 2)
                    for _ in 1...2 {
                        let moved = try await wallet("secrets", "move", "secret_service", "--json")
                        #expect(try moved.exitCode == 0 && moved.document()["secrets"] == "secret_service", "\(moved)")
                        #expect(try await way(wallet) == "secret_service")
                        #expect(try secretFiles(world).isEmpty)
                        #expect(try await keyring.count() == files.count)
                    }
                    #expect(try await wallet("balance", "--refresh").exitCode == 0)
                    #expect(try await wallet("secrets", "move", "plain").exitCode == 0)
                    #expect(try await way(wallet) == "plain")
                    #expect(try await keyring.count() == 0)
                    #expect(try secretFiles(world) == files)
                    #expect(try await withPassphrase(wallet, "passphrase set").exitCode == 0)
                    let locked = try await wallet("secrets", "move", "secret_service", "--json")
                    #expect(try locked.exitCode == 77 && locked.error()["code"] == "locked", "\(locked)")
                    #expect(try await withPassphrase(wallet, "unlock").exitCode == 0)
                    #expect(try await wallet("secrets", "move", "secret_service").exitCode == 0)
                    #expect(try await way(wallet) == "secret_service")
                    #expect(try secretFiles(world).isEmpty)
                    let intent = try await world.makeIntent(amount: "3.00").id
                    #expect(try await wallet("pay", intent, "--yes").exitCode == 0)
                }
            }
        }
    }
}
