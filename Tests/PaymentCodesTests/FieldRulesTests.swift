import FexValues
import Testing

@testable import PaymentCodes

/// What is empty, there twice, not understood, or hidden in a field, and what is told of it.
@Suite struct FieldRulesTests {
    private static let bitcoin = "bc1q64wjfcjl54snjl68jay2rxp8n4qq30egj37k53"
    private static let ether = "0xfb6916095ca1df60bb79ce92ce3ea74c37c5d359"
    private static let invoice = """
        lnbc42u1pj48ugqpp5skcfmsa49gp6uaml57pdf7ql7qx3vhh7ty77099a8ef4g5hegfpqdqggfex2ctymfych8gje82c2myj2jt4q2y7w2lfdkuf7r\
        ejmj87gf97svpvz8rw7505uzyyv3j26n47pyrupaxypqhkn5uppfdykg2y38y9xrdyq77adrl54h
        """

    private func summary(_ text: String) throws -> String {
        guard case .foreign(let code) = try ScannedCode(parsing: text) else { return "ours" }
        return "\(code.kind.rawValue): \(code.summary)"
    }

    @Test(arguments: [
        ("fex://pay?intent=&intent=pi_4711", "fex://pay?intent=pi_4711"),
        ("fex://pay?intent=a&amount=12.40&amount=&currency=USD", "fex://pay?intent=a&amount=12.40&currency=USD"),
        ("fex://pay?intent=a&&amount&amount=12.40&currency=USD", "fex://pay?intent=a&amount=12.40&currency=USD"),
        ("fex://pay?intent=a&merchant=&merchant=", "fex://pay?intent=a"),
        (
            "fex://pay?intent=pi_4711&AMOUNT=12.40&CURRENCY=USD&merchant=m_77",
            "fex://pay?intent=pi_4711&amount=12.40&currency=USD&merchant=m_77"
        ),
        ("FEX://PAY?INTENT=PI_4711", "fex://pay?intent=PI_4711"),
        ("fex://pay?intent=a&AMP;amount=2&amp;amp;currency=USD", "fex://pay?intent=a&amount=2&currency=USD"),
        ("fex://pay?intent=a&#38;amount=2&#x26;currency=USD", "fex://pay?intent=a&amount=2&currency=USD"),
    ])
    func `a Fex code is read as its plain form is`(text: String, plain: String) throws {
        #expect(try ScannedCode(parsing: text) == ScannedCode(parsing: plain))
    }

