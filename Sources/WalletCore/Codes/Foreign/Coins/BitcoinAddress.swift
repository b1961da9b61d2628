import Crypto

/// An address on Bitcoin's chain, or on one of its test chains.
struct BitcoinAddress {
    /// The address as it was written.
    let text: String
    /// Whether its checksum fits.
    let isChecksumValid: Bool
    /// Whether it is on a chain for tests, where coins are worth nothing.
    let isForTests: Bool

    /// An address, or `nil` if the text hasn't the form of one, checksum aside.
    init?(_ text: String) {
        // Longer ones don't exist, and decoding base 58 takes time with the square of the length.
        guard (26...90).contains(text.utf8.count) else { return nil }
        self.text = text
        if let bech32 = Bech32(text), let version = bech32.values.first,
            ["bc", "tb", "bcrt"].contains(bech32.humanReadablePart)
        {
            isChecksumValid = bech32.checksum == (version == 0 ? .bech32 : .bech32m)
            isForTests = bech32.humanReadablePart != "bc"
        } else if text.utf8.count <= 35, let bytes = BitcoinAddress.base58Decoded(text), bytes.count == 25,
            [0x00, 0x05, 0x6F, 0xC4].contains(bytes[0])
        {
            let hash = SHA256.hash(data: Array(SHA256.hash(data: bytes.prefix(21))))
            isChecksumValid = hash.prefix(4).elementsEqual(bytes.suffix(4))
            isForTests = bytes[0] > 0x05
        } else {
            return nil
        }
    }

    private static let base58 = Array("123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz".utf8)

    private static func base58Decoded(_ text: String) -> [UInt8]? {
        var bytes: [UInt8] = []  // The lowest first.
        for character in text.utf8 {
            guard let digit = base58.firstIndex(of: character) else { return nil }
            var carry = digit
            for index in bytes.indices {
                carry += Int(bytes[index]) * 58
                bytes[index] = UInt8(carry & 0xFF)
                carry >>= 8
            }
            if carry > 0 { bytes.append(UInt8(carry)) }
        }
        let leadingZeros = text.utf8.prefix { $0 == base58[0] }.count
        return [UInt8](repeating: 0, count: leadingZeros) + bytes.reversed()
    }
}
