import FexValues
import Testing

@testable import PaymentCodes

/// Secrets beside other things, within other codes, and behind characters that nobody sees. They are of no use to anybody.
@Suite struct HeldSecretTests {
    private static let words = "legal winner thank year wave sausage worth useful legal winner thank yellow"
    private static let nostrKey = "nsec13afe9erpz7tyck7u3y5euwh62epmkjpsjm0dj723ye4625f5exgqn5znx9"
    private static let bitcoinKey = "5KexMADumP5h43rZr6hBgYPUH5JewB4Rqb8c86NLzBQpKXKWoWw"
    private static let stellarKey = "SAV76USXIJOBMEQXPANUOQM6F5LIOTLPDIDVRJBFFE2MDJXG24TAPUU7"
    private static let ether = "0xfb6916095ca1df60bb79ce92ce3ea74c37c5d359"

    private func foreign(_ text: String) throws -> ForeignCode {
        guard case .foreign(let code) = try ScannedCode(parsing: text) else {
            throw CodeError(.unreadable(.address, problem: "not a foreign code"))
        }
        return code
    }

    /// Whether nothing of a secret stands in a text: no part of a key, and no two words of a wallet's.
    private func isWithheld(in text: String) -> Bool {
        let lower = text.lowercased()
        let parts = [
            "13afe9er", "qn5znx9", "madump5h", "kxkwoww", "76usxijo", "adump5", "winner", "thank", "sausage", "hidden",
        ]
        return !parts.contains { lower.contains($0) }
    }

    @Test(arguments: [
        "secret seed phrase: \(words)", "\(words) \(words)", "seed: \(words)", "Keep safe! \(words)",
        "\(words)\n\nprivate",
        words.replacing("thank year", with: "thank\0year").replacing("sausage", with: "sau\u{AD}sage"),
        "private\n\(words)\nphoto album",
        "recovery seed phrase, \(words.split(separator: " ").joined(separator: ", "))",
    ])
    func `a wallet's words beside other words of the list are a secret`(text: String) throws {
        let code = try foreign(text)
        #expect(code.kind == .secret && code.summary.hasPrefix("12 words that a wallet is restored from"))
    }

    @Test func `words that may be a wallet's and others are not shown`() throws {
        let misspelt = Self.words.replacing("worth", with: "wort")
        for text in ["\(Self.words) photo album pink", "secret seed phrase \(Self.words)", misspelt, "my \(misspelt)"] {
            #expect(isWithheld(in: try foreign(text).summary))
        }
    }

    @Test(arguments: [
        "BEGIN:VEVENT\nSUMMARY:secret seed phrase: \(words)\nEND:VEVENT", "otpauth://totp/\(words)?secret=KEY",
        "MECARD:N:\(words.split(separator: " ").joined(separator: "\u{3000}"));;",
        "bitcoin:?bc=\(nostrKey)", "upi://pay?pa=\(nostrKey)", "taler://pay/\(nostrKey)/x",
        "taler://pay/\(bitcoinKey)/x", "https://\(bitcoinKey)/", "lnurlp://\(bitcoinKey)/x",
        "ethereum:\(ether)/\(nostrKey)", "ethereum:\(ether)/transfer?address=\(bitcoinKey)",
        "solana:3TJ5c5gSeeb9eq85CTDwnLZ8ajqczFcFXsjfTGxTA3Ed?spl-token=\(bitcoinKey)",
        "BCD\n002\n1\nSCT\n\nAnn\nDE89370400440532013000\nEUR1\n\n\(bitcoinKey)",
        "SPD*1.0*ACC:CZ6508000000192000145399*X-VS:\(nostrKey)", "tel:\(nostrKey)", "mailto:\(bitcoinKey)@b.example",
        "upi://pay?pa=\(nostrKey.prefix(45))", "bitcoin:?bc=\(nostrKey.dropLast())7",
        "https://\(bitcoinKey.dropLast())x/",
        "SPD*1.0*ACC:CZ6508000000192000145399*X-VS:\(bitcoinKey.dropLast())x", "tel:\(nostrKey.prefix(30))",
        "bitcoin:?req-\(bitcoinKey)=1", "bitcoin:?req-\(words)=1", "bitcoin:?bc=\(words.dropLast(3))",
        "monero:\(stellarKey.lowercased())\(bitcoinKey)", "solana:5wkT5SMi2LYBfoVspM6Mzw28bJ5gB52gWMADump5h",
    ])
    func `a key in a field of another code is not shown`(text: String) throws {
        let code = try foreign(text)
        #expect(code.kind != .text && isWithheld(in: code.summary), "\(code.summary)")
    }

