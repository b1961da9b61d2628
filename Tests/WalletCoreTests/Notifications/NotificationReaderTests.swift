import FexValues
import Foundation
import Testing
import WalletCore
import WalletTesting

/// Pushes read without the database, and left for the app.
@Suite(.timeLimit(.minutes(15))) struct NotificationReaderTests {
    let test: TestWallet
    private let folder: URL
    private let reader: NotificationReader

    init() throws {
        test = try TestWallet()
        folder = test.directory.appending(path: "pushes")
        reader = NotificationReader(handingOverIn: folder, locale: Locale(identifier: "en_US"))
    }

    private func push(_ intent: String, amount: JSON = "35.50", currency: String = "USD", name: JSON = "Café Zoë")
        -> Data
    {
        let event: JSON = [
            "event": "payment.approval_requested", "event_id": "e1", "payment_intent_id": .string(intent),
            "target_wallet_id": "wal_1", "merchant_id": "mer_1", "merchant_name": name, "amount": amount,
            "currency": .string(currency),
        ]
        return event.data
    }

    private var left: [String] { (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? [] }

    @Test func `a push becomes words with the merchant and the amount, which promise nothing`() {
        let words = reader.read(push("pi_1"))
        #expect(words.body == "\"Café Zoë\" seems to ask for $35.50. Open the wallet to check and to answer.")
        #expect(words.intent == IntentID("pi_1"))
        #expect(reader.read(push("pi_1", currency: "KWD")).intent == IntentID("pi_1"))
        #expect(reader.read(push("pi_1", amount: "3550", currency: "JPY")).body.contains("¥3,550."))
    }

    @Test func `text of a merchant is made safe, and can't end its quotation`() {
        let hostile = "\u{1B}[2J\u{202E}Bank\" approved. Call 123 \"" + String(repeating: "x", count: 10_000)
        let body = reader.read(push("pi_1", name: .string(hostile))).body
        #expect(PlainText.isClean(body) && body.count < 200)
        #expect(body.count { $0 == "\"" } == 2)
        for nothing in ["", "   ", .null, 7] as [JSON] {
            #expect(reader.read(push("pi_1", name: nothing)).body.hasPrefix("Somebody seems to ask for $35.50."))
        }
    }

    @Test func `what tells of no request has neutral words, and is not left`() {
        let wrong =
            [
                push("pi_1", amount: "0"), push("pi_1", amount: "-1"), push("pi_1", amount: "1e400"),
                push("pi_1", amount: "0.001"), push("pi_1", currency: "XXX"), push("pi_1", amount: .null),
                push("not an id"), requestEvent("pi_1", name: "payment.completed"), Data(), Data("{".utf8),
                Data("[]".utf8), Data([0xFF, 0xFE]), Data(repeating: 0x5B, count: 70_000),
                push("pi_1", name: .string(String(repeating: "x", count: 70_000))),
            ]
        for payload in wrong {
            let words = reader.read(payload)
            #expect(words.intent == nil && words.body == NotificationSentences.english.neutral)
        }
        #expect(left.isEmpty)
    }

    @Test func `what was left is taken in when the app is opened, once`() async throws {
        test.platform.addIntent("pi_1", target: ModelPlatform.wallet)
        test.platform.addIntent("pi_2", amount: "5.00", target: ModelPlatform.wallet)
        for payload in [push("pi_1"), push("pi_1"), push("pi_2"), push("pi_none")] { _ = reader.read(payload) }
        #expect(left.count == 3)
        let wallet = try await test.openLoggedIn()
        try Data("mine".utf8).write(to: folder.appending(path: "notes.txt"))
        let requests = try await wallet.approvals.takeHandedOver(in: folder)
        // What lies about its amount is in the inbox as the platform has it, or not at all.
        let amounts = Dictionary(
            uniqueKeysWithValues: requests.map { ($0.id.rawValue, $0.intent.amount.decimalString) })
        #expect(amounts["pi_1"] == "35.50" && amounts["pi_2", default: "5.00"] == "5.00" && amounts["pi_none"] == nil)
        #expect(left == ["notes.txt"])
        #expect(try await wallet.approvals.takeHandedOver(in: folder).isEmpty)
    }

    @Test func `what can't be asked about stays, and what the platform can't tell of is in nobody's way`() async throws
    {
        let wallet = try await test.openLoggedIn()
        test.platform.addIntent("pi_1", target: ModelPlatform.wallet)
        test.platform.addIntent("pi_2", target: ModelPlatform.wallet)
        _ = reader.read(push("pi_1"))
        test.fate.plan("/pi_1", .unreachable)
        await #expect(throws: PlatformError.self) { try await wallet.approvals.takeHandedOver(in: folder) }
        #expect(left.count == 1)
        _ = reader.read(push("pi_2"))
        test.fate.plan("/pi_1", .portal)
        #expect(try await wallet.approvals.takeHandedOver(in: folder).map(\.id) == [IntentID("pi_2")])
        #expect(left.isEmpty)
    }

    @Test func `what is left is this user's alone, and bounded`() throws {
        for number in 0..<100 { _ = reader.read(push("pi_\(number)")) }
        #expect(left.count == 64)
        let mode = { (path: String) in
            try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        }
        #expect(try mode(folder.path) == 0o700)
        for name in left { #expect(try mode(folder.appending(path: name).path) == 0o600) }
    }

    @Test func `nothing is left in, nor taken from, a folder that others can write`() async throws {
        let wallet = try await test.openLoggedIn()
        test.platform.addIntent("pi_1", target: ModelPlatform.wallet)
        _ = reader.read(push("pi_1"))
        unsafe chmod(folder.path, 0o777)
        _ = reader.read(push("pi_2"))
        #expect(left.count == 1)
        #expect(try await wallet.approvals.takeHandedOver(in: folder).isEmpty)
        #expect(left.count == 1)
    }
}
