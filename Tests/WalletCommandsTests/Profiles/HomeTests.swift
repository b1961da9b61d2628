import ArgumentParser
import FexValues
import Foundation
import Testing
import WalletCore

@testable import WalletCommands

@Suite struct HomeTests {
    let directory = FileManager.default.temporaryDirectory.appending(path: "home-\(UUID().uuidString)")
    let api = URL(string: "https://api.test")!
    let auth = URL(string: "https://auth.test/auth")!

    private func home(_ environment: [String: String] = [:]) -> Home {
        Home(option: directory.path, environment: environment)
    }

    @Test func `the option wins over the variables, and those over the default`() {
        let both = ["FEX_WALLET_HOME": "/fex", "XDG_DATA_HOME": "/xdg"]
        #expect(Home(option: "/option", environment: both).directory.path == "/option")
        #expect(Home(option: nil, environment: both).directory.path == "/fex")
        #expect(Home(option: nil, environment: ["XDG_DATA_HOME": "/xdg"]).directory.path == "/xdg/fex-wallet")
        let relative = Home(option: nil, environment: ["XDG_DATA_HOME": "data"])
        #expect(relative.directory.path.hasSuffix(".local/share/fex-wallet"), "a relative one is no place")
        #expect(
            Home(option: nil, environment: ["FEX_WALLET_HOME": ""]).directory.path.hasSuffix(".local/share/fex-wallet"))
        #expect(Home(option: nil, environment: ["HOME": "/zoe"]).directory.path == "/zoe/.local/share/fex-wallet")
        #expect(Home(option: nil, environment: ["HOME": "zoe"]).directory.path.hasPrefix("/"))
    }

    @Test func `a profile is kept, used and removed`() async throws {
        defer { try? FileManager.default.removeItem(at: directory) }
        #expect(throws: ConfigurationError.noProfile("default")) { try home().load(nil) }
        _ = try await home().add("default", api: api, auth: auth, nats: nil)
        _ = try await home().add("shop", api: api, auth: auth, nats: URL(string: "nats://127.0.0.1:4222"))
        #expect(try home().names == ["default", "shop"])
        #expect(try home().load(nil).name == "default")
        try home().use("shop")
        #expect(try home().load(nil).nats?.absoluteString == "nats://127.0.0.1:4222")
        #expect(try home().load("default").nats == nil)
        try home().remove("shop")
        #expect(throws: ConfigurationError.noProfile("shop")) { try home().load("shop") }
    }

    @Test func `adding the same again is fine, other addresses are not`() async throws {
        defer { try? FileManager.default.removeItem(at: directory) }
        _ = try await home().add("default", api: api, auth: auth, nats: nil)
        _ = try await home().add("default", api: api, auth: auth, nats: nil)
        await #expect(throws: ConfigurationError.profileExists("default")) {
            try await home().add("default", api: auth, auth: auth, nats: nil)
        }
        #expect(try home().load("default").api == api)
    }

    @Test func `variables override a profile's addresses, and make one unnecessary`() throws {
        defer { try? FileManager.default.removeItem(at: directory) }
        let environment = ["FEX_API_URL": "https://other.test", "FEX_AUTH_URL": "https://auth.other.test"]
        #expect(try home(environment).load(nil).api.absoluteString == "https://other.test")
        #expect(throws: ConfigurationError.badAddress(option: "FEX_API_URL", "nonsense")) {
            try home(["FEX_API_URL": "nonsense"]).load(nil)
        }
    }

    @Test func `a password in an address goes to the secrets, not to the profile`() async throws {
        defer { try? FileManager.default.removeItem(at: directory) }
        let profile = try await home().add(
            "default", api: api, auth: auth, nats: URL(string: "nats://alice:s3cret@127.0.0.1:4222"))
        let file = try String(contentsOf: profile.directory.appending(path: "profile.json"), encoding: .utf8)
        #expect(!file.contains("s3cret") && !file.contains("alice"))
        #expect(await EventCredentials(in: profile.secrets) == EventCredentials(user: "alice", password: "s3cret"))
    }

    @Test func `a password in a variable's address stands in no address, and nothing that is dumped shows it`()
        async throws
    {
        defer { try? FileManager.default.removeItem(at: directory) }
        _ = try await home().add("default", api: api, auth: auth, nats: nil)
        let profile = try home(["FEX_NATS_URL": "nats://alice:s3cret@127.0.0.1:4222"]).load(nil)
        #expect(profile.nats?.absoluteString == "nats://127.0.0.1:4222")
        #expect(profile.eventCredentials == EventCredentials(user: "alice", password: "s3cret"))
        #expect(!dumped(profile).contains("s3cret") && !profile.document.text.contains("alice"))
    }

    @Test func `commands that take a password or a passphrase are dumped without it`() throws {
        let arguments = ["x", "--api", "https://a", "--auth", "https://b", "--nats", "tls://alice:s3cret@c"]
        let command = try ProfileAddCommand.parse(arguments)
        #expect(!dumped(command).contains("s3cret") && command.nats?.value == "tls://alice:s3cret@c")
        let file = directory.appendingPathExtension("json")
        defer { try? FileManager.default.removeItem(at: file) }
        let ready = #"{"api":"https://a","auth":"https://b","wallets":[{"username":"alice","password":"s3cret"}]}"#
        try Data(ready.utf8).write(to: file)
        #expect(!dumped(try SandboxDocument(path: file.path)).contains("s3cret"))
    }

    private func dumped(_ value: some Any) -> String {
        var text = "\(value) \(String(reflecting: value)) "
        dump(value, to: &text)
        return text
    }

    @Test(arguments: ["", ".", "..", "../x", "a/b", "a b", String(repeating: "a", count: 65), "ä", ".hidden"])
    func `what would name another directory is no profile`(name: String) async {
        await #expect(throws: ConfigurationError.badProfileName(name)) {
            try await home().add(name, api: api, auth: auth, nats: nil)
        }
        #expect(!FileManager.default.fileExists(atPath: directory.path))
    }
}
