import Crypto

/// Bytes written in base 58, the alphabet of Bitcoin's addresses and of what followed them.
enum Base58 {
    private static let alphabet = Array("123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz".utf8)
    private static let noDigit: UInt8 = 0xFF

    private static let digits: [UInt8] = {
        var digits = [UInt8](repeating: noDigit, count: 256)
        for (value, byte) in alphabet.enumerated() { digits[Int(byte)] = UInt8(value) }
        return digits
    }()

    /// Whether there is something, and it is of the alphabet alone.
    static func isDigits(_ text: some Collection<UInt8>) -> Bool {
        !text.isEmpty && text.allSatisfy { digits[Int($0)] != noDigit }
    }

    /// The bytes of a text; `nil` if it isn't in base 58, or is longer than any code of interest: decoding takes time with
    /// the square of the length.
    static func decoded(_ text: some Collection<UInt8>) -> [UInt8]? {
        guard text.count <= 128 else { return nil }
        // Five digits at a time are multiplied into words of 32 bits, the lowest first.
        var words: [UInt32] = []
        var chunk: UInt64 = 0
        var scale: UInt64 = 1
        var count = 0
        var leadingZeros = 0
        for byte in text {
            let digit = digits[Int(byte)]
            guard digit != noDigit else { return nil }
            if digit == 0, count == leadingZeros { leadingZeros += 1 }
            count += 1
            chunk = chunk * 58 + UInt64(digit)
            scale *= 58
            if scale == 656_356_768 {
                multiplyAndAdd(&words, scale, chunk)
                (chunk, scale) = (0, 1)
            }
        }
        if scale > 1 { multiplyAndAdd(&words, scale, chunk) }
        var bytes = [UInt8](repeating: 0, count: leadingZeros)
        bytes.reserveCapacity(leadingZeros + words.count * 4)
        for word in words.reversed() {
            for shift in stride(from: UInt32(24), through: 0, by: -8) {
                let byte = UInt8(truncatingIfNeeded: word >> shift)
                if bytes.count > leadingZeros || byte != 0 { bytes.append(byte) }
            }
        }
        return bytes
    }

    private static func multiplyAndAdd(_ words: inout [UInt32], _ factor: UInt64, _ summand: UInt64) {
        var carry = summand
        for index in words.indices {
            carry += UInt64(words[index]) * factor
            words[index] = UInt32(truncatingIfNeeded: carry)
            carry >>= 32
        }
        if carry > 0 { words.append(UInt32(truncatingIfNeeded: carry)) }
    }

    /// Whether the last four of some bytes are their checksum: the beginning of SHA-256, twice, of what precedes them.
    static func isChecksumValid(_ bytes: [UInt8]) -> Bool {
        guard bytes.count > 4 else { return false }
        var once = SHA256()
        once.update(data: bytes.dropLast(4))
        var twice = SHA256()
        unsafe once.finalize().withUnsafeBytes { unsafe twice.update(bufferPointer: $0) }
        return twice.finalize().prefix(4).elementsEqual(bytes.suffix(4))
    }
}
