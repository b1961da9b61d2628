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
}