    @Test(arguments: ["\u{200B}", "\u{AD}", "\u{2060}", "\u{FEFF}", "\u{200E}", "\u{1}"])
    func `what hides a prefix uncovers nothing`(mark: String) throws {
        for (text, kind) in [
            ("W\(mark)IFI:P:hidden-word-9;S:Kiosk;T:WPA;;", ForeignCode.Kind.wifi),
            ("WIFI\(mark):P:hidden-word-9;S:Kiosk;T:WPA;;", .wifi),
            ("otp\(mark)auth://totp/x?sec\(mark)ret=HIDDENHIDDENHIDDEN", .otpauth),
            ("otpauth:\(mark)//totp/HIDDEN23HIDDEN23", .otpauth), ("taler\(mark)://pay-pull/x.example/hidden", .taler),
            ("key\(mark)auth://id.example?k1=hidden", .lightning), ("lnd\(mark)hub://admin:hidden@x.example", .secret),
            ("any\(mark)thing://admin:hidden@x.example", .text), ("cash\(mark)uAeyJoaWRkZW4iOiJoaWRkZW4ifQ", .cashu),
            (Self.words.replacing("sausage", with: "sau\(mark)sage"), .secret),
            (Self.nostrKey.replacing("13af", with: "13\(mark)af"), .secret),
            ("it is \(Self.nostrKey.replacing("13af", with: "13\(mark)af")), old", .secret),
        ] {
            let code = try foreign(text)
            #expect(code.kind == kind && isWithheld(in: code.summary), "\(code.kind.rawValue): \(code.summary)")
        }
    }

    @Test func `a joiner that shapes a name stays in it`() throws {
        #expect(try foreign("WIFI:S:👩‍💻 می‌خواهم;;").summary.contains("👩‍💻 می‌خواهم"))
    }

    @Test(arguments: [
        "fex://\(nostrKey)", "fex://\(bitcoinKey)", "fex://\(words.split(separator: " ").joined(separator: "+"))",
        "fex://pay?intent=\(words.split(separator: " ").joined(separator: "+"))",
        "fex://pay?intent=\(words.split(separator: " ").joined(separator: "%20"))",
        "fex://pay?intent=winner%20\(nostrKey)", "fex://pay?intent=a&merchant=\(nostrKey)",
        "fex://pay?intent=a&amount=\(nostrKey)&currency=USD", "fex://pay?intent=a&amount=1&currency=\(bitcoinKey)",
        "fex://pay?intent=key_\(bitcoinKey)", "fex://pay?intent=a#\(nostrKey)",
    ])
    func `an error about a Fex code quotes no secret`(text: String) throws {
        let error = try #require(throws: CodeError.self) { try ScannedCode(parsing: text) }
        #expect(isWithheld(in: error.description) && !error.description.contains("legal"), "\(error)")
    }

    @Test(arguments: [",", ";", "/", "|", " ", "\u{A0}"], ["payment_intent_id", "merchant_id", "currency", "amount"])
    func `nor does one about its JSON`(separator: String, name: String) throws {
        let secret = Self.words.split(separator: " ").joined(separator: separator)
        var fields = ["payment_intent_id": "a", "amount": "1", "currency": "USD"]
        fields[name] = secret
        let members = fields.map { "\"\($0.key)\":\"\($0.value)\"" }.joined(separator: ",")
        let error = try #require(throws: CodeError.self) { try ScannedCode(parsing: "{\(members)}") }
        #expect(isWithheld(in: error.description), "\(error)")
    }

    @Test(arguments: [nostrKey, words, "call \(bitcoinKey) now"])
    func `a secret in a merchant's name is left out`(secret: String) throws {
        let text = #"{"payment_intent_id":"a","merchant_name":"\#(secret)"}"#
        guard case .merchant(let code) = try ScannedCode(parsing: text) else {
            Issue.record("not a merchant's")
            return
        }
        #expect(isWithheld(in: code.merchantName ?? ""))
    }

    @Test func `a name of which nothing can be seen is none`() throws {
        let text = "{\"payment_intent_id\":\"a\",\"merchant_name\":\"\u{200B}\u{A0}\"}"
        guard case .merchant(let code) = try ScannedCode(parsing: text) else {
            Issue.record("not a merchant's")
            return
        }
        #expect(code.merchantName == nil)
    }

    @Test func `a Stellar seed with letters that base 58 lacks is a secret`() throws {
        let code = try foreign(Self.stellarKey)
        #expect(code.kind == .secret && code.checksumValid == true)
        #expect(IntentID(typed: Self.stellarKey) == nil)
    }

