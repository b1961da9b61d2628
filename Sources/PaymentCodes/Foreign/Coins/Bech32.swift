import FexValues

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
        guard let separator = bytes.lastIndex(of: UInt8(ascii: "1")), separator > 0, bytes.count - separator > 6,
            bytes[..<separator].allSatisfy({ (0x21...0x7E).contains($0) }), !Bech32.isMixed(bytes),
            let data = Bech32.values(of: bytes[(separator + 1)...])
        else { return nil }
        let prefix = bytes[..<separator].map(ASCII.lowercased)
        humanReadablePart = String(decoding: prefix, as: UTF8.self)
        values = data.dropLast(6)
        checksum =
            switch Bech32.remainder(of: prefix, data) {
            case 1: .bech32
            case 0x2BC8_30A3: .bech32m
            default: nil
            }
    }

    private static let alphabet = Array("qpzry9x8gf2tvdw0s3jn54khce6mua7l".utf8)
    private static let noValue: UInt8 = 0xFF

    /// The value of each byte, upper and lower case being one.
    private static let valuesByByte: [UInt8] = {
        var values = [UInt8](repeating: noValue, count: 256)
        for (value, byte) in alphabet.enumerated() {
            values[Int(byte)] = UInt8(value)
            if ASCII.isLetter(byte) { values[Int(byte ^ 0x20)] = UInt8(value) }
        }
        return values
    }()

    /// The values of the alphabet's characters, of either case; `nil` if there is another among them.
    static func values(of text: some Collection<UInt8>) -> [UInt8]? {
        var values: [UInt8] = []
        values.reserveCapacity(text.count)
        let table = valuesByByte
        for byte in text {
            let value = table[Int(byte)]
            guard value != noValue else { return nil }
            values.append(value)
        }
        return values
    }

    private static func isMixed(_ bytes: [UInt8]) -> Bool {
        var hasUpper = false
        var hasLower = false
        for byte in bytes where ASCII.isLetter(byte) {
            if byte & 0x20 == 0 { hasUpper = true } else { hasLower = true }
        }
        return hasUpper && hasLower
    }

    /// The remainder of the BCH code that both checksums are of. The prefix is summed up in halves: its high bits, a zero,
    /// its low bits.
    private static func remainder(of prefix: [UInt8], _ data: [UInt8]) -> UInt32 {
        var remainder: UInt32 = 1
        for byte in prefix { add(byte >> 5, to: &remainder) }
        add(0, to: &remainder)
        for byte in prefix { add(byte & 31, to: &remainder) }
        for value in data { add(value, to: &remainder) }
        return remainder
    }

    private static func add(_ value: UInt8, to remainder: inout UInt32) {
        let top = remainder >> 25
        remainder = (remainder & 0x1FF_FFFF) << 5 ^ UInt32(value)
        if top & 1 != 0 { remainder ^= 0x3B6A_57B2 }
        if top & 2 != 0 { remainder ^= 0x2650_8E6D }
        if top & 4 != 0 { remainder ^= 0x1EA1_19FA }
        if top & 8 != 0 { remainder ^= 0x3D42_33DD }
        if top & 16 != 0 { remainder ^= 0x2A14_62B3 }
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
