/// An amount of money: a whole number of a currency's minor units.
///
/// Amounts are exact. They are read from decimal digits and written as decimal digits; no binary floating point lies
/// between the wire and the disk.
///
/// ```swift
/// let price = try Money(digits: "35.5", currency: Currency("USD"))
/// price.minorUnits     // 3550
/// price.decimalString  // "35.50"
/// ```
public struct Money: Hashable, Sendable {
    /// The amount in minor units, 0 or more: 3550 for 35.50 USD, 3550 for 3550 JPY.
    public let minorUnits: Int64

    /// The currency whose minor units are counted.
    public let currency: Currency

    /// An amount from a count of minor units.
    ///
    /// - Throws: ``MoneyError/negative(_:)`` for a count below zero.
    public init(minorUnits: Int64, currency: Currency) throws(MoneyError) {
        guard minorUnits >= 0 else { throw .negative(String(minorUnits)) }
        self.minorUnits = minorUnits
        self.currency = currency
    }

    /// No money at all, in a currency: where a sum begins.
    public static func zero(_ currency: Currency) -> Money {
        Money(checked: 0, currency)
    }

    private init(checked minorUnits: Int64, _ currency: Currency) {
        self.minorUnits = minorUnits
        self.currency = currency
    }
}

// MARK: - From and to digits

extension Money {
    /// An amount read from its decimal digits, exactly.
    ///
    /// What JSON allows as a number is allowed: `99.99`, `35.5`, `1e2`. Decimals beyond the minor unit are allowed
    /// only where they are zero: `5.000` USD is five dollars.
    ///
    /// - Parameters:
    ///   - digits: The number as it stood in the text, never one that went through `Double`.
    ///   - currency: What the number counts.
    /// - Throws: ``MoneyError`` naming what is wrong: not a number, negative, too precise, too large.
    public init(digits: String, currency: Currency) throws(MoneyError) {
        guard let number = DecimalDigits(digits) else { throw .notANumber(digits) }
        // A sign before zero is still a sign: nobody who means zero writes it.
        guard !number.isNegative else { throw .negative(digits) }
        let shift = number.exponent + currency.minorUnitDigits
        let significant = number.significantDigits
        guard !significant.isEmpty else {
            self = .zero(currency)
            return
        }
        // The significant digits end in one that isn't zero, so a negative shift always cuts something off.
        guard shift >= 0 else { throw .tooPrecise(digits, currency) }
        guard significant.count + shift <= 19 else { throw .tooLarge(digits, currency) }
        let text = significant + String(repeating: "0", count: shift)
        guard let units = Int64(text) else { throw .tooLarge(digits, currency) }
        self.init(checked: units, currency)
    }

    /// The amount as a decimal number with all of the currency's decimals: `"35.50"`, `"3550"` for JPY.
    ///
    /// This is the form in which amounts are sent and stored in documents.
    public var decimalString: String {
        let places = currency.minorUnitDigits
        let digits = String(minorUnits)
        guard places > 0 else { return digits }
        let padded = String(repeating: "0", count: max(0, places + 1 - digits.count)) + digits
        return padded.dropLast(places) + "." + padded.suffix(places)
    }
}

extension Money: CustomStringConvertible {
    /// The amount for people: `"35.50 USD"`.
    public var description: String { "\(decimalString) \(currency)" }
}

// MARK: - Arithmetic

extension Money {
    /// The sum with another amount of the same currency.
    ///
    /// - Throws: ``MoneyError/currencyMismatch(_:_:)`` or ``MoneyError/overflow``.
    public func adding(_ other: Money) throws(MoneyError) -> Money {
        guard currency == other.currency else { throw .currencyMismatch(currency, other.currency) }
        let (sum, overflow) = minorUnits.addingReportingOverflow(other.minorUnits)
        guard !overflow else { throw .overflow }
        return Money(checked: sum, currency)
    }

    /// What is left after taking away another amount of the same currency.
    ///
    /// - Throws: ``MoneyError/currencyMismatch(_:_:)``, or ``MoneyError/overflow`` if less than nothing would be left.
    public func subtracting(_ other: Money) throws(MoneyError) -> Money {
        guard currency == other.currency else { throw .currencyMismatch(currency, other.currency) }
        guard other.minorUnits <= minorUnits else { throw .overflow }
        return Money(checked: minorUnits - other.minorUnits, currency)
    }
}
