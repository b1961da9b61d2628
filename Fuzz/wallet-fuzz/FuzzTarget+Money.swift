import FexValues

extension FuzzTarget {
    /// Amounts: what a number comes to is what adding up its digits comes to, and it is written as itself.
    static let money = FuzzTarget(
        name: "money", maximumLength: 320, seeds: { try corpus("money.txt") },
        run: { bytes in
            guard let first = bytes.first else { return }
            let currency = currencies[Int(first) % currencies.count]
            let text = String(decoding: bytes.dropFirst(), as: UTF8.self)
            let money = try? Money(digits: text, currency: currency)
            let units = text.utf8.count > 256 ? nil : minorUnits(of: Array(text.utf8), places: currency.minorUnitDigits)
            hold(money?.minorUnits == units, "\(String(describing: money)) is not \(String(describing: units))")
            guard let money else { return }
            hold((try? Money(digits: money.decimalString, currency: currency)) == money, "it is written as another")
            var written: [UInt8] = []
            written.append(money)
            hold(String(decoding: written, as: UTF8.self) == money.decimalString, "its bytes are another's")
            guard let one = try? Money(minorUnits: 1, currency: currency), let sum = try? money.adding(one) else {
                return hold(money.minorUnits == .max, "one more is too much")
            }
            hold((try? sum.subtracting(one)) == money, "one more and one less is another amount")
        })

    private static let currencies = ["USD", "JPY", "KWD", "CLF"].compactMap { try? Currency($0) }

    /// The count of minor units that a JSON number comes to, added up digit by digit; `nil` where it is no such number, below
    /// zero, with digits below the minor unit, or beyond 64 bits.
    private static func minorUnits(of text: [UInt8], places: Int) -> Int64? {
        var (mantissa, power) = (text[...], 0)
        if let mark = text.firstIndex(where: { $0 | 0x20 == UInt8(ascii: "e") }) {
            mantissa = text[..<mark]
            var digits = text[(mark + 1)...]
            let isBelow = digits.first == UInt8(ascii: "-")
            if isBelow || digits.first == UInt8(ascii: "+") { digits = digits.dropFirst() }
            guard (1...4).contains(digits.count), digits.allSatisfy(isDigit) else { return nil }
            power = digits.reduce(0) { $0 * 10 + Int($1 - 0x30) } * (isBelow ? -1 : 1)
        }
        let halves = mantissa.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard (1...2).contains(halves.count), halves.allSatisfy({ !$0.isEmpty && $0.allSatisfy(isDigit) }) else {
            return nil
        }
        guard halves[0].count == 1 || halves[0].first != UInt8(ascii: "0") else { return nil }
        return sum(halves.joined().map { $0 - 0x30 }, pointAt: halves[0].count + power + places)
    }

    /// The whole number that digits make up to a point; digits behind it have to be zeros.
    private static func sum(_ digits: [UInt8], pointAt point: Int) -> Int64? {
        // Zeros are zero, however far the point is from them.
        guard digits.contains(where: { $0 != 0 }) else { return 0 }
        guard digits.dropFirst(max(point, 0)).allSatisfy({ $0 == 0 }) else { return nil }
        var total: Int64 = 0
        for position in 0..<max(point, 0) {
            let (tenfold, isTooMuch) = total.multipliedReportingOverflow(by: 10)
            let (next, isStillTooMuch) = tenfold.addingReportingOverflow(
                position < digits.count ? Int64(digits[position]) : 0)
            guard !isTooMuch, !isStillTooMuch else { return nil }
            total = next
        }
        return total
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
}
