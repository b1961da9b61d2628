import FexValues
import Testing

@testable import PaymentCodes

/// Codes as long as any may be, of each shape that a reader might go over again and again.
@Suite struct LongestCodeTests {
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
