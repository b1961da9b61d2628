import FexHTTP
import FexValues
import Testing
import WalletTesting

@testable import WalletCore

@Suite struct IntentCallsTests {
    let test: TestClient

    init() throws { test = try TestClient() }

    static let intent: JSON = [
        "id": "pi_1", "merchant_id": "mer_1", "merchant_name": "Café Zoë", "amount": .number("35.50"),
        "currency": "USD", "status": "pending", "expires_at": "2026-01-01T13:00:00Z", "description": "Two coffees",
        "created_at": "2026-01-01T12:30:00Z",
    ]

    private func fetch(_ intent: JSON, id: String = "pi_1") async throws -> PaymentIntent {
        test.plan(.json(["success": true, "payment_intent": intent]))
        return try await test.client.fetchIntent(#require(IntentID(id)))
    }

    @Test func `an intent is fetched from its public address, without a token`() async throws {
        let intent = try await fetch(Self.intent)
        #expect(
            test.sent == [SentRequest("GET", "https://platform.test/merchant/api/v1/public/payment-intents/pi_1")])
        #expect(test.tokens.asked == 0)
        #expect(intent.terms.amount.description == "35.50 USD" && intent.merchantID.rawValue == "mer_1")
        #expect(intent.status == .pending && intent.expiresAt == Timestamp("2026-01-01T13:00:00Z"))
        #expect(intent.shownMerchant == "Café Zoë" && intent.summary == "Two coffees")
    }

    @Test(arguments: ["0b5c9a3e-8d1f-4c1e-9a7e-000000000001", "a.b_c~d-e", "...", String(repeating: "x", count: 128)])
    func `an id stands in the path as it is`(id: String) async throws {
        #expect(try await fetch(Self.intent.setting("id", .string(id)), id: id).id.rawValue == id)
        #expect(test.sent.map(\.address) == ["https://platform.test/merchant/api/v1/public/payment-intents/\(id)"])
    }

    @Test(arguments: [
        ("id", JSON.string("pi_2")), ("id", .null), ("id", 7), ("merchant_id", .null), ("merchant_id", "a b"),
        ("amount", .null), ("amount", 0), ("amount", .number("-1")), ("amount", .number("35.505")),
        ("amount", .number("1e30")), ("amount", "abc"), ("amount", true), ("status", .null), ("status", 7),
        ("expires_at", .null), ("expires_at", "tomorrow"), ("expires_at", 1_767_268_800),
        ("created_at", "2026-02-30T00:00:00Z"), ("target_wallet_id", "a b"), ("merchant_name", .array(["a"])),
        ("description", 7), ("currency", .null), ("currency", 840),
    ])
    func `an intent that can't be one is not the platform's, and the field is named`(
        field: String, value: JSON
    ) async throws {
        let error = try await #require(throws: PlatformError.self) {
            _ = try await fetch(Self.intent.setting(field, value))
        }
        #expect(error.code == "not_the_platform" && error.money == .notMoved)
        #expect(error.description.contains("payment_intent.\(field)"), "\(error)")
    }

    @Test func `of two values for one name neither is believed`() async throws {
        for name in ["id", "amount", "currency", "merchant_id", "status", "expires_at", "target_wallet_id"] {
            let intent = Self.intent.setting("target_wallet_id", "wal_1")
            let twice = JSON.object(JSONObject(intent.objectValue!.members + [.init(name, intent[name] ?? .null)]))
            let error = await #expect(throws: PlatformError.self) { _ = try await fetch(twice) }
            #expect(error?.description.contains("\(name): stands more than once") == true, "\(name)")
        }
    }

    @Test(arguments: [("XYZ", "35.50 XYZ"), ("usd", "35.50 usd"), ("\u{1B}[2J", "35.50 �[2J")])
    func `an intent in a currency that nobody knows is named with its amount`(
        currency: String, amount: String
    ) async throws {
        let error = try await #require(throws: PlatformError.self) {
            _ = try await fetch(Self.intent.setting("currency", .string(currency)))
        }
        #expect(error.reason == .unknownCurrency(amount))
        #expect(error.retry == .never && error.money == .notMoved && !error.isOutOfReach)
    }

    @Test func `a status of a later version is kept, and is not open`() async throws {
        let intent = try await fetch(Self.intent.setting("status", "paused"))
        #expect(intent.status.rawValue == "paused" && !intent.status.isOpen)
    }

    @Test func `an intent that there isn't is not found`() async throws {
        test.plan(.json(["success": false, "error": "no such intent"], status: 404))
        let error = await #expect(throws: PlatformError.self) {
            _ = try await test.client.fetchIntent(IntentID("pi_1")!)
        }
        #expect(error?.code == "not_found" && error?.retry == .never)
    }
}
