import FexValues
import Foundation
import PaymentCodes
import Testing
import WalletCore
import WalletCurl

@Suite struct ReadmeTests {
    /// The example of the README, line by line.
    func example(
        api: URL, auth: URL, folder: URL, scannedText: String, show: @Sendable (DevicePrompt) async throws -> Void
    ) async throws -> DecisionState? {
        // README begins
        let wallet = try await Wallet(
            WalletConfiguration(
                endpoints: PlatformEndpoints(api: api, auth: auth), database: folder.appending(path: "wallet.sqlite"),
                secrets: FileSecretStore(directory: folder.appending(path: "secrets")), http: CurlTransport()))
        _ = try await wallet.account.logIn(deviceName: "My phone", prompt: show)  // a page to allow it on

        guard case .merchant(let code) = try ScannedCode(parsing: scannedText) else { return nil }
        let checked = try await wallet.intents.check(code)  // fetched from the platform; throws where the code differs
        // Show checked.intent.amount and checked.intent.shownMerchant, ask the customer, and then:
        return try await wallet.decisions.decide(.pay, on: checked.terms).decision.state
        // README ends
    }

    @Test func `the example pays`() async throws {
        try await World.run(options: ["--no-nats"]) { world in
            let intent = try await world.makeIntent(amount: "29.99")
            let state = try await example(
                api: try #require(URL(string: world.ready["api"]?.stringValue ?? "")),
                auth: try #require(URL(string: world.ready["auth"]?.stringValue ?? "")), folder: world.directory,
                scannedText: intent.code
            ) { prompt in try await world.allowLogin(on: "\(prompt.pageWithCode ?? prompt.page)") }
            #expect(state == .confirmed)
            #expect(try await world.debits(of: intent.id) == ["29.99"])
        }
    }

    @Test func `the README shows the example as it is tested`() throws {
        let here = URL(filePath: #filePath)
        let source = try String(contentsOf: here, encoding: .utf8).split(
            separator: "\n", omittingEmptySubsequences: false)
        let start = try #require(source.firstIndex { $0.hasSuffix("// README begins") }) + 1
        let end = try #require(source.firstIndex { $0.hasSuffix("// README ends") })
        let example = source[start..<end].map { $0.hasPrefix("        ") ? $0.dropFirst(8) : $0 }.joined(
            separator: "\n")
        let root = here.deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let readme = try String(contentsOf: root.appending(path: "README.md"), encoding: .utf8)
        #expect(readme.contains("```swift\n\(example)\n```"))
    }
}