    @Test(arguments: [
        "suiprivkey1qzwant3kaegmjy4qxex93s0jzvemekkjmyv3r2sjwgnv2y479pgsyhveae0",
        "secret-extended-key-main1qvqhj4axl7qqqqpq5e4xevp0v6snlh0hjc4m5hy5m2lc3tk2rpkgacg8pvj9q",
        "edsk3gUfUPyBSfrS9CCgmCiQsTCHGkviBDusMxDJstFtojtc1zcpsh",
        "PVT_K1_2bfGi9rYsXQSXXTvJbDAPhHLQUojjaNLomdm3cEJ1XTzMqUt3V",
        "ms13cashsllhdmn9m42vcsamx24zrxgs3qqjzqud4m0d6nln", "ed25519_sk1l3r8s4u0u5z6qz6yc7q0m2c9v0w5x8y7t6r5e4w3q2a1s",
    ])
    func `a key that its prefix tells is a secret`(key: String) throws {
        let code = try foreign(key)
        #expect(code.kind == .secret && !code.summary.contains(key.dropFirst(12).prefix(8)))
        #expect(IntentID(typed: key) == nil)
    }

    @Test(arguments: [
        String(bitcoinKey.dropLast()), String(nostrKey.prefix(45)), "\(nostrKey.replacing("13af", with: "13bf")).",
        "xprv9xq2Deb4S5jSpbGNau9oK2R4md5zF61wfhZQUTusejiq1Qusq41v", "key_\(bitcoinKey)", "nsec1", "NSEC1QQ",
        "cashuAeyJ0", "cashuBo2", "-\(nostrKey)", "pi.\(bitcoinKey.dropLast())~x", "\(stellarKey.dropLast())8",
        String(stellarKey.dropLast()),
    ])
    func `what is nearly a key is no id, and is not repeated`(text: String) throws {
        #expect(IntentID(typed: text) == nil)
        #expect(isWithheld(in: IntentID.problem(with: text)))
        #expect(throws: CodeError.self) { try ScannedCode(parsing: "fex://pay?intent=\(text)") }
        #expect(throws: CodeError.self) { try ScannedCode(parsing: "fex://pay?intent=a&merchant=\(text)") }
    }

    @Test(arguments: [
        "pi_3MtwBwLkdIwHu7ix28a3tqPa", "pi_0b5c9a3e8d1f4c1e9a7e000000000001", String(repeating: "a", count: 128),
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "xprv_1",
        "order-5B2F0D3E-8D1F-4C1E-9A7E-0A1B2C3D4E5F", String(repeating: "aB3", count: 42),
        "AQICAHh7Qm3vK1sX9pR2tL8wZ4yN6bD0cF5gJ", "Kx9" + String(repeating: "yZ2", count: 13),
    ])
    func `ids of platforms stay ids`(text: String) {
        #expect((IntentID(typed: text) != nil) == !text.hasPrefix("xprv"))
    }

    @Test(arguments: [
        ("otpauth://totp/till:JBSWY3DPEHPK3PXP?issuer=x", #"an account at "x""#),
        ("otpauth://totp/jbswy3dpehpk3pxp", "an account that isn't named"),
        ("otpauth://totp/jbsw%20y3dp%20ehpk%203pxp", "an account that isn't named"),
        ("otpauth://totp/christophermueller?secret=A", #"the account "christophermueller""#),
        ("otpauth://totp/Shop:ann?secret=A", #"the account "ann" at "Shop""#),
        ("otpauth://totp/ann?issuer=a&issuer=b", #"the account "ann" at several issuers"#),
        ("otpauth://totp/%FF?issuer=a", #"an account with an unreadable name at "a""#),
    ])
    func `a second factor's key is not told as a name`(text: String, whose: String) throws {
        #expect(try foreign(text).summary.hasPrefix("\(whose), passwords by the time"))
    }

    @Test(arguments: [
        ("WIFI:S:Kiosk P:hidden;T:WPA;;", #""Kiosk …", protected by WPA, with its password, which is not shown here"#),
        ("WIFI:S:KioskP:hidden;T:WPA;;", #""Kiosk…", protected by WPA, with its password, which is not shown here"#),
        ("WIFI:S:Kiosk,P:hidden;;", #""Kiosk,…", with its password, which is not shown here"#),
        ("WIFI:S:Shop: free;T:nopass;;", #""Shop: free", open to all"#),
    ])
    func `a password within a network's name is not shown`(text: String, told: String) throws {
        #expect(try foreign(text).summary == told)
    }

    @Test func `what a message quotes holds no secret`() {
        for text in [
            "--\(Self.nostrKey)", "\(Self.nostrKey).png", String(repeating: "x ", count: 3_000) + Self.nostrKey,
            "fex://pay?intent=a \(Self.nostrKey)", "otpauth://totp/x?secret=hidden", "WIFI:P:hidden;;",
            "\(Self.nostrKey.prefix(40)).png", "secret seed phrase \(Self.words)",
        ] {
            #expect(isWithheld(in: Quotation(text, limit: 9_000).description))
        }
        #expect(Quotation("--limit").description == "\"--limit\"")
    }
}
