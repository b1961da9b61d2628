/// An address on the chain of a coin that followed Bitcoin, or on one of its chains for tests.
struct CoinAddress {
    /// How a chain writes its addresses.
    struct Chain {
        /// What stands before the `1` of addresses in Bech32.
        let prefixes: [String]
        /// Those of chains for tests.
        let testPrefixes: [String]
        /// The first bytes of addresses in base 58.
        let versions: [UInt8]
        /// Those of chains for tests.
        let testVersions: [UInt8]

        static let bitcoin = Chain(
            prefixes: ["bc"], testPrefixes: ["tb", "bcrt"], versions: [0x00, 0x05], testVersions: [0x6F, 0xC4])
        static let litecoin = Chain(
            prefixes: ["ltc"], testPrefixes: ["tltc", "rltc"], versions: [0x30, 0x32, 0x05],
            testVersions: [0x6F, 0x3A, 0xC4])
        static let dogecoin = Chain(
            prefixes: [], testPrefixes: [], versions: [0x1E, 0x16], testVersions: [0x71, 0xC4, 0x6F])
    }

    /// The address as it was written.
    let text: String
    /// Whether its checksum fits.
    let isChecksumValid: Bool
    /// Whether it is on a chain for tests, where coins are worth nothing.
    let isForTests: Bool
    /// The first byte, where the address is in base 58.
    let version: UInt8?

    /// An address, or `nil` if the text hasn't the form of one, checksum aside.
    init?(_ text: String, on chain: Chain) {
        // Longer ones don't exist, and decoding base 58 takes time with the square of the length.
        guard (26...90).contains(text.utf8.count) else { return nil }
        self.text = text
        if let bech32 = Bech32(text), let witnessVersion = bech32.values.first,
            chain.prefixes.contains(bech32.humanReadablePart) || chain.testPrefixes.contains(bech32.humanReadablePart)
        {
            isChecksumValid = bech32.checksum == (witnessVersion == 0 ? .bech32 : .bech32m)
            isForTests = !chain.prefixes.contains(bech32.humanReadablePart)
            version = nil
        } else if text.utf8.count <= 35, let bytes = Base58.decoded(text.utf8), bytes.count == 25,
            chain.versions.contains(bytes[0]) || chain.testVersions.contains(bytes[0])
        {
            isChecksumValid = Base58.isChecksumValid(bytes)
            isForTests = !chain.versions.contains(bytes[0])
            version = bytes[0]
        } else {
            return nil
        }
    }
}
