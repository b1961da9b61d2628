import FexHTTP
import FexValues
import Foundation
import HTTPTypes
import Testing
import WalletCore
import WalletMessages
import WalletTesting

@Suite struct MessageWalletTests {
    private func open(_ scene: WalletScene = .everyday) async throws -> (host: TestHost, preview: WalletPreview) {
        let (host, preview) = (TestHost(), try await Wallet.preview(scene))
        host.open { MessageWallet.over(preview.wallet, drawCode: { "<svg>\($0)</svg>" }, onMessage: $0) }
        return (host, preview)
    }

    private func terms(_ request: JSON) -> JSON {
        [
            "intent": request["intent"]!, "amount": request["amount"]!, "currency": request["currency"]!,
            "merchant": request["merchant"]!,
        ]
    }

    @Test func `a code is scanned and paid, and the answer says what came of it`() async throws {
        let (host, preview) = try await open()
        #expect(try await host.answer(to: 0)["result"]?["recovery"] == .null)
        let code = try preview.code(for: .init("Café Zoë", "3.70", "Kaffee ☕😀"))
        let scanned = try #require(try await host.ask("scan", ["code": .string(code)])["result"])
        #expect(scanned["matches"] == true && scanned["payment_intent"]?["description"] == "Kaffee ☕😀")
        let paid = try #require(try await host.ask("pay", terms(scanned))["result"])
        #expect(paid["decision"]?["state"] == "confirmed" && paid["transaction"]?["amount"] == "3.70")
        let again = try await host.ask("pay", terms(scanned))
        #expect(again["error"]?["code"] == "already_decided" && again["error"]?["money"] == "moved")
        #expect(preview.platform.debits.count { .string($0) == scanned["intent"] } == 1)
    }

