import Testing

@testable import PaymentCodes

@Suite struct QuotationTests {
    @Test(arguments: [
        ("plain", "\"plain\""), ("two words", "\"two words\""), ("end ", "\"end \" (in it: a space (U+0020))"),
        ("a\u{A0}b", "\"a\u{A0}b\" (in it: a no-break space (U+00A0))"),
        ("a\r", "\"a�\" (in it: a carriage return (U+000D))"),
        ("\u{200E}a", "\"�a\" (in it: a left-to-right mark (U+200E))"),
        ("\u{1B}[1m", "\"�[1m\" (in it: U+001B)"), ("", "\"\""),
    ])
    func `a quotation names what nobody sees in it`(text: String, quoted: String) {
        #expect(Quotation(text).description == quoted)
    }

    @Test func `a long text is cut`() {
        #expect(Quotation(String(repeating: "a", count: 500), limit: 10).description == "\"aaaaaaaaaa…\"")
    }
}
