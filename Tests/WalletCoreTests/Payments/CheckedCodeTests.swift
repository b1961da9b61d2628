import FexValues
import PaymentCodes
import Testing
import WalletCore
import WalletTesting

@Suite struct CheckedCodeTests {
    @Test(arguments: [
        ("fex://pay?intent=pi_1&amount=35.50&currency=USD&merchant=mer_1", [String]()),
        ("fex://pay?intent=pi_1", []),
        ("fex://pay?intent=pi_1&amount=35.5&currency=USD&merchant=mer_1", []),
        ("fex://pay?intent=pi_1&amount=3.55&currency=USD&merchant=mer_1", ["amount"]),
        ("fex://pay?intent=pi_1&amount=35.50&currency=EUR&merchant=mer_2", ["currency", "merchant"]),
    ])
    func `amount, currency and merchant shown are those fetched; a code that says otherwise is named`(
        text: String, differences: [String]
    ) async throws {
        let test = try TestWallet()
        let wallet = try await test.open()
        test.platform.addIntent("pi_1")
        guard case .merchant(let code) = try ScannedCode(parsing: text) else {
            Issue.record("not a merchant's code")
            return
        }
        do {
            let checked = try await wallet.intents.check(code)
            #expect(checked.intent.id == code.intent && differences.isEmpty)
        } catch let error as DecisionError {
            let mismatch = try #require(error.mismatch)
            #expect(mismatch.differences.map(\.field) == differences && !differences.isEmpty)
            if let difference = mismatch.differences.first, difference.field == "amount" {
                #expect(difference.inCode == "3.55 USD" && difference.atPlatform == "35.50 USD")
            }
        }
    }

    @Test(arguments: [
        ("amount", JSON.number("0.001")), ("amount", "NaN"), ("amount", .number("123456789012345678901234567890")),
        ("amount", .number("-1")), ("amount", .number("0")), ("currency", "XXX"), ("expires_at", "soon"),
        ("id", "../admin"), ("id", "pi_2"), ("merchant_id", .null), ("status", .number("1")),
    ])
    func `an intent that no platform can have sent is refused, and the field named`(field: String, value: JSON)
        async throws
    {
        let test = try TestWallet()
        let wallet = try await test.open()
        let id = test.platform.addIntent("pi_1")
        test.platform.set(field, to: value, of: id)
        let error = await #expect(throws: PlatformError.self) { try await wallet.intents.fetch(id) }
        #expect(error?.description.contains(field) == true)
        #expect(error?.money == .notMoved)
        #expect(try await wallet.intents.load(id) == nil)
    }

    @Test func `an amount beyond binary floating point is kept to the cent`() async throws {
        let test = try TestWallet()
        let wallet = try await test.open()
        let id = test.platform.addIntent("pi_1", amount: "90071992547409.93")
        #expect(try await wallet.intents.fetch(id).amount.decimalString == "90071992547409.93")
        #expect(try await wallet.intents.load(id)?.amount.decimalString == "90071992547409.93")
    }
}
