import FexValues

/// The currency of an amount, as a code states it.
enum StatedCurrency {
    /// One of ISO 4217.
    case listed(Currency)
    /// Three letters that ISO 4217 doesn't list, in capitals.
    case unlisted(String)
    case absent
    case several
    case unreadable

    /// A currency by its three letters, in any case.
    ///
    /// - Parameter standard: The currency where none is set, if the format has one.
    init(letters: CodeField, standard: String? = nil) {
        switch letters {
        case .value(let text):
            let code = String(decoding: text.utf8.map { ASCII.isLetter($0) ? $0 & ~0x20 : $0 }, as: UTF8.self)
            guard code.utf8.count == 3, code.utf8.allSatisfy(ASCII.isLetter) else {
                self = .unreadable
                return
            }
            self = (try? Currency(code)).map { .listed($0) } ?? .unlisted(code)
        case .absent: self = standard.map { StatedCurrency(letters: .value($0)) } ?? .absent
        case .several: self = .several
        case .unreadable: self = .unreadable
        }
    }

    /// A currency by its three digits.
    init(number: CodeField) {
        switch number {
        case .value(let text):
            let currency = Currency(number: text)
            self = currency.map { .listed($0) } ?? .unreadable
        case .absent: self = .absent
        case .several: self = .several
        case .unreadable: self = .unreadable
        }
    }
}

/// An amount, as a code states it.
enum StatedAmount {
    case absent
    case several
    case unreadable
    /// An amount for people.
    case money(String)
    /// An amount that the format doesn't allow, and why if the amount alone doesn't say it.
    case notAllowed(String)

    /// What an amount of nothing is in a format.
    enum Zero {
        /// An amount like any other.
        case allowed
        /// How the format leaves the amount to the payer.
        case absent
        /// Something that the format forbids.
        case forbidden
    }

    /// An amount in decimal digits of a currency: `12.30`.
    ///
    /// - Parameters:
    ///   - point: What stands before the decimals. It may stand first or last, as in `.5` and `12.`.
    init(
        decimal field: CodeField, in currency: StatedCurrency, point: UInt8 = UInt8(ascii: "."), zero: Zero = .allowed
    ) {
        self.init(field, in: currency, zero: zero) { PlainDecimal($0, point: point) }
    }

    /// An amount in whole minor units of a currency: `1230` for 12.30 EUR.
    init(minorUnits field: CodeField, in currency: StatedCurrency, zero: Zero = .allowed) {
        self.init(field, in: currency, zero: zero) { text in
            guard case .listed(let known) = currency else { return nil }
            return PlainDecimal(text, minorUnitDigits: known.minorUnitDigits)
        }
    }

    private init(
        _ field: CodeField, in currency: StatedCurrency, zero: Zero, read: (String) -> PlainDecimal?
    ) {
        switch field {
        case .absent: self = .absent
        case .several: self = .several
        case .unreadable: self = .unreadable
        case .value(let text):
            guard let number = read(text) else {
                self = .unreadable
                return
            }
            if number.isZero, zero == .absent {
                self = .absent
            } else {
                self.init(number, currency, isForbidden: number.isZero && zero == .forbidden)
            }
        }
    }

    private init(_ number: PlainDecimal, _ currency: StatedCurrency, isForbidden: Bool) {
        let text =
            switch currency {
            case .listed(let known):
                "\(number.written(decimals: known.minorUnitDigits) ?? number.asWritten) \(known.code)"
            case .unlisted(let code): "\(number.asWritten) \(code)"
            case .unreadable: "\(number.asWritten) of an unknown currency"
            case .absent: "\(number.asWritten) of no set currency"
            case .several: "\(number.asWritten) of several currencies"
            }
        if case .listed(let known) = currency, number.written(decimals: known.minorUnitDigits) == nil {
            self = .notAllowed("\(text) has too many decimals")
        } else {
            self = isForbidden ? .notAllowed(text) : .money(text)
        }
    }

    /// What is told of a payment of the amount, in order.
    func payment(to payee: String?) -> [String?] {
        switch self {
        case .absent: [Wording.payment(of: nil, to: payee)]
        case .several: [payee.map { "to \($0)" }, "with several amounts"]
        case .unreadable: [Wording.payment(of: "an unreadable amount", to: payee)]
        case .money(let text): [Wording.payment(of: text, to: payee)]
        case .notAllowed(let why): [Wording.payment(of: "an amount that is not allowed (\(why))", to: payee)]
        }
    }
}

/// A number without sign or exponent, of at most 20 digits, as codes of banks write amounts.
struct PlainDecimal {
    /// Without leading zeros; `0` where the number is below one.
    private let whole: String
    /// As many digits as were written.
    private let fraction: String

    /// The number in a text: digits with at most one point among them, before them or behind them.
    init?(_ text: String, point: UInt8) {
        let parts = text.utf8.split(separator: point, maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count <= 2, (2...21).contains(text.utf8.count + (parts.count == 1 ? 1 : 0)),
            parts.allSatisfy({ $0.allSatisfy(ASCII.isDigit) }), parts.contains(where: { !$0.isEmpty })
        else { return nil }
        let significant = Substring(parts[0].drop { $0 == UInt8(ascii: "0") })
        whole = significant.isEmpty ? "0" : String(significant)
        fraction = parts.count == 2 ? String(Substring(parts[1])) : ""
    }

    /// The number that some minor units are: `1230` with two digits is 12.30.
    init?(_ text: String, minorUnitDigits: Int) {
        guard ASCII.isDigits(text), text.utf8.count <= 20 else { return nil }
        let padded = String(repeating: "0", count: minorUnitDigits) + text
        self.init(padded.dropLast(minorUnitDigits) + "." + padded.suffix(minorUnitDigits), point: UInt8(ascii: "."))
    }

    var isZero: Bool { (whole + fraction).utf8.allSatisfy { $0 == UInt8(ascii: "0") } }

    /// The number with the decimals that it was written with.
    var asWritten: String { fraction.isEmpty ? whole : "\(whole).\(fraction)" }

    /// The number with a count of decimals, or `nil` if it has more that aren't zero.
    func written(decimals: Int) -> String? {
        guard fraction.utf8.dropFirst(decimals).allSatisfy({ $0 == UInt8(ascii: "0") }) else { return nil }
        guard decimals > 0 else { return whole }
        return whole + "." + fraction.prefix(decimals)
            + String(repeating: "0", count: max(0, decimals - fraction.utf8.count))
    }
}
