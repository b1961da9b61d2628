import FexValues
import Foundation
import Testing

@testable import FexSandbox

/// Merchants name addresses; which of them are called is for whoever started the sandbox to say.
@Suite struct WebhookDestinationTests {
    static let elsewhere = [
        "http://10.0.0.1/", "https://192.168.1.1:8443/hook", "http://169.254.169.254/latest/meta-data",
        "http://0.0.0.0/",
        "http://shop.invalid/", "http://127.0.0.1.shop.invalid/", "http://localhost.shop.invalid/",
        "http://2130706433/",
        "http://0x7f000001/", "http://127.1/", "http://0177.0.0.1/", "http://127.0.0.1./", "http://[::]/",
        "http://[::2]/", "http://[::ffff:10.0.0.1]/", "http://[fe80::1]/", "http://a.localhost/",
    ]

    static let here = [
        "http://127.0.0.1/", "http://127.9.8.7:81/x?y=z", "https://127.0.0.1/", "http://[::1]:8080/",
        "HTTP://LOCALHOST/",
        "http://[0:0:0:0:0:0:0:1]/",
    ]

    @Test(arguments: WebhookDestinationTests.elsewhere)
    func `an address elsewhere is refused wherever it is named, and the answer says why`(url: String) async throws {
        try await SandboxWorld.run { world in
            let counter = world.client.ready.merchants[0]["counters"]?[0]?["id"]?.stringValue ?? ""
            let counters = SandboxWorld.counters
            for (method, path, body) in [
                ("POST", SandboxWorld.intents, #"{"amount": 1, "callback_url": "\#(url)"}"#),
                (
                    "POST", "/merchant/api/v1/scan-payment",
                    """
                    {"amount": 1, "scan_token": "x", "counter_id": "\(counter)", "callback_url": "\(url)"}
                    """
                ),
                ("POST", counters, #"{"name": "x", "webhook_url": "\#(url)"}"#),
                ("PUT", "\(counters)/\(counter)", #"{"webhook_url": "\#(url)"}"#),
                ("PUT", "/merchant/api/v1/merchant", #"{"webhook_url": "\#(url)"}"#),
            ] {
                let answer = try await world.client.call(
                    method, path, token: world.merchant, body: Data(body.utf8))
                #expect(answer.status == 400 && answer.error?.contains("--allow-webhooks-to") == true, "\(path)")
            }
        }
    }

    @Test(arguments: WebhookDestinationTests.here)
    func `an address of this machine is taken`(url: String) {
        #expect(WebhookDestinations.loopback.problem(with: url) == nil)
    }

    @Test func `a host that was named is taken by its name alone`() throws {
        let destinations = try #require(
            WebhookDestinations(hosts: ["Shop.invalid", "10.0.0.1", "fe80::1", "[fe80::2]"]))
        for url in ["https://shop.invalid/x", "http://10.0.0.1:9/", "http://[fe80::1]/", "http://[fe80::2]/"] {
            #expect(destinations.problem(with: url) == nil)
        }
        for url in ["https://a.shop.invalid/", "http://10.0.0.2/", "http://shop.invalid./"] {
            #expect(destinations.problem(with: url) != nil)
        }
    }

    @Test(arguments: ["", "shop.invalid:80", "http://shop.invalid", "shop invalid", "shop.invalid/", "*", "[::1"])
    func `what is no host can't be named`(host: String) { #expect(WebhookDestinations(hosts: [host]) == nil) }

    @Test func `a webhook that waits is not sent elsewhere by a sandbox that was not told so`() async throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "fex-state-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: directory) }
        let receiver = ScriptedReceiver()
        for isAllowed in [true, false] {
            let configure = { (configuration: inout SandboxConfiguration) in
                configuration.stateDirectory = directory
                configuration.webhookTransport = receiver
                if isAllowed { configuration.webhookDestinations = WebhookDestinations(hosts: ["shop.invalid"])! }
            }
            try await SandboxWorld.run(configure) { world in
                let wallet = try await TestWallet(world.client)
                let before = receiver.attempts.count
                if isAllowed {
                    let intent = try await world.intent(
                        "1", JSONObject([.init("callback_url", "http://shop.invalid/a"), .init("expires_in", 600)]))
                    _ = try await TestDecision("pay", on: intent, by: wallet).send(by: wallet)
                    let later = try await world.intent(
                        "2", JSONObject([.init("callback_url", "http://shop.invalid/b")]))
                    try await world.until { receiver.attempts.count == before + 1 }
                    #expect(later["status"] == "pending")
                } else {
                    try await world.sandbox.advanceClock(seconds: 3600)
                    try await world.until { try await world.sandbox.webhooks().count == 2 }
                    try await world.until {
                        try await world.sandbox.webhooks().last?["last_outcome"]?.stringValue?
                            .contains("--allow-webhooks-to") == true
                    }
                    #expect(receiver.attempts.count == 1)
                }
            }
        }
    }
}
