/// Bytes as lower-case hexadecimal digits.
enum Hexadecimal {
    private static let alphabet = Array("0123456789abcdef")

    /// The two digits of a byte.
    static func digits(of byte: UInt8) -> String {
        String([alphabet[Int(byte >> 4)], alphabet[Int(byte & 0x0F)]])
    }

    /// The digits of bytes, two each.
    static func text(_ bytes: some Sequence<UInt8>) -> String {
        var characters: [Character] = []
        for byte in bytes {
            characters.append(alphabet[Int(byte >> 4)])
            characters.append(alphabet[Int(byte & 0x0F)])
        }
        return String(characters)
    }

    /// The bytes of an even number of digits.
    static func bytes(_ digits: String) -> [UInt8] {
        let nibbles = digits.utf8.map { UInt8(truncatingIfNeeded: Character(UnicodeScalar($0)).hexDigitValue ?? 0) }
        return stride(from: 0, to: nibbles.count - 1, by: 2).map { nibbles[$0] << 4 | nibbles[$0 + 1] }
    }
}
