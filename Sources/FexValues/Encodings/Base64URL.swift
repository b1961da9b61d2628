package import Foundation

extension Data {
    /// Base64 with the alphabet for addresses, without padding (RFC 4648, section 5).
    package var base64URL: String {
        // Digit by digit: to replace parts of a text takes longer than to sign it.
        var digits = base64EncodedData()
        while digits.last == UInt8(ascii: "=") { digits.removeLast() }
        return unsafe digits.withUnsafeBytes { bytes in
            unsafe String(unsafeUninitializedCapacity: bytes.count) { text in
                for index in 0..<bytes.count {
                    unsafe text[index] =
                        switch unsafe bytes[index] {
                        case UInt8(ascii: "+"): UInt8(ascii: "-")
                        case UInt8(ascii: "/"): UInt8(ascii: "_")
                        case let digit: digit
                        }
                }
                return bytes.count
            }
        }
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
