import Testing

@testable import FexValues

/// Texts as somebody who means ill would choose them, on a terminal.
@Suite struct TerminalTextTests {
    @Test(arguments: [
        ("Café Zoë", "Café Zoë"), ("  two\t\nlines  ", "two lines"), ("", ""), ("   ", ""), ("a", "a"),
        ("\u{1B}[2Jx", "\u{FFFD}[2Jx"), ("a\u{9B}31mb", "a\u{FFFD}31mb"), ("a\u{0}b", "a\u{FFFD}b"),
        ("a\u{202E}b", "a\u{FFFD}b"), ("a\u{2067}b", "a\u{FFFD}b"), ("a\u{200E}b", "a\u{FFFD}b"),
        ("a\u{200B}b", "a\u{FFFD}b"), ("a\u{FEFF}b", "a\u{FFFD}b"), ("a\u{AD}b", "a\u{FFFD}b"),
        ("a\u{34F}b", "a\u{FFFD}b"), ("a\u{3164}b", "a\u{FFFD}b"), ("a\u{115F}b", "a\u{FFFD}b"),
        ("tag\u{E0041}", "tag\u{FFFD}"), ("\u{E000}\u{FFFE}\u{378}", "\u{FFFD}\u{FFFD}\u{FFFD}"),
        // Spaces of all widths are one.
        ("a\u{A0}\u{2003}\u{3000}\u{2800}b", "a b"), ("a\u{2028}b\u{85}c", "a\u{FFFD}b\u{FFFD}c"),
        // What shapes the character before it goes; what hides behind it doesn't.
        ("❤\u{FE0F}", "❤"), ("a\u{FE0F}\u{FE01}\u{FE02}", "a\u{FFFD}\u{FFFD}"), ("1\u{FE0F}\u{20E3}", "1"),
        ("👩\u{200D}👩\u{200D}👧", "👩👩👧"), ("👍🏽", "👍"), ("🏽", "🏽"), ("🇩🇪", "DE"), ("می\u{200C}خ", "\u{2068}میخ\u{2069}"),
        ("a\u{200D}b", "a\u{FFFD}b"), ("a\u{200C}", "a\u{FFFD}"),
        // Marks stand on letters, three at most.
        ("e\u{301}\u{302}\u{303}", "e\u{301}\u{302}\u{303}"), ("\u{301}x", "\u{25CC}\u{301}x"),
        ("e\u{301}\u{302}\u{303}\u{304}\u{305}x", "e\u{301}\u{302}\u{303}\u{FFFD}x"), (" \u{301}", "\u{25CC}\u{301}"),
        ("नमस्ते", "नमस्ते"), ("สวัสดี", "สวัสดี"), ("\u{1100}\u{1161}\u{11A8}", "\u{1100}\u{1161}\u{11A8}"),
        ("\u{1161}", "\u{FFFD}"),
    ])
    func `what is hidden is seen, and what all terminals count alike is kept`(text: String, shown: String) {
        #expect(Array(TerminalText.shown(text, columns: 80).unicodeScalars) == Array(shown.unicodeScalars))
        // What was made fit to be shown stays as it is.
        #expect(Array(TerminalText.lines(shown).unicodeScalars) == Array(shown.unicodeScalars))
    }

    @Test(arguments: [
        ("xxxxxxxxxxx", 10, "xxxxxxxxx…"), ("xxxxxxxxxx", 10, "xxxxxxxxxx"), ("日本語日本語", 12, "日本語日本語"),
        ("日本語日本語", 11, "日本語日本…"), ("日本語日本語", 10, "日本語日…"), ("日", 1, "…"), ("ab cd", 3, "ab…"),
        ("ab  ", 2, "ab"), ("e\u{301}e\u{301}e\u{301}", 2, "e\u{301}…"), ("e\u{301}e\u{301}", 2, "e\u{301}e\u{301}"),
        ("👩👩", 3, "👩…"), ("x日", 2, "x…"), ("שלום עולם", 5, "\u{2068}שלום…\u{2069}"),
    ])
    func `a text is cut to columns, its mark included`(text: String, columns: Int, shown: String) {
        let line = TerminalText.shown(text, columns: columns)
        #expect(Array(line.unicodeScalars) == Array(shown.unicodeScalars))
        let width = line.unicodeScalars.reduce(0) {
            $0 + (["\u{2068}", "\u{2069}"].contains($1) ? 0 : TerminalText.columns(of: $1))
        }
        #expect(width <= columns)
    }

