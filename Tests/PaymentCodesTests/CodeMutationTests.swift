import FexValues
import Testing

@testable import PaymentCodes

@Suite struct CodeMutationTests {
    /// Codes of every kind, and of our own in both forms.
    private static let seeds =
        [
            "fex://pay?intent=pi_xxxx&amount=29.99&currency=USD&merchant=a1b2c3d4",
            #"{"payment_intent_id":"p","amount":99.99,"currency":"USD","merchant_id":"m","merchant_name":"n"}"#,
            "0b5c9a3e-8d1f-4c1e-9a7e-000000000001",
        ] + ForeignCodeSample.all.map(\.text)

    /// Whatever comes of a text, it may be shown.
    private func check(_ text: String) {
        do {
            switch try ScannedCode(parsing: text) {
            case .merchant(let code):
                #expect(PlainText.isClean(code.merchantName ?? ""))
                #expect(code.amount?.minorUnits != 0)
            case .wallet(let code):
                #expect(text.utf8.count >= code.text.utf8.count)
            case .foreign(let code):
                #expect(!code.summary.isEmpty)
                #expect(PlainText.clean(code.summary, limit: 2_000) == code.summary)
            }
        } catch {
            #expect(PlainText.clean(error.description) == error.description)
        }
    }

    @Test func `random bytes never do harm`() async {
        var generator = SplitMix64(seed: 17)
        for number in 0..<25_000 {
            // Other tests are to have their turn.
            if number.isMultiple(of: 100) { await Task.yield() }
            let length = Int.random(in: 0...40, using: &generator)
            check(
                String(
                    decoding: (0..<length).map { _ in UInt8.random(in: .min ... .max, using: &generator) },
                    as: UTF8.self))
        }
    }

    @Test func `real codes with random changes never do harm`() async {
        var generator = SplitMix64(seed: 29)
        let spice = Array("\u{1B}\n\r%&=?#:/@;\\\"{}1 0\u{301}\u{202E}".utf8)
        for number in 0..<25_000 {
            // Other tests are to have their turn.
            if number.isMultiple(of: 100) { await Task.yield() }
            var bytes = Array(CodeMutationTests.seeds.randomElement(using: &generator)!.utf8)
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                let index = Int.random(in: 0..<max(1, bytes.count), using: &generator)
                switch Int.random(in: 0..<5, using: &generator) {
                case 0 where !bytes.isEmpty: bytes[index] = .random(in: .min ... .max, using: &generator)
                case 1 where !bytes.isEmpty: bytes[index] = spice.randomElement(using: &generator)!
                case 2 where !bytes.isEmpty: bytes.remove(at: index)
                case 3: bytes.insert(spice.randomElement(using: &generator)!, at: min(index, bytes.count))
                default: bytes.removeSubrange(min(index + 20, bytes.count)...)
                }
            }
            check(String(decoding: bytes, as: UTF8.self))
        }
    }

    @Test(arguments: [
        ("fex://pay?intent=a&", "x=1&"), ("fex://pay?intent=a&amount=", "1"), ("fex://pay?intent=a&n=", "%41"),
        ("fex://pay?", "intent=a&"), ("{\"payment_intent_id\":\"a\"", ",\"amount\":1"),
        ("{\"payment_intent_id\":\"", "\\u0061"),
        ("[", "["), ("00020152040000", "0000"), ("000201", "26040000"), ("0002012699", "0001"),
        ("BCD\n002\n1\nSCT", "\n"),
        ("SPC\n0200\n1\n", "\r\n"), ("WIFI:", "S:a;"), ("WIFI:S:", "\\"), ("BEGIN:VCARD", "\n "),
        ("BEGIN:VCARD\nFN:", "a;"),
        ("MECARD:N:", ","), ("https://", "a."), ("https://", "@"), ("https://[", ":"), ("upi://pay?", "pa=a&"),
        ("bitcoin:", "1"), ("", "1"), ("", "z"), ("lnbc", "1"), ("lnbc1", "q"), ("lnbc2500u1pvjluez", "dqq"),
        ("ethereum:a.eth?value=", "9"), ("ethereum:", "/"), ("taler://", "a/"), ("", " a"), ("", "\u{301}"),
        ("", "\u{202E}"),
        ("a:", "b"), ("0x", "0"),
    ])
    func `the longest text of any shape is read to its end`(prefix: String, repeated: String) {
        let room = ScannedCode.maximumLength - prefix.unicodeScalars.count
        check(prefix + String(repeating: repeated, count: room / repeated.unicodeScalars.count))
    }
}
