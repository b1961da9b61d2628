import FexValues
import Foundation
import HTTPTesting
import Testing
import WalletTesting

/// How the real program reaches its platform, and what it refuses.
@Suite(.timeLimit(.minutes(15))) struct WaysTests {
    private static func withHome<Value>(_ body: (Program, URL) async throws -> Value) async throws -> Value {
        let home = FileManager.default.temporaryDirectory.appending(path: "home-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: home) }
        var wallet = Program.built("wallet-cli")
        wallet.environment = [
            "FEX_WALLET_HOME": home.path, "FEX_API_URL": "", "FEX_AUTH_URL": "", "FEX_NATS_URL": "",
        ]
        return try await body(wallet, home)
    }

    @Test func `a sandbox's ready document is all that a profile needs`() async throws {
        try await World.run { world in
            try await Self.withHome { wallet, home in
                let ready = world.directory.appending(path: "ready.json").path
                let added = try await wallet("profile", "add", "default", "--sandbox", ready, "--json")
                #expect(added.exitCode == 0, "\(added)")
                #expect(try added.document()["profile"]?["api"] == world.ready["api"])
                #expect(!added.output.contains(world.ready["wallets"]?[0]?["nats_password"]?.stringValue ?? "?"))
                let login = try await wallet(
                    "login", "--username", "bob", "--password-stdin",
                    input: world.ready["wallets"]?[1]?["password"]?.stringValue ?? "")
                #expect(login.exitCode == 0, "\(login)")
                #expect(try await wallet("sync").exitCode == 0)
                // Again it changes nothing: bob goes on to listen to his own events, and not to the first wallet's.
                let secret = home.appending(path: "profiles/default/secrets/event-credentials")
                let kept = try Data(contentsOf: secret)
                #expect(try await wallet("profile", "add", "default", "--sandbox", ready).exitCode == 0)
                #expect(try Data(contentsOf: secret) == kept)
                let named = try await wallet("profile", "add", "default", "--sandbox", ready, "--wallet", "alice")
                let other = try Data(contentsOf: secret)
                #expect(named.exitCode == 0 && other != kept)
                for (arguments, code) in [
                    (["--sandbox", ready, "--api", "https://x"], 64), (["--sandbox", ready, "--wallet", "nobody"], 64),
                    (["--sandbox", home.path + "/none"], 65), (["--sandbox", "/dev/null"], 65), ([], 64),
                ] {
                    #expect(
                        try await wallet.run(["profile", "add", "x"] + arguments).exitCode == Int32(code),
                        "\(arguments)")
                }
            }
        }
    }

    @Test
    func `an address without encryption is refused unless the profile is named insecure, which is said at each use`()
        async throws
    {
        try await Self.withHome { wallet, home in
            let plain = "http://api.invalid"
            let refused = try await wallet("profile", "add", "p", "--api", plain, "--auth", plain, "--json")
            #expect(refused.exitCode == 78)
            #expect(try refused.error()["code"] == "insecure_address")
            #expect(!FileManager.default.fileExists(atPath: home.path))
            var turned = wallet
            turned.environment["FEX_API_URL"] = plain
            turned.environment["FEX_AUTH_URL"] = "http://127.0.0.1:9"
            for command in [["status"], ["login"], ["sync"]] {
                #expect(try await turned.run(command).exitCode == 78, "\(command)")
            }
            let added = try await wallet("profile", "add", "p", "--api", plain, "--auth", plain, "--insecure")
            #expect(added.exitCode == 0 && added.errors.contains("the profile \"p\" is insecure"))
            for command in [["status"], ["status", "--quiet"], ["history"], ["sync"], ["profile", "use", "p"]] {
                let outcome = try await wallet.run(command + ["--profile", "p"])
                let said = outcome.errors.split(separator: "\n").filter { $0.contains("is insecure: ") }
                #expect(said.count == 1, "\(command): \(outcome)")
            }
            #expect(try await wallet("profile", "remove", "p").exitCode == 0)
        }
    }

    @Test(.enabled(if: OpenSSL.isAvailable))
    func `what the environment says writes no keys down, and makes nobody trusted`() async throws {
        try await SelfSignedCertificate.make { certificate in
            try await OpenSSLServer.run(certificate, ["-www"]) { server in
                try await Self.withHome { wallet, home in
                    let keys = home.path + ".keys"
                    defer { try? FileManager.default.removeItem(atPath: keys) }
                    var wallet = wallet
                    wallet.environment["SSLKEYLOGFILE"] = keys
                    let address = "https://\(server.authority)"
                    let pem = certificate.file.path()
                    func asked() async throws -> JSON? {
                        try await wallet("login", "--username", "a", "--password-stdin", "--json", input: "b").error()[
                            "code"]
                    }
                    let basics = ["profile", "add", "default", "--api", address, "--auth", address]
                    #expect(try await wallet.run(basics).exitCode == 0)
                    wallet.environment["SSL_CERT_FILE"] = pem
                    #expect(try await asked() == "insecure")
                    #expect(try await wallet.run(basics + ["--ca", pem]).exitCode == 0)
                    // It is reached, and is no identity provider.
                    #expect(try await asked() == "not_the_platform")
                    #expect(!FileManager.default.fileExists(atPath: keys))
                    let digest = try await OpenSSL.publicKeyDigest(of: certificate)
                    let other = String(repeating: "0", count: 64)
                    #expect(try await wallet.run(basics + ["--ca", pem, "--pin", other, digest]).exitCode == 0)
                    #expect(try await asked() == "not_the_platform")
                    let one = try await wallet.run(basics + ["--ca", pem, "--pin", "auth=\(other)"])
                    #expect(one.exitCode == 0 && one.errors.contains("Pin a second"))
                    #expect(try await asked() == "pin_mismatch")
                }
            }
        }
    }
}
