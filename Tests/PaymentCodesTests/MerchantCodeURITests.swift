import FexValues
import Testing

@testable import PaymentCodes

@Suite struct MerchantCodeURITests {
    /// The code of a text that must be a merchant's.
    private func merchant(_ text: String) throws -> MerchantCode {
        guard case .merchant(let code) = try ScannedCode(parsing: text) else {
            throw CodeError(.unreadable(.address, problem: "not a merchant's code: \(text)"))
        }
        return code
    }

    /// The part that the error for a text names.
    private func refusedField(_ text: String) -> CodeError.Field? {
        do {
            let code = try ScannedCode(parsing: text)
            Issue.record("\(text) was taken for \(code)")
            return nil
        } catch {
            guard case .unreadable(let field, let problem) = error.reason else {
                Issue.record("\(text): \(error)")
                return nil
            }
            #expect(error.description.contains(problem) && error.description.contains(field.rawValue))
            #expect(PlainText.isClean(error.description) && PlainText.clean(error.description) == error.description)
            return field
        }
    }

    @Test func `the published example is read in full`() throws {
        let code = try merchant("fex://pay?intent=pi_xxxx&amount=29.99&currency=USD&merchant=a1b2c3d4")
        #expect(
            code
                == MerchantCode(
                    form: .uri, intent: try #require(IntentID("pi_xxxx")),
                    amount: try Money(minorUnits: 2999, currency: Currency("USD")),
                    merchant: MerchantID("a1b2c3d4"), merchantName: nil))
    }

    @Test func `the intent alone is enough`() throws {
        let code = try merchant("fex://pay?intent=0b5c9a3e-8d1f-4c1e-9a7e-000000000001")
        #expect(code.intent.rawValue == "0b5c9a3e-8d1f-4c1e-9a7e-000000000001")
        #expect(code.amount == nil && code.merchant == nil && code.merchantName == nil)
    }

    @Test(arguments: [
        "FEX://PAY?intent=pi_1", "Fex://Pay?intent=pi_1", "fex://pay/?intent=pi_1", "  fex://pay?intent=pi_1 \t\r\n",
        "fex://pay?&intent=pi_1&&", "fex://pay?intent=pi%5F1", "fex://pay?%69ntent=pi_1", "fex://pay?intent=p%69_1",
        "fex://pay?intent=pi_1&lang=de&lang=fr", "fex://pay?INTENT=pi_1",
        "fex://pay?v=a?b/c:d@e&intent=pi_1",
        "fex://pay?intent=pi_1&note=caf%C3%A9", "fex://pay?intent=pi_1&flag",
    ])
    func `what a URI may vary in changes nothing`(text: String) throws {
        #expect(try merchant(text).intent.rawValue == "pi_1")
    }

    @Test(arguments: [
        "fex:", "fex:pay?intent=pi_1", "fex:/pay?intent=pi_1", "fex://?intent=pi_1", "fex://pay.evil/?intent=pi_1",
        "fex://payments?intent=pi_1", "fex://pa%79?intent=pi_1", "fex://evil@pay?intent=pi_1", "fex://@pay?intent=pi_1",
        "fex://pay:443?intent=pi_1", "fex://pay:?intent=pi_1", "fex://pay//?intent=pi_1", "fex://pay/x?intent=pi_1",
        "fex:///pay?intent=pi_1", "fex://pay?intent=pi_1#", "fex://pay?intent=pi_1#intent=pi_2",
        "fex://pay\\?intent=pi_1",
        "fex: see you at five", "fex://pay?intent=pi_1 &amount=1", "fex://pay?intent=pi_1\n&amount=1",
        "fex://pay?intent=pi_1\u{0}", "fex://pay?intent=pi_1&note=caf\u{E9}", "fex://p\u{430}y?intent=pi_1",
        "fex://pay\u{301}?intent=pi_1", "fex:\u{301}//pay?intent=pi_1", "fex://pay?\u{301}intent=pi_1",
        "fex://pay?intent=pi\u{202E}_1",
    ])
    func `our scheme with another address is an error, not another system's code`(text: String) {
        #expect(refusedField(text) == .address)
    }

    @Test(arguments: [
        "fex://pay?intent=pi_1%", "fex://pay?intent=pi_1%4", "fex://pay?intent=pi_1&note=%zz",
        "fex://pay?intent=pi_1&x=%+1",
        "fex://pay?intent=pi_1&note=%FF", "fex://pay?intent=pi_1&note=%C0%AF", "fex://pay?intent=pi_1&note=%ED%A0%80",
        "fex://pay?intent=pi_1&%E9=1",
    ])
    func `a bad escape is refused wherever it is`(text: String) {
        #expect(refusedField(text) == .parameters)
    }

    @Test(arguments: [
        ("fex://pay", CodeError.Field.intent), ("fex://pay?", .intent), ("fex://pay?amount=1&currency=USD", .intent),
        ("fex://pay?intent=", .intent), ("fex://pay?intent", .intent), ("fex://pay?intent=a+b", .intent),
        ("fex://pay?intent=a%20b", .intent), ("fex://pay?intent=..%2Fadmin", .intent), ("fex://pay?intent=..", .intent),
        ("fex://pay?intent=%1B%5B2J", .intent), ("fex://pay?intent=a&intent=a", .intent),
        ("fex://pay?intent=a&intent=b", .intent), ("fex://pay?intent=a&%69ntent=b", .intent),
        ("fex://pay?intent=a&amount=1&amount=1&currency=USD", .amount),
        ("fex://pay?intent=a&amount=1&%61mount=2&currency=USD", .amount),
        ("fex://pay?intent=a&amount=1&currency=USD&currency=USD", .currency),
        ("fex://pay?intent=a&merchant=m&merchant=m", .merchant),
        ("fex://pay?intent=a&merchant=a%2Fb", .merchant), ("fex://pay?intent=a&amount=1", .currency),
        ("fex://pay?intent=a&currency=USD", .amount), ("fex://pay?intent=a&amount=1&currency=", .currency),
        ("fex://pay?intent=a&amount=1&currency=usd", .currency),
        ("fex://pay?intent=a&amount=1&currency=BTC", .currency),
        ("fex://pay?intent=a&amount=&currency=USD", .amount), ("fex://pay?intent=a&amount=0&currency=USD", .amount),
        ("fex://pay?intent=a&amount=0.00&currency=USD", .amount),
        ("fex://pay?intent=a&amount=-1&currency=USD", .amount),
        ("fex://pay?intent=a&amount=+1&currency=USD", .amount),
        ("fex://pay?intent=a&amount=1,50&currency=USD", .amount),
        ("fex://pay?intent=a&amount=0.001&currency=USD", .amount),
        ("fex://pay?intent=a&amount=1e99&currency=USD", .amount),
        ("fex://pay?intent=a&amount=1.5&currency=JPY", .amount),
        ("fex://pay?intent=a&amount=NaN&currency=USD", .amount),
        ("fex://pay?intent=a&amount=%D9%A3&currency=USD", .amount),
    ])
    func `a parameter that can't be used is named`(text: String, field: CodeError.Field) {
        #expect(refusedField(text) == field)
    }

    @Test func `amounts keep every digit`() throws {
        let code = try merchant("fex://pay?intent=a&amount=90071992547409.93&currency=USD")
        #expect(code.amount?.minorUnits == 9_007_199_254_740_993)
        #expect(try merchant("fex://pay?intent=a&amount=0.007&currency=KWD").amount?.minorUnits == 7)
    }
}
