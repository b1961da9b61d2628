extension [UInt8] {
    /// Writes a whole number in decimal digits, with zeros in front up to a width.
    package mutating func append(decimal value: Int64, width: Int = 1) {
        if value < 0 { append(UInt8(ascii: "-")) }
        var rest = value.magnitude
        var digits: UInt64 = 1
        var count = 1
        while rest / digits >= 10 || count < width {
            digits *= 10
            count += 1
        }
        while digits > 0 {
            append(UInt8(ascii: "0") + UInt8(rest / digits))
            rest %= digits
            digits /= 10
        }
    }

    /// Writes an amount as its exact decimal number, without its currency: the text of ``Money/decimalString``.
    package mutating func append(_ amount: Money) {
        let places = amount.currency.minorUnitDigits
        guard places > 0 else { return append(decimal: amount.minorUnits) }
        let major = amount.currency.minorUnitsPerMajor
        append(decimal: amount.minorUnits / major)
        append(UInt8(ascii: "."))
        append(decimal: amount.minorUnits % major, width: places)
    }
}
