package import Foundation

extension Data {
    /// Base64 with the alphabet for addresses, without padding (RFC 4648, section 5).
    package var base64URL: String {
        // Byte by byte: to replace parts of a text takes longer than to sign it.
        let digits = base64EncodedData().prefix { $0 != UInt8(ascii: "=") }
        let replaced = digits.map { digit in
            switch digit {
            case UInt8(ascii: "+"): UInt8(ascii: "-")
            case UInt8(ascii: "/"): UInt8(ascii: "_")
            default: digit
            }
        }
        return String(decoding: replaced, as: UTF8.self)
    }

    /// The bytes that a text stands for in the one form without padding and with no bit set beyond its bytes; `nil` for any
    /// other text.
    package init?(base64URL text: String) {
        guard text.utf8.allSatisfy({ $0 != UInt8(ascii: "+") && $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "=") })
        else { return nil }
        var standard = text.replacing("-", with: "+").replacing("_", with: "/")
        standard += String(repeating: "=", count: (4 - standard.utf8.count % 4) % 4)
        self.init(base64Encoded: standard)
        guard base64URL == text else { return nil }
    }
}
