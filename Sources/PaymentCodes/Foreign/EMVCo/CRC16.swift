/// The checksum of EMVCo's codes: CRC-16/CCITT-FALSE (polynomial 0x1021, initial value 0xFFFF, nothing reflected).
enum CRC16 {
    /// The checksum of some bytes: 0x29B1 for `123456789`.
    static func checksum(of bytes: some Sequence<UInt8>) -> UInt16 {
        var remainder: UInt16 = 0xFFFF
        for byte in bytes {
            remainder ^= UInt16(byte) << 8
            for _ in 0..<8 {
                remainder = remainder & 0x8000 == 0 ? remainder << 1 : remainder << 1 ^ 0x1021
            }
        }
        return remainder
    }
}
