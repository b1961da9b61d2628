/// Bytes as lower-case hexadecimal digits.
package enum Hexadecimal {
    private static let alphabet = Array("0123456789abcdef")

    /// The two digits of a byte.
    package static func digits(of byte: UInt8) -> String {
        String([alphabet[Int(byte >> 4)], alphabet[Int(byte & 0x0F)]])
    }

    /// The digits of bytes, two each.
    package static func text(_ bytes: some Sequence<UInt8>) -> String {
        var characters: [Character] = []
        for byte in bytes {
            characters.append(alphabet[Int(byte >> 4)])
            characters.append(alphabet[Int(byte & 0x0F)])
        }
        return String(characters)
    }

    /// The bytes that lower-case digits stand for, or `nil` for any other text.
    package static func bytes(_ text: String) -> [UInt8]? {
        let digits = text.utf8.map { byte -> UInt8? in
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
            default: nil
            }
        }
        guard digits.count.isMultiple(of: 2), !digits.contains(nil) else { return nil }
        let halves = digits.compactMap { $0 }
        return stride(from: 0, to: halves.count, by: 2).map { halves[$0] << 4 | halves[$0 + 1] }
    }
}
