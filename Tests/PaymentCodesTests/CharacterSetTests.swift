import FexValues
import Testing

@testable import PaymentCodes

@Suite struct CharacterSetTests {
    /// A pangram, or as many of the set's own letters, by its bytes.
    @Test(
        arguments: [
            (SingleByteCharset.latin1, [0x46, 0xEA, 0x74, 0x65, 0xA7, 0xFF], "Fête§ÿ"),
            (.latin2, [0xA3, 0xB1, 0x6B, 0x61, 0xAE, 0xE8, 0xF8], "ŁąkaŽčř"),
            (.latin4, [0xD3, 0xBE, 0xF9, 0xA2], "Ķžųĸ"),
            (.cyrillic, [0xBA, 0xDD, 0xD8, 0xD3, 0xD0, 0xF0], "Книга№"),
            (.greek, [0xD9, 0xEC, 0xDD, 0xE3, 0xE1], "Ωμέγα"),
            (.latin6, [0xAF, 0xE1, 0xBF], "Ŋáŋ"), (.latin9, [0xA4, 0xBC, 0xBD, 0xBE, 0xE9], "€ŒœŸé"),
            (.windows1250, [0x8A, 0x9E, 0xE8, 0x80], "Šžč€"),
            (.windows1251, [0xCA, 0xED, 0xE8, 0xE3, 0xE0, 0xB9], "Книга№"),
            (.windows1252, [0x93, 0x80, 0x94, 0xFC], "“€”ü"), (.koi8r, [0xEB, 0xCE, 0xC9, 0xC7, 0xC1], "Книга"),
        ] as [(SingleByteCharset, [UInt8], String)])
    func `a character set's bytes are its characters`(set: SingleByteCharset, bytes: [UInt8], text: String) {
        #expect(set.decoded(bytes) == text)
    }

    @Test(arguments: SingleByteCharset.allCases)
    func `each byte is one character, and ASCII is itself`(set: SingleByteCharset) {
        let text = set.decoded(UInt8.min ... .max)
        #expect(text.unicodeScalars.count == 256)
        #expect(text.unicodeScalars.prefix(128).map(\.value) == Array(0..<128))
        #expect(Set(text.unicodeScalars).count >= 250)
    }

    @Test func `what Windows puts where ISO 8859 has control characters tells Windows`() {
        #expect(SingleByteCharset.latin1.decoded([0x80, 0xE9]) == "€é")
        #expect(SingleByteCharset.latin2.decoded([0x9A, 0xB9]) == "šą")
        #expect(SingleByteCharset.latin2.decoded([0xB9]) == "š")
    }

    @Test func `a set has names in any case, and an unknown name is none`() {
        #expect(SingleByteCharset(name: "ISO-8859-15") == .latin9)
        #expect(SingleByteCharset(name: "Windows-1251") == .windows1251)
        #expect(SingleByteCharset(name: "UTF-8") == nil)
    }

    @Test func `bytes with control characters among them are no text`() {
        #expect(ScannedCode.text(of: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) == nil)
        #expect(ScannedCode.text(of: [0x00, 0xFF]) == nil)
        #expect(ScannedCode.text(of: [0x43, 0x61, 0x66, 0xE9, 0x0A]) == "Café\n")
        #expect(ScannedCode.text(of: Array("Café\u{0}".utf8)) == "Café\u{0}")
        #expect(ScannedCode.text(of: []) == "")
    }

    @Test func `a transfer's coding is found in its third line, however lines end`() {
        for end in ["\n", "\r\n", "\r"] {
            let header = "BCD\(end)002\(end)3\(end)SCT\(end)\(end)"
            #expect(ScannedCode.text(of: Array(header.utf8) + [0xA9]) == header + "Š")
        }
        // Beyond the eight, and none.
        for header in ["BCD\n002\n9\n", "BCD\n002\n\n", "BCD"] {
            #expect(ScannedCode.text(of: Array(header.utf8) + [0xA9]) == header + "©")
        }
    }

    @Test func `quoted-printable is bytes, and a stray equals sign is itself`() {
        #expect(QuotedPrintable.decoded("=C3=a9=20=zz=4") == Array("é =zz=4".utf8))
    }
}

@Suite struct StatedAmountTests {
    private func euros(_ text: String) throws -> String {
        let amount = StatedAmount(decimal: .value(text), in: .listed(try Currency("EUR")))
        return amount.payment(to: nil).compactMap(\.self).joined(separator: ", ")
    }

    @Test(arguments: [
        ("1", "1.00 EUR"), ("1.", "1.00 EUR"), (".5", "0.50 EUR"), ("007.10", "7.10 EUR"), ("0", "0.00 EUR"),
        ("2.500", "2.50 EUR"), ("99999999999999999999", "99999999999999999999.00 EUR"), (".", "an unreadable amount"),
        ("1.2.3", "an unreadable amount"), ("-1", "an unreadable amount"), ("+1", "an unreadable amount"),
        ("1,5", "an unreadable amount"), ("1e2", "an unreadable amount"), ("١", "an unreadable amount"),
        ("999999999999999999999", "an unreadable amount"), ("1 000", "an unreadable amount"),
        ("1.005", "an amount that is not allowed (1.005 EUR has too many decimals)"),
    ])
    func `an amount in plain decimals has its currency's digits`(text: String, told: String) throws {
        #expect(try euros(text) == told)
    }

