/// Slovakia's PAY by square (Slovak Banking Association, by square specification 1.0 to 1.2): base 32 of a header, a
/// length, and a text that LZMA compressed.
///
/// The text is not unpacked, so neither payee nor amount is told.
struct PayBySquare: ForeignFormat {
    static let beginnings = ["0"]

    /// Begins with a header of type 0 and version 0 to 2, a length that is plausible, and LZMA's first byte, 0.
    ///
    /// Numbers and hashes begin with zeros too; they have no letter beyond F.
    init?(_ text: String) {
        let bytes = text.utf8
        guard bytes.first == UInt8(ascii: "0"), bytes.count >= 40, let start = PayBySquare.bytes(bytes.prefix(8)),
            start[0] <= 2, start[1] == 0, start[4] == 0
        else { return nil }
        let length = Int(start[2]) | Int(start[3]) << 8
        let compressed = bytes.count * 5 / 8 - 4
        // LZMA adds a few bytes to what it can't make shorter, and shortens no payment to a tenth.
        guard (12...4096).contains(length), compressed <= length + 32, length <= compressed * 10,
            bytes.allSatisfy({ PayBySquare.value($0) != nil }), bytes.contains(where: { $0 > UInt8(ascii: "F") })
        else { return nil }
    }

    var foreignCode: ForeignCode {
        ForeignCode(.payBySquare, told: ["a payment in a packed form, which is not read here"])
    }

    /// Eight digits of base 32 are five bytes.
    private static func bytes(_ digits: Substring.UTF8View) -> [UInt8]? {
        var bits: UInt64 = 0
        for digit in digits {
            guard let value = value(digit) else { return nil }
            bits = bits << 5 | UInt64(value)
        }
        return [32, 24, 16, 8, 0].map { UInt8(truncatingIfNeeded: bits >> UInt64($0)) }
    }

    private static func value(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "A")...UInt8(ascii: "V"): digit - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
