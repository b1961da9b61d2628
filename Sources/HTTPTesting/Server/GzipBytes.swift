/// Bytes in the gzip format (RFC 1952), made without a library.
public enum GzipBytes {
    /// Some bytes, not made smaller.
    ///
    /// - Parameter content: At most 65,535 bytes.
    public static func storing(_ content: [UInt8]) -> [UInt8] {
        let size = UInt16(content.count)
        // One final block of kind "stored": length, its complement, the bytes.
        return header + [1] + littleEndian(size) + littleEndian(~size) + content + littleEndian(checksum(content))
            + littleEndian(UInt32(size))
    }

    /// The beginning of a stream that unpacks to `count` zeros, some 160 times its own size.
    ///
    /// It breaks off there: who reads on to its end has taken in all the zeros already.
    public static func zeros(_ count: Int) -> [UInt8] {
        var bits = BitWriter()
        // A final block with fixed codes: one zero, then copies of 258 bytes from one byte back.
        bits.write(0b1, count: 1)
        bits.write(0b01, count: 2)
        bits.write(0b0000_1100, count: 8)
        for _ in 0..<count / 258 {
            // Codes go most significant bit first: 11000101 is length 258, 00000 distance 1.
            bits.write(0b1010_0011, count: 8)
            bits.write(0, count: 5)
        }
        return header + bits.bytes
    }

    private static let header: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0xFF]

    private static func littleEndian(_ number: some FixedWidthInteger) -> [UInt8] {
        (0..<number.bitWidth / 8).map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) }
    }

    /// The CRC-32 of ISO 3309.
    private static func checksum(_ bytes: [UInt8]) -> UInt32 {
        ~bytes.reduce(~0) { checksum, byte in
            (0..<8).reduce(checksum ^ UInt32(byte)) { value, _ in value >> 1 ^ (value & 1 == 1 ? 0xEDB8_8320 : 0) }
        }
    }

    private struct BitWriter {
        private(set) var bytes: [UInt8] = []
        private var used = 8

        /// Appends bits, the least significant first.
        mutating func write(_ bits: UInt8, count: Int) {
            for index in 0..<count {
                if used == 8 {
                    bytes.append(0)
                    used = 0
                }
                bytes[bytes.count - 1] |= (bits >> index & 1) << used
                used += 1
            }
        }
    }
}