    @Test func `a request that a till makes arrives as an event, and is declined`() async throws {
        let (host, preview) = try await open(.empty)
        _ = try await host.ask("subscribe", ["topic": "approvals"])
        _ = try await host.value(of: "approvals") { $0["approvals"]?.arrayValue?.isEmpty == true }
        let intent = try await preview.ask(.init("Corner Coffee", "5.50", "Two coffees"))
        let inbox = try await host.value(of: "approvals") {
            $0["approvals"]?[0]?["intent"]?.stringValue == intent.rawValue
        }
        let declined = try await host.ask("decline", terms(try #require(inbox["approvals"]?[0])))
        #expect(declined["result"]?["decision"]?["state"] == "confirmed")
        #expect(try await host.ask("approvals")["result"]?["approvals"] == [])
        #expect(preview.platform.debits.isEmpty)
    }

    @Test func `what the person saw has to be what the platform has`() async throws {
        let (host, preview) = try await open()
        let request = try #require(try await host.ask("approvals")["result"]?["approvals"]?[0])
        for (name, value): (String, JSON) in [("amount", "12.61"), ("merchant", "mer_other"), ("currency", "EUR")] {
            var other = terms(request).objectValue!
            other[name] = value
            #expect(try await host.ask("approve", .object(other))["error"]?["code"] == "terms_changed")
        }
        #expect(!preview.platform.debits.contains { .string($0) == request["intent"] })
    }

    @Test func `what has been decided is told rightly though the question is refused`() async throws {
        let (host, preview) = try await open()
        let request = try #require(try await host.ask("approvals")["result"]?["approvals"]?[0])
        preview.fates.plan("/approve", .lostAfter)
        _ = try await host.ask("approve", terms(request))
        let id = try #require(request["intent"]?.stringValue)
        preview.fates.plan("/\(id)", .status(400), .status(404))
        let again = try await host.ask("approve", terms(request))["result"]
        #expect(again?["decision"]?["state"] == "confirmed")
    }

    @Test func `an answer that is lost leaves the outcome unknown, and a sync settles it`() async throws {
        let (host, preview) = try await open()
        let request = try #require(try await host.ask("approvals")["result"]?["approvals"]?[0])
        preview.fates.plan("/approve", .lostAfter)
        #expect(try await host.ask("approve", terms(request))["result"]?["decision"]?["state"] == "unknown")
        #expect(try await host.ask("outbox")["result"]?["decisions"]?[0]?["intent"] == request["intent"])
        preview.clock.advance(by: .seconds(60))
        #expect(try await host.ask("sync")["result"]?["decisions"]?[0]?["state"] == "confirmed")
        #expect(preview.platform.debits.count { .string($0) == request["intent"] } == 1)
    }

    @Test func `a login that waits for a person is cancelled, and the others go on`() async throws {
        let (host, preview) = try await open(.empty)
        preview.platform.answerDevice(with: Array(repeating: "authorization_pending", count: 100))
        let login = host.begin("login.device", ["device_name": "Shell"])
        #expect(try await host.value(of: "login") { _ in true }["user_code"]?.stringValue != nil)
        host.send(["method": "cancel", "params": ["id": .integer(login)]])
        let answer = try await host.answer(to: login)
        #expect(answer["error"]?["code"] == "cancelled" && answer["error"]?["money"] == "not_moved")
        #expect(try await host.ask("cancel", ["id": .integer(login)])["result"]?["cancelled"] == false)
        #expect(try await host.ask("status")["result"]?["queued"] == 0)
    }

    @Test func `a device is logged in by a page, or by tokens that the host has`() async throws {
        let (host, preview) = try await open(.empty)
        preview.platform.answerDevice(with: ["authorization_pending"])
        let login = host.begin("login.device", ["device_name": "Shell"])
        _ = try await host.value(of: "login") { _ in true }
        // No further than it waits: a login that is minutes old adds no device.
        for _ in 0..<2 {
            try await until("the wallet waits to ask again") { preview.clock.sleeperCount > 0 }
            preview.clock.advance(by: .seconds(5))
        }
        #expect(try await host.answer(to: login)["result"]?["balance"] == "1000.00")
        let form = Data("grant_type=password&username=alice&password=right&client_id=wallet".utf8)
        let call = HTTPCall(.post, HTTPAddress("https://platform.test/auth/token")!, body: form)
        let tokens = try JSON(parsing: try await preview.platform.send(call).body)
        let token = try #require(tokens["access_token"]?.stringValue)
        let account = try await host.ask(
            "login.tokens",
            ["access_token": .string(token), "expires_in": 300, "refresh_token": nil, "device_name": "Shell"])
        #expect(account["result"]?["wallet"]?.stringValue == ModelPlatform.wallet.rawValue)
    }

    @Test func `a decision that waits when its request is cancelled may still take effect`() async throws {
        let (host, preview) = try await open()
        let request = try #require(try await host.ask("approvals")["result"]?["approvals"]?[0])
        preview.fates.plan("/approve", .unreachable)
        let id = host.begin("approve", terms(request))
        host.send(["method": "cancel", "params": ["id": .integer(id)]])
        let answer = try await host.answer(to: id)
        // Before it was cancelled it was written down or not.
        let waits = try await host.ask("outbox")["result"]?["decisions"]?.arrayValue?.isEmpty == false
        #expect(answer["error"]?["code"] == "cancelled")
        #expect(answer["error"]?["money"] == (waits ? "unknown" : "not_moved"))
    }

    @Test func `a decision that could not be sent is taken back`() async throws {
        let (host, preview) = try await open()
        let request = try #require(try await host.ask("approvals")["result"]?["approvals"]?[0])
        preview.fates.plan("/approve", .unreachable)
        #expect(try await host.ask("approve", terms(request))["result"]?["decision"]?["state"] == "waiting")
        let cancelled = try await host.ask("outbox.cancel", ["id": request["intent"]!])
        #expect(cancelled["result"]?["decision"]?["state"] == "cancelled")
        #expect(!preview.platform.debits.contains { .string($0) == request["intent"] })
    }

    @Test func `a wallet that is closed says so, answers what was in flight, and takes nothing more`() async throws {
        let (host, preview) = try await open(.empty)
        preview.platform.answerDevice(with: Array(repeating: "authorization_pending", count: 100))
        let login = host.begin("login.device", ["device_name": "Shell"])
        _ = try await host.value(of: "login") { _ in true }
        _ = try await host.ask("sync.start")
        _ = try await host.ask("subscribe", ["topic": "balance"])
        #expect(try await host.ask("close")["result"] == ["closed": true])
        #expect(try await host.answer(to: login)["error"]?["code"] == "cancelled")
        _ = try await host.message("the last message") { $0 == ["closed": true] }
        #expect(host.send(["id": 99, "method": "status"]) == .closed)
        #expect(host.send(raw: "nonsense") == .closed)
        try await host.close()
        await #expect(throws: OpeningError.closed) { try await preview.wallet.ledger.loadHistory() }
    }

    @Test func `each topic tells its value at once, and the newest later`() async throws {
        let (host, preview) = try await open(.empty)
        for topic in ["balance", "history", "outbox", "listening", "session", "approvals"] {
            _ = try await host.ask("subscribe", ["topic": .string(topic)])
            _ = try await host.value(of: topic) { _ in true }
        }
        let code = try preview.code(for: .init("Corner Coffee", "3.70", "Flat white"))
        let scanned = try #require(try await host.ask("scan", ["code": .string(code)])["result"])
        _ = try await host.ask("pay", terms(scanned))
        _ = try await host.ask("sync")
        _ = try await host.value(of: "balance") { $0["balance"] == "996.30" }
        _ = try await host.value(of: "history") { $0["transactions"]?[0]?["amount"] == "3.70" }
        _ = try await host.ask("sync.start")
        _ = try await host.value(of: "listening") { $0["listening"] != "no" }
        _ = try await host.ask("logout")
        _ = try await host.value(of: "session") { $0["logged_in"] == false }
        // Listening ends with the session, and says why.
        _ = try await host.value(of: "listening") { $0["error"]?["code"] == "not_logged_in" }
        #expect(try await host.ask("unsubscribe", ["topic": "balance"])["result"]?["subscribed"] == false)
    }

    @Test(
        arguments: [
            ("nope", [:], "unknown_method"), ("scan", [:], "bad_parameter"), ("scan", ["code": 7], "bad_parameter"),
            ("scan", ["code": "x", "more": true], "bad_parameter"), ("history", ["limit": 0], "bad_parameter"),
            ("history", ["limit": 1001], "bad_parameter"), ("history", ["after": "x"], "bad_parameter"),
            ("history", ["since": "tomorrow"], "bad_parameter"), ("history", ["min": "1.2.3"], "bad_parameter"),
            ("history.totals", ["by": "year"], "bad_parameter"), ("subscribe", ["topic": "news"], "bad_parameter"),
            ("pay", ["intent": "pi_1", "amount": "1.00", "currency": "USD"], "bad_parameter"),
            ("pay", ["intent": "pi_1", "amount": 1, "currency": "USD", "merchant": "m"], "bad_parameter"),
            ("pay", ["intent": "pi_1", "amount": "1.001", "currency": "USD", "merchant": "m"], "bad_parameter"),
            ("pay", ["intent": "../x", "amount": "1.00", "currency": "USD", "merchant": "m"], "bad_parameter"),
            ("show", ["id": "nothing"], "not_found"), ("status", [], "bad_parameter"),
            ("balance", ["refresh": 1], "bad_parameter"),
            ("outbox.retry", ["id": "pi_9"], "unknown_decision"),
            ("login.begin", ["redirect": "here"], "bad_parameter"),
        ] as [(String, JSON, String)])
    func `a request that can't be is answered with an error that names why`(
        method: String, params: JSON, code: String
    ) async throws {
        let (host, _) = try await open(.empty)
        let error = try #require(try await host.ask(method, params)["error"])
        #expect(error["code"]?.stringValue == code && error["money"] == "not_moved")
    }

    @Test func `every method answers with a result where all is well`() async throws {
        let (host, preview) = try await open()
        let request = try #require(
            try await host.ask("approvals", ["all": true, "refresh": false])["result"]?["approvals"]?[0])
        let event = requestEvent(
            request["intent"]!.stringValue!, amount: request["amount"]!.stringValue!,
            merchant: request["merchant"]!.stringValue!)
        let received = try await host.ask(
            "approvals.receive", ["push": .string(String(decoding: event, as: UTF8.self))])
        #expect(received["result"]?["approval"]?["intent"] == request["intent"])
        for (method, params): (String, JSON) in [
            ("approvals.mute", ["merchant": request["merchant"]!]), ("approvals.muted", [:]),
            ("approvals.unmute", ["merchant": request["merchant"]!]), ("approve", terms(request)),
            ("proof.export", ["id": request["intent"]!]), ("show", ["id": request["intent"]!]),
            ("history", ["limit": 2]),
            ("history.totals", [:]), ("history.totals", ["by": "merchant"]), ("balance", ["refresh": true]),
            ("code", [:]),
            ("devices", [:]), ("limits", [:]), ("doctor", [:]), ("outbox", [:]), ("sync", [:]), ("sync.start", [:]),
            ("sync.stop", [:]), ("version", [:]), ("parse", ["code": "https://example.org"]),
            ("money", ["text": "35.5", "currency": "USD"]), ("unsubscribe", ["topic": "log"]),
            ("login.begin", ["redirect": "com.example:/login"]),
        ] {
            let answer = try await host.ask(method, params)
            #expect(answer["result"] != nil, "\(method): \(answer.text)")
        }
        let proof = try #require(try await host.ask("proof.export", ["id": request["intent"]!])["result"]?["proof"])
        #expect(try await host.ask("proof.verify", ["proof": proof])["result"]?["verified"] == true)
        let page = try #require(
            try await host.ask("login.begin", ["redirect": "com.example:/login"])["result"]?["page"])
        let callback = try #require(preview.platform.authorize(URL(string: page.stringValue!)!))
        let account = try await host.ask(
            "login.finish", ["callback": .string(callback.absoluteString), "device_name": "Shell"])
        #expect(account["result"]?["wallet"]?.stringValue == ModelPlatform.wallet.rawValue)
        let devices = try #require(try await host.ask("devices")["result"]?["devices"]?.arrayValue)
        let device = try #require(devices.first?["device_id"])
        #expect(try await host.ask("devices.revoke", ["device": device])["result"]?["revoked"] == true)
    }
}