    @Test func `a sentence that is cut within a quotation ends it`() {
        #expect(TerminalText.sentence("it said \"too little money\"", columns: 16) == "it said \"too l…\"")
        #expect(TerminalText.sentence("it said \"no\", and more of that", columns: 16) == "it said \"no\", a…")
    }

    @Test(arguments: [
        (Unicode.Scalar("a"), 1), ("é", 1), ("日", 2), ("Ａ", 2), ("ｱ", 1), ("가", 2), ("😀", 2), ("☺", 1), ("\u{301}", 0),
        ("א", 1), ("\u{1161}", 0), ("…", 1), ("\u{FFFD}", 1), ("€", 1), ("⌚", 2), ("\u{20000}", 2),
    ])
    func `a character takes its columns`(scalar: Unicode.Scalar, columns: Int) {
        #expect(TerminalText.columns(of: scalar) == columns)
    }

    @Test(arguments: [
        ("refused: שלום 12.00 USD", "refused: \u{2068}שלום\u{2069} 12.00 USD"),
        ("refused: שלום 12 עולם 5", "refused: \u{2068}שלום 12 עולם\u{2069} 5"),
        ("\"\u{2068}שלום 12\u{2069}\" (5)", "\"\u{2068}שלום 12\u{2069}\" (5)"),
        ("א a ב", "\u{2068}א\u{2069} a \u{2068}ב\u{2069}"), ("a\nא\nb", "a\n\u{2068}א\u{2069}\nb"),
        // An isolate that has no end ends with its line, and an end without a beginning is none.
        ("\u{2068}א\nb", "\u{2068}א\u{2069}\nb"), ("a\u{2069}b", "a\u{FFFD}b"),
        ("\u{2068}\u{2068}א\u{2069}", "\u{2068}\u{FFFD}א\u{2069}"),
        ("two  spaces\n  stay", "two  spaces\n  stay"), ("é  two", "é  two"), ("é\ttab", "é\u{FFFD}tab"),
    ])
    func `in lines that were put together no letter turns what follows it around`(text: String, shown: String) {
        #expect(Array(TerminalText.lines(text).unicodeScalars) == Array(shown.unicodeScalars))
    }

    @Test(arguments: [
        ("a\u{200B}b", #""a\u200bb""#), ("\u{E0041}", #""\udb40\udc41""#), ("❤\u{FE0F}", "\"❤\\ufe0f\""),
        ("a\u{A0}b", #""a\u00a0b""#), ("\u{3164}\u{2800}\u{AD}", #""\u3164\u2800\u00ad""#), ("\u{301}a", #""\u0301a""#),
        ("a\u{301}b", "\"a\u{301}b\""), ("a\u{301}\u{301}\u{301}\u{301}", "\"a\u{301}\u{301}\u{301}\\u0301\""),
        ("\u{200B}\u{301}", #""\u200b\u0301""#), ("\u{E000}\u{FFFE}\u{10FFFF}", #""\ue000\ufffe\udbff\udfff""#),
        ("שלום", "\"שלום\""), ("👩\u{200D}👧", "\"👩\\u200d👧\""), ("日本", "\"日本\""), ("\u{7F}\u{9B}", #""\u007f\u009b""#),
    ])
    func `in JSON what is hidden is seen, and the value is exact`(text: String, literal: String) throws {
        let written = JSON.string(text).text
        #expect(Array(written.unicodeScalars) == Array(literal.unicodeScalars))
        #expect(try JSON(parsing: written).stringValue.map { Array($0.unicodeScalars) } == Array(text.unicodeScalars))
        #expect(JSON.string(text).textSize(atMost: 1000) == written.utf8.count)
    }
}
