import Foundation
import Testing

@testable import FexValues

@Suite struct EncodingTests {
    @Test(arguments: [
        ("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foob", "Zm9vYg"), ("fooba", "Zm9vYmE"),
        ("foobar", "Zm9vYmFy"),
        ("\u{3F}\u{3F}\u{3E}", "Pz8-"),
    ])
    func `base64url has one form for each text of bytes`(plain: String, encoded: String) {
        #expect(Data(plain.utf8).base64URL == encoded)
        #expect(Data(base64URL: encoded) == Data(plain.utf8))
    }

    @Test(arguments: ["Zg==", "Zh", "Z", "Zm9v\n", "Zm+v", "Zm/v", "Zm 9v", "é"])
    func `another form of base64 is not read`(text: String) {
        #expect(Data(base64URL: text) == nil)
    }

    @Test func `hexadecimal digits are read back, in lower case alone`() {
        let bytes: [UInt8] = [0x00, 0x7F, 0x80, 0xFF]
        #expect(Hexadecimal.text(bytes) == "007f80ff")
        #expect(Hexadecimal.bytes("007f80ff") == bytes)
        for text in ["0", "0g", "FF", " ff"] { #expect(Hexadecimal.bytes(text) == nil) }
    }
}
