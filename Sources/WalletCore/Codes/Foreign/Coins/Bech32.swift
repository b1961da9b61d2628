/// A text in the Bech32 alphabet, with its checksum (BIP-173 and BIP-350).
struct Bech32 {
    /// The two checksums there are.
    enum Checksum {
        /// BIP-173: invoices, and addresses of witness version 0.
        case bech32
        /// BIP-350: addresses of later witness versions.
        case bech32m
    }

    /// What stands before the last `1`, in lower case.
    let humanReadablePart: String
    /// The data, five bits a value, without the six of the checksum.
    let values: [UInt8]
    /// The checksum that fits; `nil` if neither does.
    let checksum: Checksum?

    /// The parts of a text in this form, whatever its length; `nil` if it isn't of this form, checksum aside.
    ///
    /// Upper case is allowed, as it makes smaller QR codes; a mixture isn't.
    init?(_ text: some StringProtocol) {
        let bytes = Array(text.utf8)
        let lower = bytes.map(ASCII.lowercased)
        let isMixed = lower != bytes && bytes.contains { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) }
        guard !isMixed, let separator = lower.lastIndex(of: UInt8(ascii: "1")), separator > 0,
            lower[..<separator].allSatisfy({ (0x21...0x7E).contains($0) })
        else { return nil }
        let data = lower[(separator + 1)...].compactMap { Bech32.value(of: $0) }
        guard data.count == lower.count - separator - 1, data.count >= 6 else { return nil }

        let prefix = lower[..<separator]
        humanReadablePart = String(decoding: prefix, as: UTF8.self)
        values = data.dropLast(6)
        // The prefix is summed up in halves: its high bits, a zero, its low bits.
        var summed: [UInt8] = prefix.map { $0 >> 5 }
        summed.append(0)
        summed.append(contentsOf: prefix.map { $0 & 31 })
        summed.append(contentsOf: data)
        checksum =
            switch Bech32.polymod(summed) {
            case 1: .bech32
            case 0x2BC8_30A3: .bech32m
            default: nil
            }
    }

    private static let alphabet = Array("qpzry9x8gf2tvdw0s3jn54khce6mua7l".utf8)

    private static func value(of byte: UInt8) -> UInt8? {
        alphabet.firstIndex(of: byte).map { UInt8($0) }
    }

    /// The remainder of the BCH code that both checksums are of.
    private static func polymod(_ values: [UInt8]) -> UInt32 {
        let generator: [UInt32] = [0x3B6A_57B2, 0x2650_8E6D, 0x1EA1_19FA, 0x3D42_33DD, 0x2A14_62B3]
        var remainder: UInt32 = 1
        for value in values {
            let top = remainder >> 25
            remainder = (remainder & 0x1FF_FFFF) << 5 ^ UInt32(value)
            for (bit, term) in generator.enumerated() where top >> UInt32(bit) & 1 == 1 { remainder ^= term }
        }
        return remainder
    }

    /// The whole bytes in values of five bits each; bits that are left over are dropped.
    static func bytes(of values: some Sequence<UInt8>) -> [UInt8] {
        var bytes: [UInt8] = []
        var pending: UInt32 = 0
        var bitCount = 0
        for value in values {
            pending = pending << 5 | UInt32(value)
            bitCount += 5
            if bitCount >= 8 {
                bitCount -= 8
                bytes.append(UInt8(truncatingIfNeeded: pending >> UInt32(bitCount)))
                pending &= 1 << UInt32(bitCount) - 1
            }
        }
        return bytes
    }
}
