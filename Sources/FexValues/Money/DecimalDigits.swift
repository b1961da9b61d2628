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
        var rest = text.utf8[...]
        guard rest.count <= 256 else { return nil }
        isNegative = rest.take("-")

        let whole = rest.takeDigits()
        guard !whole.isEmpty, whole.count == 1 || whole.first != UInt8(ascii: "0") else { return nil }
        var fraction = Substring().utf8
        if rest.take(".") {
            fraction = rest.takeDigits()
            guard !fraction.isEmpty else { return nil }
        }
        var power = 0
        if rest.take("e") || rest.take("E") {
            let isSmall = rest.take("-")
            if !isSmall { _ = rest.take("+") }
            let digits = rest.takeDigits()
            guard !digits.isEmpty, digits.count <= 4, let value = Int(Substring(digits)) else { return nil }
            power = isSmall ? -value : value
        }
        guard rest.isEmpty else { return nil }

        let all = (Array(whole) + fraction).drop { $0 == UInt8(ascii: "0") }
        let end = all.lastIndex { $0 != UInt8(ascii: "0") }.map { $0 + 1 } ?? all.startIndex
        significantDigits = String(decoding: all[..<end], as: UTF8.self)
        exponent = significantDigits.isEmpty ? 0 : power - fraction.count + (all.endIndex - end)
    }
}
