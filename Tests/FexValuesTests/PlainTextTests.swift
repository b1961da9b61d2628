import Testing

@testable import FexValues

@Suite struct PlainTextTests {
    @Test(arguments: [
        ("Café Zoë", "Café Zoë"), ("  two\t\nlines  ", "two lines"), ("\u{1B}[2Jx", "\u{FFFD}[2Jx"),
        ("a\u{202E}b", "a\u{FFFD}b"), ("a\u{9B}31mb", "a\u{FFFD}31mb"), ("日本語 👩‍👩‍👧", "日本語 👩‍👩‍👧"),
        ("a\u{2028}b", "a\u{FFFD}b"), ("\u{7F}", "\u{FFFD}"), ("\u{E000}", "\u{FFFD}"), ("", ""),
        ("tag\u{E0041}", "tag\u{FFFD}"),
    ])
    func `text from outside is made fit for one line`(text: String, shown: String) {
        #expect(PlainText.clean(text) == shown)
        #expect(PlainText.isClean(PlainText.clean(text)))
    }

    @Test func `length is bounded, also in scalars`() {
        #expect(PlainText.clean(String(repeating: "x", count: 100), limit: 10) == "xxxxxxxxxx…")
        #expect(PlainText.clean("日本語日本語", limit: 10) == "日本語日本…", "a wide character takes two columns")
        #expect(PlainText.clean("日本語👩", limit: 7) == "日本語…")
        let stacked = "e" + String(repeating: "\u{301}", count: 100_000)
        #expect(PlainText.clean(stacked).unicodeScalars.count <= 9)
    }

    @Test(arguments: ["", ".", "..", "a/b", "a b", "a?b", "é", "a%2f", String(repeating: "a", count: 129), "a\n"])
    func `what can't be an id is refused`(text: String) {
        #expect(IntentID(text) == nil)
    }

    @Test(arguments: ["pi_xxxx", "a", "0b5c9a3e-8d1f-4c1e-9a7e-000000000001", "a.b~c-d_e", "..."])
    func `an id is any opaque string of its alphabet`(text: String) {
        #expect(IntentID(text)?.rawValue == text)
    }
}
