import FexHTTP
import Foundation
import Testing
import WalletCore
import WalletCurl

@testable import WalletCommands

/// Which addresses a profile takes, and whom it trusts there.
@Suite struct ProfileWaysTests {
    private let directory = FileManager.default.temporaryDirectory.appending(path: "ways-\(UUID().uuidString)")
    private let pin = PublicKeyPin(String(repeating: "0", count: 64))!
    private let backup = PublicKeyPin(String(repeating: "1", count: 64))!

    private func home(_ environment: [String: String] = [:]) -> Home {
        Home(option: directory.path, environment: environment)
    }
    private func url(_ text: String) -> URL { URL(string: text)! }
    private var secure: URL { url("https://platform.test") }

    private static let insecure = [
        "http://api.example", "http://localhost:8080", "http://127.0.0.1.evil.example", "http://127.1",
        "http://10.0.0.1",
        "http://0.0.0.0", "http://2130706433", "http://[::ffff:127.0.0.1]", "HTTP://api.example",
    ]

    @Test(arguments: insecure + ["nats://events.example", "nats://localhost:4222", "nats://10.0.0.1"])
    func `an address to which nothing is encrypted is refused, and nothing is stored`(address: String) async throws {
        defer { try? FileManager.default.removeItem(at: directory) }
        let isEvents = address.hasPrefix("nats")
        await #expect(throws: ConfigurationError.insecureAddress(option: isEvents ? "--nats" : "--api", address)) {
            try await home().add(
                "x", api: isEvents ? secure : url(address), auth: secure, nats: isEvents ? url(address) : nil)
        }
        #expect(!FileManager.default.fileExists(atPath: directory.path))
        // By a variable as little, also over a stored profile.
        _ = try await home().add("default", api: secure, auth: secure, nats: nil)
        let variable = isEvents ? "FEX_NATS_URL" : "FEX_AUTH_URL"
        let error = #expect(throws: ConfigurationError.self) { try home([variable: address]).load(nil) }
        #expect(error == .insecureAddress(option: variable, address) && ExitStatus(error!) == .configuration)
        // Nor where it stands in a profile that was stored before.
        let file = directory.appending(path: "profiles/default/profile.json")
        let api = isEvents ? secure.absoluteString : address
        let nats = isEvents ? address : "tls://events.example"
        try Data(#"{"api":"\#(api)","auth":"\#(secure)","nats":"\#(nats)"}"#.utf8).write(to: file)
        #expect(throws: ConfigurationError.self) { try home().load(nil) }
        _ = try home().load(nil, isToBeReached: false)
    }

    @Test(arguments: [
        "http://127.0.0.1:8080", "http://127.9.9.9", "http://[::1]:80", "https://api.example", "HTTPS://api.example",
    ])
    func `what is encrypted, or stays on this machine, is taken`(address: String) async throws {
        defer { try? FileManager.default.removeItem(at: directory) }
        _ = try await home().add("default", api: url(address), auth: url(address), nats: url("tls://events.example"))
        #expect(try home(["FEX_NATS_URL": "nats://[::1]:4222"]).load(nil).api == url(address))
        #expect(try home().load(nil).warning == nil)
    }

    @Test func `a profile that is named insecure takes any address, and says so`() async throws {
        defer { try? FileManager.default.removeItem(at: directory) }
        let trust = ProfileTrust(isInsecure: true)
        _ = try await home().add("default", api: url("http://api.example"), auth: secure, nats: nil, trust: trust)
        let profile = try home(["FEX_NATS_URL": "nats://events.example"]).load(nil)
        #expect(
            profile.warning?.contains("insecure: what is said to api.example and events.example can be read") == true)
    }

    @Test func `authorities and pins are kept, and changed by adding the same addresses again`() async throws {
        defer { try? FileManager.default.removeItem(at: directory) }
        let trust = ProfileTrust(authorities: "PEM\n", pins: [.api: [pin, backup]])
        _ = try await home().add("default", api: secure, auth: url("https://auth.test"), nats: nil, trust: trust)
        _ = try await home().add("default", api: secure, auth: url("https://auth.test"), nats: nil)
        let profile = try home().load(nil)
        #expect(profile.trust == trust)
        #expect(
            try profile.tlsTrust()
                == TLSTrust(
                    authorities: profile.authoritiesFile.path, pins: [try HTTPAddress(secure).origin: [pin, backup]]))
        _ = try await home().add(
            "default", api: secure, auth: url("https://auth.test"), nats: nil,
            trust: ProfileTrust(pins: [.auth: [backup]]))
        #expect(try home().load(nil).trust == ProfileTrust(pins: [.auth: [backup]]))
    }

    @Test(arguments: [
        #""pins":{"api":["sha256//x"]}"#, #""pins":{"api":[]}"#, #""pins":{"api":[1]}"#, #""ca":"authorities.pem""#,
    ])
    func `a profile whose pins or authorities can't be read is not used without them`(member: String) async throws {
        defer { try? FileManager.default.removeItem(at: directory) }
        _ = try await home().add("default", api: secure, auth: secure, nats: nil)
        let file = directory.appending(path: "profiles/default/profile.json")
        try Data(#"{"api":"https://a.test","auth":"https://a.test",\#(member)}"#.utf8).write(to: file)
        #expect(throws: ConfigurationError.unreadable(path: file.path)) { try home().load(nil) }
    }

    @Test func `pins are typed for both servers or for one`() throws {
        let (a, b) = (pin.description, backup.description)
        #expect(try ProfileTrust.pins([a, b]) == [.api: [pin, backup], .auth: [pin, backup]])
        #expect(try ProfileTrust.pins(["\(a);\(b)", "api=\(a)"]) == [.api: [pin, backup], .auth: [pin, backup]])
        #expect(try ProfileTrust.pins(["auth=\(b)"]) == [.auth: [backup]])
        for text in ["nats=\(a)", "api=", "api=x", "sha1//\(a)"] {
            let failure = #expect(throws: CommandFailure.self) { try ProfileTrust.pins([text]) }
            #expect(failure?.status == .usage && failure?.code == "bad_pin")
        }
    }

    @Test(arguments: ["", "no certificate", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"])
    func `a file that holds no certificate is no authority's`(text: String) throws {
        let file = directory.path + ".pem"
        defer { try? FileManager.default.removeItem(atPath: file) }
        if !text.isEmpty { try Data(text.utf8).write(to: URL(filePath: file)) }
        let failure = #expect(throws: CommandFailure.self) { try ProfileTrust.authorities(in: file) }
        #expect(failure?.status == .badData && failure?.code == "bad_authorities")
    }
}
