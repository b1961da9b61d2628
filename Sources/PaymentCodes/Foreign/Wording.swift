import FexValues

/// How summaries say things.
enum Wording {
    /// A text that somebody else chose, cleaned and in quotation marks; `nil` if there is nothing to show.
    ///
    /// Quotation marks within become apostrophes, so that no name can seem to end and go on as a statement of ours. Of a text
    /// that holds a secret nothing is quoted: a key may stand in the place of anything.
    static func quoted(_ text: String?, limit: Int = 70) -> String? {
        guard let text else { return nil }
        if CodeField.Content.mayHoldSecret(text), SecretText.isToBeWithheld(text) { return "\"…\"" }
        let shown = PlainText.clean(text, limit: limit)
        guard !shown.isEmpty else { return nil }
        guard shown.utf8.contains(UInt8(ascii: "\"")) else { return "\"\(shown)\"" }
        // By scalars: with an accent after it, a quotation mark is another `Character`, and looks much the same.
        var inner = String.UnicodeScalarView()
        inner.append(contentsOf: shown.unicodeScalars.lazy.map { $0 == "\"" ? "'" : $0 })
        return "\"\(String(inner))\""
    }

    /// The same of words that people write, a name or a purpose: a key that was pasted into them is cut short.
    static func words(_ text: String?, limit: Int = 70) -> String? {
        quoted(text.map(CodeField.Content.words.shown), limit: limit)
    }

    /// A payment, by as much as is known of it: `66.66 BRL to "EMPRESA"`.
    static func payment(of amount: String?, to payee: String?) -> String {
        switch (amount, payee) {
        case (let amount?, let payee?): "\(amount) to \(payee)"
        case (let amount?, nil): amount
        case (nil, let payee?): "to \(payee), with no amount set"
        case (nil, nil): "with no amount set"
        }
    }

    /// An amount of a currency, by the digits in a code; `nil` where there are none.
    static func amount(_ digits: String?, _ currency: String?) -> String? {
        guard let digits, !digits.isEmpty else { return nil }
        if let currency, let known = try? Currency(currency), let money = try? Money(digits: digits, currency: known) {
            return money.description
        }
        guard let decimal = decimal(digits) else { return "an unreadable amount" }
        guard let currency, currency.utf8.count == 3, currency.utf8.allSatisfy(ASCII.isLetter) else {
            return "\(decimal) of an unknown currency"
        }
        return "\(decimal) \(currency)"
    }

    /// A plain decimal number of at most 20 characters as it was written; `nil` if it isn't one.
    static func decimal(_ digits: String) -> String? {
        let bytes = digits.utf8
        guard bytes.count <= 20, bytes.contains(where: ASCII.isDigit),
            bytes.count(where: { $0 == UInt8(ascii: ".") }) <= 1,
            bytes.allSatisfy({ ASCII.isDigit($0) || $0 == UInt8(ascii: ".") })
        else { return nil }
        return digits
    }

    /// Digits times a power of ten as a plain decimal number, exactly: `2500` and −6 are `0.0025`.
    ///
    /// - Returns: `nil` where that takes more characters than the limit; no amount of money takes more than 40.
    static func decimal(digits: String, timesTenTo exponent: Int, limit: Int = 40) -> String? {
        let significant = String(digits.drop { $0 == "0" })
        guard !significant.isEmpty else { return "0" }
        guard significant.utf8.count + abs(exponent) <= limit else { return nil }
        guard exponent < 0 else { return significant + String(repeating: "0", count: exponent) }
        let padded = String(repeating: "0", count: max(0, 1 - exponent - significant.utf8.count)) + significant
        let fraction = padded.suffix(-exponent).reversed().drop { $0 == "0" }.reversed()
        let whole = padded.dropLast(-exponent)
        return fraction.isEmpty ? String(whole) : "\(whole).\(String(fraction))"
    }

    /// The host of an address, if it is one that can be shown as it is: letters, digits, dots and hyphens.
    static func host(_ text: some StringProtocol) -> String? {
        let isPlain = text.utf8.allSatisfy {
            ASCII.isLetter($0) || ASCII.isDigit($0) || [UInt8(ascii: "."), UInt8(ascii: "-")].contains($0)
        }
        // A key in the place of a host is none any more in lower case, and could be had from it.
        guard isPlain, (1...253).contains(text.utf8.count), !SecretText.isToBeWithheld(String(text)) else { return nil }
        return PlainText.clean(ASCII.lowercased(text), limit: 100)
    }
}