    @Test(arguments: [("5", "0.05 EUR"), ("00000001999", "19.99 EUR"), ("1.5", "an unreadable amount")])
    func `an amount in minor units is moved by its currency's digits`(text: String, told: String) throws {
        let amount = StatedAmount(minorUnits: .value(text), in: .listed(try Currency("EUR")))
        #expect(amount.payment(to: nil).first == told)
    }

    @Test func `four things that an amount may be are told as four`() throws {
        let euro = StatedCurrency.listed(try Currency("EUR"))
        let told = [CodeField.absent, .several, .unreadable].map {
            StatedAmount(decimal: $0, in: euro).payment(to: "A").compactMap(\.self).joined(separator: ", ")
        }
        #expect(told == ["to A, with no amount set", "to A, with several amounts", "an unreadable amount to A"])
        let zero = StatedAmount(decimal: .value("0"), in: euro, zero: .forbidden).payment(to: "A")
        #expect(zero == ["an amount that is not allowed (0.00 EUR) to A"])
        #expect(
            StatedAmount(decimal: .value("0"), in: euro, zero: .absent).payment(to: "A") == ["to A, with no amount set"]
        )
    }

    @Test func `CRC-32 gives its catalogued check value`() {
        #expect(CRC32.checksum(of: "123456789".utf8) == 0xCBF4_3926)
        #expect(CRC32.checksum(of: []) == 0)
    }
}

@Suite struct NamedCharacterSetTests {
    private func summary(_ text: String) throws -> String {
        guard case .foreign(let code) = try ScannedCode(parsing: text) else { return "ours" }
        return code.summary
    }

    private func summary(of bytes: [UInt8]) throws -> String {
        try summary(try #require(ScannedCode.text(of: bytes)))
    }

    @Test(
        arguments: [
            ("ISO-8859-9", [0xFE, 0xDD, 0xF0], "şİğ"), ("windows-1254", [0xFE, 0xDD, 0x80], "şİ€"),
            ("ISO-8859-3", [0xE6, 0xF8], "ĉĝ"), ("ISO-8859-13", [0xE0, 0xF0], "ąš"),
            ("ISO-8859-14", [0xF0, 0xFE], "ŵŷ"),
            ("ISO-8859-16", [0xFE, 0xBA], "țș"), ("KOI8-U", [0xA4, 0xC9], "єи"), ("windows-1256", [0xD3, 0xE1], "سل"),
            ("ISO_8859-2", [0xA3, 0xB1], "Łą"), ("\"ISO_8859-2:1987\"", [0xA3, 0xB1], "Łą"),
            ("l2", [0xA3, 0xB1], "Łą"),
            ("cp-1250", [0x8A, 0xE8], "Šč"), ("x-cp1250", [0x8A, 0xE8], "Šč"), ("\"l2\"", [0xA3], "Ł"),
        ] as [(String, [UInt8], String)])
    func `a card's text is of the character set that it names`(name: String, bytes: [UInt8], text: String) throws {
        #expect(try summary(of: Array("BEGIN:VCARD\nFN;CHARSET=\(name):".utf8) + bytes) == "\"\(text)\"")
        let escaped = bytes.map { "=" + String($0, radix: 16, uppercase: true) }.joined()
        for encoding in ["QUOTED-PRINTABLE", "\"QUOTED-PRINTABLE\""] {
            let card = "BEGIN:VCARD\nFN;CHARSET=\(name);ENCODING=\(encoding):\(escaped)"
            #expect(try summary(card) == "\"\(text)\"")
        }
    }

    @Test(arguments: ["ISO-8859-6", "windows-1258", "TIS-620", "Shift_JIS", "GBK", "EUC-KR", "UTF-16", "x-unheard-of"])
    func `a text of a character set that isn't known is unreadable, and not made up`(name: String) throws {
        let head = "BEGIN:VCARD\nFN;CHARSET=\(name)"
        #expect(try summary(of: Array("\(head):".utf8) + [0x83, 0x65, 0x83, 0x58]) == "an unreadable name")
        #expect(try summary("\(head);ENCODING=QUOTED-PRINTABLE:=83e=83X") == "an unreadable name")
        #expect(
            try summary("BEGIN:VEVENT\nSUMMARY;CHARSET=\(name);ENCODING=QUOTED-PRINTABLE:=83e")
                == "an entry with an unreadable title")
        // Makers go on writing the old header over new text, and ASCII is the same in most.
        #expect(try summary("\(head):Jørn") == #""Jørn""#)
        #expect(try summary(of: Array("\(head):Ann\nORG:Caf".utf8) + [0xE9]) == #""Ann", "Café""#)
    }

    @Test func `a line that can be read is told before one that can't`() throws {
        let card = "BEGIN:VCARD\nFN;CHARSET=GBK;ENCODING=QUOTED-PRINTABLE:=83e\nN:Owen;Ann"
        #expect(try summary(card) == #""Ann Owen""#)
    }
}