    @Test(arguments: [
        ("fex://pay?INTENT=pi_2&intent=pi_1", "intent: it is there 2 times"),
        ("fex://pay?intent=a&AMOUNT=1&amount=1&currency=USD", "amount: it is there 2 times"),
        (
            "fex://pay?intent=a&%E2%80%8Bamount=1&currency=USD",
            "amount: its name is not understood: there is a zero-width"
        ),
        (
            "{\"payment_intent_id\":\"a\",\"amount\u{200B}\":1}",
            "amount: its name is not understood: there is a zero-width"
        ),
        ("\u{0}fex://pay?intent=a", "there is U+0000"), ("\u{1F}fex://pay?intent=a", "there is U+001F"),
        ("\u{0}{\"payment_intent_id\":\"a\"}", "there is U+0000"),
        (#"{"payment_intent_id":"a","amount":+12.40,"currency":"USD"}"#, "amount: it is not understood"),
        (#"{"payment_intent_id":"a","amount":012.40,"currency":"USD"}"#, "amount: it is not understood"),
        (#"{"payment_intent_id":"a","amount":.5,"currency":"USD"}"#, "amount: it is not understood"),
        (#"{"payment_intent_id":"a","amount":12.40,"merchant_name":"Ki"#, "merchant name: it is not understood"),
        (#"{"payment_intent_id":"a","amount":12,40,"currency":"USD"}"#, "amount: it is not understood"),
        (#"{"payment_intent_id":"#, "intent: it is not understood"),
        (#"{"payment_intent_id":"a""#, "intent: it is not understood"),
    ])
    func `what is wrong with a Fex code is named`(text: String, problem: String) throws {
        let error = try #require(throws: CodeError.self) { try ScannedCode(parsing: text) }
        #expect(error.description.contains(problem), "\(error)")
    }

    @Test func `braces that name no payment intent are text`() throws {
        #expect(try summary(#"{"order":+1}"#).hasPrefix("text: "))
    }

    @Test(arguments: [
        (
            "bitcoin:\(bitcoin)?amount=0.1&req-escrow=1&lightning=\(invoice)",
            #"bitcoin: not valid here: it requires "req-escrow", which isn't known"#
        ),
        (
            "bitcoin:\(bitcoin)?amount=0.1&req-esc%zz=1&lightning=\(invoice)",
            #"bitcoin: not valid here: it requires "req-esc%zz", which isn't known"#
        ),
        ("bitcoin:?lightning=\(invoice)&lightning=\(invoice)", "bitcoin: several amounts, payable over Lightning"),
        ("bitcoin:\(bitcoin)/?amount=1", #"bitcoin: 1 BTC to "\#(bitcoin)""#),
        ("bitcoin:///\(bitcoin)?\u{200B}amount=1", #"bitcoin: 1 BTC to "\#(bitcoin)""#),
        (
            "litecoin:ltc1qulfaytpzxqxzrjgdt0kqcn9c05rjhgyt59eak4/?amount=1",
            #"litecoin: 1 LTC to "ltc1qulfaytpzxqxzrjgdt0kqcn9c05rjhgyt59eak4""#
        ),
        (
            "solana:3TJ5c5gSeeb9eq85CTDwnLZ8ajqczFcFXsjfTGxTA3Ed/?amount=1",
            #"solana: 1 SOL to "3TJ5c5gSeeb9eq85CTDwnLZ8ajqczFcFXsjfTGxTA3Ed""#
        ),
        ("ethereum:\(ether)@0x1/?value=1e18", #"ethereum: 1 ETH to "\#(ether)", on Ethereum"#),
        (
            "ethereum:\(ether)/transfer?address=\(ether)&address=a.eth&uint256=6",
            #"ethereum: 6 of a token's smallest units to several payees, the token being "\#(ether)""#
        ),
        (
            "ethereum:\(ether)?value=1e18&gas=lots",
            #"ethereum: 1 ETH to "\#(ether)", with a gas limit of an unreadable amount"#
        ),
        ("ethereum:\(ether)?value=1e18&gas=1&gas=2", #"ethereum: 1 ETH to "\#(ether)", with several gas limits"#),
        (
            "ethereum:\(ether)?value=1e18&gasPrice=x",
            #"ethereum: 1 ETH to "\#(ether)", with a gas price of an unreadable amount"#
        ),
        ("upi://pay?pa=a@b&AMP;am=2&#38;tn=Tea", #"upi: 2.00 INR to "a@b", for "Tea""#),
        ("upi://pay?pa=a@b&\u{200B}am=2", #"upi: 2.00 INR to "a@b""#),
        (
            "SPD*1.0*ACC:CZ6508000000192000145399*\u{200B}AM:5*CC:CZK",
            #"spayd: 5.00 CZK, account "CZ6508000000192000145399""#
        ),
        ("WIFI:\u{200B}P:pw;S:Kiosk;;", #"wifi: "Kiosk", with its password, which is not shown here"#),
        ("WIFI:\u{A0}S:Kiosk;T:nopass;;", #"wifi: "Kiosk", open to all"#),
        ("WIFI:T:nopass;S:Visitors;P:\u{200B};;", #"wifi: "Visitors", open to all"#),
        ("MECARD:\u{200B}N:Owen;;", #"vcard: "Owen""#), ("MECARD:N:A;N:B;;", "vcard: several names"),
        ("BIZCARD:N:A;X:B;X:C;;", "vcard: several names"),
        ("mailto:a%FF@b.example", "email: a letter to an unreadable text"),
        ("tel:%FF", "tel: a call to an unreadable text"), ("sms:%ff", "sms: a message to an unreadable text"),
        ("geo:90.1,0", "geo: a place with unreadable coordinates"),
        ("geo:45,-180.5", "geo: a place with unreadable coordinates"), ("geo:90.0,180", "geo: the place at 90.0, 180"),
        ("BEGIN:VCARD \nFN:Ann", #"vcard: "Ann""#), ("BEGIN:VEVENT \nSUMMARY:Tea", #"event: "Tea""#),
        (
            "BCD\u{A0}\n002\n1\nSCT\n\nAnn\nDE89370400440532013000\nEUR1",
            #"epc: 1.00 EUR to "Ann", account "DE89370400440532013000""#
        ),
        ("URL:https://shop.example/x", #"url: a page at "shop.example""#),
    ])
    func `what a code says is told by the rules of its fields`(text: String, told: String) throws {
        #expect(try summary(text) == told)
    }

    @Test func `PromptPay is known by its application in any case`() throws {
        let code = "00020101021229370016a0000006770101110113006680111111153037645802TH540520.156304"
        #expect(try summary(code).hasPrefix("promptpay: "))
    }
}
