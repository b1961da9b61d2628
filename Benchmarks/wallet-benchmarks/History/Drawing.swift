/// Numbers that are drawn for one row and one purpose: the same each time, whichever rows were drawn before.
struct Drawing {
    private let base: UInt64

    init(seed: UInt64, row: Int) {
        base = Drawing.mixed(seed &+ UInt64(row) &* 0x9E37_79B9_7F4A_7C15)
    }

    /// What a number of a row is drawn for.
    enum Purpose: UInt64 {
        case kind, refunded, merchant, amount, currency, status, moment, twin, completion
        case words, number, length, id, intent
    }

    /// All 64 bits of a number.
    func bits(_ purpose: Purpose, _ which: UInt64 = 0) -> UInt64 {
        Drawing.mixed(base ^ Drawing.mixed(purpose.rawValue << 32 | which &+ 1))
    }

    /// A number below another.
    func number(_ purpose: Purpose, below bound: Int, _ which: UInt64 = 0) -> Int {
        Int(bits(purpose, which) % UInt64(bound))
    }

    /// A number from 0 to 1, without 1.
    func fraction(_ purpose: Purpose, _ which: UInt64 = 0) -> Double {
        Double(bits(purpose, which) >> 11) * 0x1p-53
    }

    /// A UUID of version 4, in lower case.
    func uuid(_ purpose: Purpose) -> String {
        let high = bits(purpose, 0) & ~0xF000 | 0x4000
        let low = bits(purpose, 1) & ~(0b11 << 62) | 0b10 << 62
        return unsafe String(unsafeUninitializedCapacity: 36) { text in
            var end = 0
            for digit in 0..<32 {
                if digit == 8 || digit == 12 || digit == 16 || digit == 20 {
                    unsafe text[end] = UInt8(ascii: "-")
                    end += 1
                }
                let half = digit < 16 ? high : low
                let value = UInt8(half >> UInt64(60 - 4 * (digit & 15)) & 15)
                unsafe text[end] = value < 10 ? 0x30 + value : 0x57 + value
                end += 1
            }
            return end
        }
    }

    /// The output function of SplitMix64 (Steele, Lea, Flood 2014).
    private static func mixed(_ number: UInt64) -> UInt64 {
        var mixed = number &+ 0x9E37_79B9_7F4A_7C15
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
