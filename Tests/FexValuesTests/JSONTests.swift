import Testing

@testable import FexValues

@Suite struct JSONTests {
    @Test(arguments: [
        "null", "true", "false", "0", "-0", "99.99", "1e2", "123456789012345678901234567890", "\"\"", "[]", "{}",
        #"[1,2.50,{"a":[null]}]"#, #"{"b":1,"a":2}"#, #""é😀 and \" \\ \n""#,
    ])
    func `compact text is kept to the letter`(text: String) throws {
        #expect(try JSON(parsing: text).text == text)
    }

    @Test func `escapes and space are resolved`() throws {
        let value = try JSON(parsing: " { \"a\\u0062\" : \"\\ud83d\\ude00\\/\\t\" ,\r\n\"n\":-1.5E+3 } ")
        #expect(value["ab"] == "😀/\t")
        #expect(value["n"] == .number("-1.5E+3"))
    }

    @Test func `repeated names are seen`() throws {
        let object = try #require(try JSON(parsing: #"{"amount":1,"x":0,"amount":2}"#).objectValue)
        #expect(object.count(of: "amount") == 2)
        #expect(object["amount"] == 1)
    }

    @Test(arguments: [
        "", " ", "nul", "truee", "01", "1.", ".5", "+1", "-", "1e", "0x1", "NaN", "'a'", "\"a", "\"\u{1}\"", #""\x""#,
        #""\u12""#, #""\ud800""#, #""\ud800\u0041""#, #""\udc00""#, "[1,]", "[1 2]", "[", "{\"a\"}", "{\"a\":}",
        "{a:1}",
        "{\"a\":1,}", "1 2", "\u{FEFF}1", "[1]]", "/* */1", #""\u+123""#,
    ])
    func `what is not JSON is refused`(text: String) {
        #expect(throws: JSONSyntaxError.self) { try JSON(parsing: text) }
    }

    @Test func `invalid UTF-8 is refused`() {
        #expect(throws: JSONSyntaxError.self) { try JSON(parsing: [0x22, 0xFF, 0x22] as [UInt8]) }
        #expect(throws: JSONSyntaxError.self) { try JSON(parsing: [0x22, 0xC0, 0x80, 0x22] as [UInt8]) }
    }

    @Test func `deep nesting is refused without exhausting the stack`() {
        let text = String(repeating: "[", count: 1_000_000)
        #expect(throws: JSONSyntaxError.self) { try JSON(parsing: text) }
    }

    @Test func `text that could steer a terminal is escaped`() {
        let hostile: JSON = "a\u{1B}[2J\u{202E}\u{9B}\u{200B}\u{61C}b"
        #expect(hostile.text == #""a\u001b[2J\u202e\u009b\u200b\u061cb""#)
    }
}
