import FexValues
import Testing

@testable import PaymentCodes

@Suite struct InvisibleCharactersTests {
    /// White space, byte order mark, zero-width characters, direction marks, soft hyphen, and others that have no shape.
    private static let characters: [Unicode.Scalar] = [
        "\t", "\n", "\r", " ", "\u{85}", "\u{A0}", "\u{AD}", "\u{34F}", "\u{61C}", "\u{115F}", "\u{1680}", "\u{180E}",
        "\u{2000}", "\u{2009}", "\u{200A}", "\u{200B}", "\u{200C}", "\u{200D}", "\u{200E}", "\u{200F}", "\u{2028}",
        "\u{2029}", "\u{202A}", "\u{202B}", "\u{202C}", "\u{202D}", "\u{202E}", "\u{202F}", "\u{205F}", "\u{2060}",
        "\u{2063}", "\u{2066}", "\u{2067}", "\u{2068}", "\u{2069}", "\u{2800}", "\u{3000}", "\u{3164}", "\u{FE0F}",
        "\u{FEFF}", "\u{FFA0}", "\u{E0020}", "\u{E0100}",
    ]

    @Test(arguments: characters)
    func `what nobody sees around a code is no part of it`(character: Unicode.Scalar) throws {
        let uri = "fex://pay?intent=pi_1"
        let json = #"{"payment_intent_id":"pi_1"}"#
        let own = try #require(ScanToken("word"))
        for (before, after) in [
            ("\(character)", ""), ("", "\(character)"), ("\(character) \(character)", "\(character)\n"),
        ] {
            #expect(try ScannedCode(parsing: before + uri + after) == ScannedCode(parsing: uri))
            #expect(try ScannedCode(parsing: before + json + after) == ScannedCode(parsing: json))
            #expect(
                try ScannedCode(parsing: before + "word" + after, ownScanToken: own)
                    == .wallet(WalletCode(scanToken: own)))
            #expect(IntentID(typed: before + "pi_1" + after)?.rawValue == "pi_1")
        }
    }

    @Test(arguments: characters)
    func `within a code it is refused by its name`(character: Unicode.Scalar) throws {
        let digits = String(character.value, radix: 16, uppercase: true)
        let name = "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
        var texts = ["fex://pay?intent=pi\(character)_1", "fex://pay?intent=pi_1&amount=1.00\(character)&currency=USD"]
        if !character.isASCII {
            texts += [
                #"{"payment_intent_id":"pi\#(character)_1"}"#, #"{"payment_intent_id":"a",\#(character)"amount":1}"#,
                #"{"payment_intent_id\#(character)":"a"}"#, "f\(character)ex://pay?intent=pi_1",
                #"{"payment_intent_id":"a","amount":1,"currency":"USD\#(character)"}"#,
            ]
        }
        for text in texts {
            let error = try #require(throws: CodeError.self) { try ScannedCode(parsing: text) }
            #expect(error.description.contains(name))
            #expect(PlainText.clean(error.description) == error.description)
        }
    }

    @Test(arguments: [
        ("currency=USD%20", "a space (U+0020) after \"USD\""),
        ("currency=%C2%A0USD", "a no-break space (U+00A0) at its beginning"),
        ("currency=U%D0%85D", "U+0405 (\"Ѕ\") after \"U\""),
    ])
    func `a value that looks right is not quoted as wrong`(parameter: String, problem: String) throws {
        let error = try #require(throws: CodeError.self) {
            try ScannedCode(parsing: "fex://pay?intent=a&amount=1&\(parameter)")
        }
        #expect(error.description.contains("currency: it is not understood: there is \(problem)"))
        #expect(!error.description.contains("\"USD\" is not"))
    }

    @Test(arguments: [
        ("amount=1", "currency: it is missing"), ("currency=USD", "amount: it is missing"),
        ("amount=&currency=USD", "amount: it is missing"),
        ("amount=1&amount=2&currency=USD", "amount: it is there 2 times"),
        ("amount=one&currency=USD", "amount: it is not understood"),
        ("amount=0&currency=USD", "amount: it is not allowed"),
        ("amount=-1&currency=USD", "amount: it is not allowed"),
        ("amount=1.001&currency=USD", "amount: it is not allowed"),
        ("amount=1&currency=usd", "currency: it is not understood"),
        ("merchant=a%2Fb", "merchant: it is not understood"),
        ("merchant=a&merchant=b", "merchant: it is there 2 times"),
    ])
    func `not there, twice, not understood and not allowed are told as four`(query: String, problem: String) throws {
        let error = try #require(throws: CodeError.self) { try ScannedCode(parsing: "fex://pay?intent=a&\(query)") }
        #expect(error.description.contains(problem))
    }

    @Test func `a field without a value is not set`() throws {
        let bare = try ScannedCode(parsing: "fex://pay?intent=a")
        #expect(try ScannedCode(parsing: "fex://pay?intent=a&merchant=&amount=&currency=") == bare)
        let json = try ScannedCode(parsing: #"{"payment_intent_id":"a"}"#)
        #expect(
            try ScannedCode(
                parsing: #"{"payment_intent_id":"a","merchant_id":"","merchant_name":"","amount":"","currency":""}"#)
                == json)
    }

    @Test func `ampersands that a page escaped separate all the same`() throws {
        let code = try ScannedCode(parsing: "fex://pay?intent=a&amp;amount=2&amp;currency=USD&amp;merchant=m")
        #expect(try code == ScannedCode(parsing: "fex://pay?intent=a&amount=2&currency=USD&merchant=m"))
    }

    @Test func `a token that is a UUID may be an intent's id`() throws {
        for (text, mayBe) in [("0b5c9a3e-8d1f-4c1e-9a7e-000000000001", true), ("wal_7", false)] {
            guard case .wallet(let code) = try ScannedCode(parsing: text) else {
                Issue.record("not a wallet's")
                continue
            }
            #expect(code.mayBeIntent == mayBe)
        }
    }

    @Test(arguments: ["plain text", "a  b ", String(repeating: "long word ", count: 80), "tab\there", "", "    x"])
    func `visible ASCII is cleaned as all else is`(text: String) {
        for limit in [0, 1, 5, 12, 512] {
            // A character beyond ASCII at the end takes the other way.
            let other = PlainText.clean(text + "é", limit: limit + 1)
            let ascii = PlainText.clean(text + "e", limit: limit + 1)
            #expect(ascii == other.replacing("é", with: "e"))
        }
    }

    @Test func `the quick look at a character finds what Unicode's properties say`() {
        for value in 0x80...0x10FFFF as ClosedRange<UInt32> {
            guard let scalar = Unicode.Scalar(value) else { continue }
            let isHidden = InvisibleCharacters.contains(scalar)
            if isHidden != InvisibleCharacters.isInvisible(scalar) { Issue.record("U+\(String(value, radix: 16))") }
        }
        let text = "\u{FEFF}a é\u{200B}ж寿\u{2060}🍣\u{E0001}"
        #expect(InvisibleCharacters.removed(from: text) == "aéж寿🍣")
    }
}
