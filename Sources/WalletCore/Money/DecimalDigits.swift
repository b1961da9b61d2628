/// A decimal number taken apart by its digits: sign, significant digits, power of ten.
///
/// The grammar is that of a JSON number (RFC 8259, section 6): no leading `+`, no leading zeros, digits on both sides of
/// the point.
struct DecimalDigits: Hashable, Sendable {
    /// Whether a minus sign stands first.
    var isNegative: Bool
    /// The digits without leading or trailing zeros; empty for zero.
    var significantDigits: String
    /// The power of ten that the significant digits are multiplied by.
    var exponent: Int

    /// The number in a text, or `nil` if the text is anything but a number.
    ///
    /// At most 256 characters, and exponents of at most four digits, so that no text can make the arithmetic costly.
    init?(_ text: String) {
        var rest = Substring(text)
        guard text.utf8.count <= 256 else { return nil }
        isNegative = rest.first == "-"
        if isNegative { rest.removeFirst() }

        let whole = DecimalDigits.takeDigits(from: &rest)
        guard !whole.isEmpty, whole == "0" || whole.first != "0" else { return nil }
        var fraction = ""
        if rest.first == "." {
            rest.removeFirst()
            fraction = DecimalDigits.takeDigits(from: &rest)
            guard !fraction.isEmpty else { return nil }
        }
        var power = 0
        if let first = rest.first, first == "e" || first == "E" {
            rest.removeFirst()
            let sign = rest.first == "-" ? -1 : 1
            if rest.first == "-" || rest.first == "+" { rest.removeFirst() }
            let digits = DecimalDigits.takeDigits(from: &rest)
            guard !digits.isEmpty, digits.count <= 4, let value = Int(digits) else { return nil }
            power = sign * value
        }
        guard rest.isEmpty else { return nil }

        let all = (whole + fraction).drop { $0 == "0" }
        let trailingZeros = all.reversed().prefix { $0 == "0" }.count
        significantDigits = String(all.dropLast(trailingZeros))
        exponent = significantDigits.isEmpty ? 0 : power - fraction.count + trailingZeros
    }

    private static func takeDigits(from rest: inout Substring) -> String {
        let digits = rest.prefix { $0.isASCII && $0.isWholeNumber }
        rest = rest.dropFirst(digits.count)
        return String(digits)
    }
}
