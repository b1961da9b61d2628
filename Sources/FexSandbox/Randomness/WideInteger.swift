/// A natural number of any size, with just the arithmetic that an RSA key is put together with.
struct WideInteger: Equatable, Sendable {
    /// 64-bit digits, the lowest first.
    private var limbs: [UInt64]

    /// The number whose bytes, the highest first, these are.
    init(bytes: [UInt8]) {
        limbs = []
        for end in stride(from: bytes.count, to: 0, by: -8) {
            limbs.append(bytes[max(0, end - 8)..<end].reduce(0) { $0 << 8 | UInt64($1) })
        }
    }

    /// The number's bytes, the highest first, without leading zeros.
    var bytes: [UInt8] {
        let all = limbs.reversed().flatMap { limb in
            stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: limb >> UInt64($0)) }
        }
        return Array(all.drop { $0 == 0 })
    }

    /// The number plus a small one.
    func adding(_ summand: UInt64) -> WideInteger {
        var sum = self
        var carry = summand
        for index in sum.limbs.indices where carry != 0 {
            let (limb, overflow) = sum.limbs[index].addingReportingOverflow(carry)
            sum.limbs[index] = limb
            carry = overflow ? 1 : 0
        }
        if carry != 0 { sum.limbs.append(carry) }
        return sum
    }

    /// An odd number minus one.
    var minusOne: WideInteger {
        var difference = self
        difference.limbs[0] &= ~1
        return difference
    }

    /// The number times another.
    func multiplied(by factor: WideInteger) -> WideInteger {
        var product = WideInteger(bytes: [])
        product.limbs = Array(repeating: 0, count: limbs.count + factor.limbs.count)
        for (low, limb) in limbs.enumerated() {
            var carry: UInt64 = 0
            for (high, other) in factor.limbs.enumerated() {
                var (top, bottom) = limb.multipliedFullWidth(by: other)
                for summand in [carry, product.limbs[low + high]] {
                    let (sum, overflow) = bottom.addingReportingOverflow(summand)
                    bottom = sum
                    if overflow { top += 1 }
                }
                product.limbs[low + high] = bottom
                carry = top
            }
            product.limbs[low + factor.limbs.count] = carry
        }
        return product
    }

    /// The number divided by a small one, not zero, and what is left.
    func divided(by divisor: UInt64) -> (quotient: WideInteger, remainder: UInt64) {
        var quotient = self
        var remainder: UInt64 = 0
        for index in limbs.indices.reversed() {
            (quotient.limbs[index], remainder) = divisor.dividingFullWidth((remainder, limbs[index]))
        }
        return (quotient, remainder)
    }
}
