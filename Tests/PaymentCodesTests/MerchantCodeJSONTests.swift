import FexValues
import Testing

@testable import PaymentCodes

@Suite struct MerchantCodeJSONTests {
    @Test func `the published example is read in full`() throws {
        let text =
            #"{"payment_intent_id":"pi_1","amount":99.99,"currency":"USD","merchant_id":"m-1","merchant_name":"Café Zoë"}"#
        let code = MerchantCode(
            form: .json, intent: try #require(IntentID("pi_1")),
            amount: try Money(minorUnits: 9999, currency: Currency("USD")), merchant: MerchantID("m-1"),
            merchantName: "Café Zoë")
        #expect(try ScannedCode(parsing: text) == .merchant(code))
    }

    @Test(arguments: [
        #"{"payment_intent_id":"a","amount":90071992547409.93,"currency":"USD"}"#,
        #"{"payment_intent_id":"a","amount":"90071992547409.93","currency":"USD"}"#,
        #" { "currency" : "USD", "amount" : 9007199254740993e-2 , "x": {"amount": 1}, "payment_intent_id" : "a" } "#,
        "{\n\t\"payment_intent_id\":\"\\u0061\",\r\n\"am\\u006funt\":90071992547409.930,\"currency\":\"USD\"}\n",
    ])
    func `amounts are read by their digits, from a number or a string`(text: String) throws {
        guard case .merchant(let code) = try ScannedCode(parsing: text) else {
            Issue.record("not a merchant's code")
            return
        }
        #expect(code.form == .json && code.intent.rawValue == "a")
        #expect(code.amount?.minorUnits == 9_007_199_254_740_993)
    }

    @Test func `what is null or absent is not claimed`() throws {
        let text =
            #"{"payment_intent_id":"a","amount":null,"currency":null,"merchant_id":null,"merchant_name":"  "}"#
        let code = MerchantCode(
            form: .json, intent: try #require(IntentID("a")), amount: nil, merchant: nil, merchantName: nil)
        #expect(try ScannedCode(parsing: text) == .merchant(code))
        #expect(try ScannedCode(parsing: #"{"payment_intent_id":"a"}"#) == .merchant(code))
    }

    @Test func `a merchant's name can't steer a terminal`() throws {
        let text = #"{"payment_intent_id":"a","merchant_name":"\u001b[2JShop\u202e\n\nSecond"}"#
        guard case .merchant(let code) = try ScannedCode(parsing: text) else {
            Issue.record("not a merchant's code")
            return
        }
        #expect(code.merchantName == "\u{FFFD}[2JShop\u{FFFD} Second")
    }

    @Test(arguments: [
        (#"{"payment_intent_id":5}"#, CodeError.Field.intent), (#"{"payment_intent_id":null}"#, .intent),
        (#"{"payment_intent_id":""}"#, .intent), (#"{"payment_intent_id":"a/b"}"#, .intent),
        (#"{"payment_intent_id":"a","payment_intent_id":"a"}"#, .intent),
        (#"{"payment_intent_id":"a","payment_intent_i\u0064":"b"}"#, .intent),
        (#"{"payment_intent_id":"a","amount":1,"amount":1,"currency":"USD"}"#, .amount),
        (#"{"payment_intent_id":"a","amount":null,"amount":1,"currency":"USD"}"#, .amount),
        (#"{"payment_intent_id":"a","amount":1,"currency":"USD","currency":"EUR"}"#, .currency),
        (#"{"payment_intent_id":"a","merchant_id":"m","merchant_id":"n"}"#, .merchant),
        (#"{"payment_intent_id":"a","merchant_name":"m","merchant_name":"n"}"#, .merchantName),
        (#"{"payment_intent_id":"a","merchant_name":["m"]}"#, .merchantName),
        (#"{"payment_intent_id":"a","merchant_id":7}"#, .merchant),
        (#"{"payment_intent_id":"a","merchant_id":"a b"}"#, .merchant),
        (#"{"payment_intent_id":"a","amount":1}"#, .currency),
        (#"{"payment_intent_id":"a","currency":"USD"}"#, .amount),
        (#"{"payment_intent_id":"a","amount":1,"currency":null}"#, .currency),
        (#"{"payment_intent_id":"a","amount":1,"currency":840}"#, .currency),
        (#"{"payment_intent_id":"a","amount":1,"currency":"\u001b[31m"}"#, .currency),
        (#"{"payment_intent_id":"a","amount":true,"currency":"USD"}"#, .amount),
        (#"{"payment_intent_id":"a","amount":0,"currency":"USD"}"#, .amount),
        (#"{"payment_intent_id":"a","amount":0e5,"currency":"USD"}"#, .amount),
        (#"{"payment_intent_id":"a","amount":-0,"currency":"USD"}"#, .amount),
        (#"{"payment_intent_id":"a","amount":" 1","currency":"USD"}"#, .amount),
        (#"{"payment_intent_id":"a","amount":0.001,"currency":"USD"}"#, .amount),
        (#"{"payment_intent_id":"a","amount":1e30,"currency":"USD"}"#, .amount),
    ])
    func `a member that can't be used is named`(text: String, field: CodeError.Field) throws {
        let error = try #require(throws: CodeError.self) { try ScannedCode(parsing: text) }
        guard case .unreadable(field, _) = error.reason else {
            Issue.record("\(error)")
            return
        }
        #expect(PlainText.isClean(error.description))
    }

    @Test(arguments: [
        "{}", #"{"amount":1,"currency":"USD"}"#, #"{"intent":"a"}"#, #"{"x":{"payment_intent_id":"a"}}"#,
        #"[{"payment_intent_id":"a"}]"#, #"{"Payment_Intent_Id":"a"}"#,
        #"{"payment_intent_id":"a"} {}"#, #"{'payment_intent_id':'a'}"#, #""{\"payment_intent_id\":\"a\"}""#,
        #"x{"payment_intent_id":"a"}"#,
    ])
    func `what names no intent is text`(text: String) throws {
        guard case .foreign(let code) = try ScannedCode(parsing: text) else {
            Issue.record("taken for ours")
            return
        }
        #expect(code.kind == .text)
    }

    @Test func `deep nesting is text, and is left early`() throws {
        let deep = #"{"payment_intent_id":"a","x":"# + String(repeating: "[", count: 4_000)
        guard case .foreign(let code) = try ScannedCode(parsing: deep) else {
            Issue.record("taken for ours")
            return
        }
        #expect(code.kind == .text)
    }
}
