import FexValues

/// A number as links write it: digits with a point, and where the format says so a sign and a power of ten.
///
/// There is one grammar of each kind, wherever in a link the number stands. Nothing here goes through `Double`.
struct WrittenNumber {
    /// What may stand in a number.
    enum Grammar {
        /// Digits with at most one point, before or behind which there may be none; a minus is read, to be told.
        case decimal
        /// ERC-681: a sign, digits, a fraction, and an exponent, in which programs write a sign too.
        case erc681
    }

    /// Whether a minus stands first.
    let isNegative: Bool
    /// The digits before the point, without zeros in front.
    let whole: String
    /// The digits behind the point, as they were written.
    let fraction: String
    /// The power of ten that the number is multiplied by.
    let exponent: Int

    /// The number in a text of at most 100 characters; `nil` if it isn't one by the grammar.
    init?(_ text: String, _ grammar: Grammar) {
        var rest = text.utf8[...]
        guard rest.count <= 100 else { return nil }
        isNegative = rest.take("-")
        if !isNegative, grammar == .erc681 { _ = rest.take("+") }
        let whole = rest.takeDigits()
        var fraction = Substring().utf8
        if rest.take(".") {
            fraction = rest.takeDigits()
            guard grammar == .decimal || !fraction.isEmpty else { return nil }
        }
        guard !whole.isEmpty || !fraction.isEmpty else { return nil }
        var exponent = 0
        if grammar == .erc681, rest.take("e") || rest.take("E") {
            let isSmall = rest.take("-")
            if !isSmall { _ = rest.take("+") }
            let digits = rest.takeDigits()
            guard digits.count <= 4 else { return nil }
            exponent = (Int(Substring(digits)) ?? 0) * (isSmall ? -1 : 1)
        }
        guard rest.isEmpty else { return nil }
        self.whole = String(Substring(whole.drop { $0 == UInt8(ascii: "0") }))
        self.fraction = String(Substring(fraction))
        self.exponent = exponent
    }

    /// How many decimals the number has in fact, zeros at its end aside; below zero where it ends in zeros before the point.
    private var decimals: Int {
        let digits = (whole + fraction).utf8
        guard let last = digits.lastIndex(where: { $0 != UInt8(ascii: "0") }) else { return .min }
        let zeros = digits.distance(from: last, to: digits.endIndex) - 1
        return fraction.utf8.count - zeros - exponent
    }

    /// The number as it was written, without zeros in front or a point at its end.
    private var shown: String {
        (isNegative ? "-" : "") + (whole.isEmpty ? "0" : whole) + (fraction.isEmpty ? "" : ".\(fraction)")
    }

    /// The number times another power of ten, written out without an exponent; `nil` where that is longer than any amount.
    private func shown(timesTenTo power: Int, limit: Int) -> String? {
        Wording.decimal(digits: whole + fraction, timesTenTo: exponent - fraction.utf8.count + power, limit: limit)
    }
}

// MARK: - Amounts

extension WrittenNumber {
    /// What a field says of an amount in whole coins.
    ///
    /// - Parameters:
    ///   - field: Digits with a point.
    ///   - unit: The coin's symbol.
    ///   - places: How many decimals its smallest unit has.
    /// - Returns: `nil` where no amount is set.
    static func amount(_ field: CodeField, unit: String, places: Int) -> String? {
        told(field, .decimal) { number in
            (number.whole + number.fraction).utf8.count > 40
                ? nil : ("\(number.shown) \(unit)", number.decimals <= places)
        }
    }

    /// What a field says of an amount in smallest units, by ERC-681's grammar.
    ///
    /// - Parameters:
    ///   - places: How many decimals the coin has above its smallest unit: 18 for ether in wei, 0 for units themselves.
    ///   - unit: What follows the number.
    static func amount(inSmallestUnits field: CodeField, places: Int, unit: String) -> String? {
        told(field, .erc681) { number in
            number.shown(timesTenTo: -places, limit: 80).map { ("\($0) \(unit)", number.decimals <= 0) }
        }
    }

    private static func told(
        _ field: CodeField, _ grammar: Grammar, _ read: (WrittenNumber) -> (text: String, isPossible: Bool)?
    ) -> String? {
        switch field {
        case .absent: return nil
        case .several: return "several amounts"
        case .unreadable: return "an unreadable amount"
        case .value(let digits):
            guard let number = WrittenNumber(digits, grammar), let (text, isPossible) = read(number) else {
                return "an unreadable amount"
            }
            // A sign before zero is still a sign: nobody who means zero writes it.
            if number.isNegative { return "an amount that is not allowed (below zero)" }
            return isPossible ? text : "an amount that is not allowed (\(text) has too many decimals)"
        }
    }
}
