public import Foundation

extension Money {
    /// The amount as people of a locale write it, with all of the currency's decimals: `$35.50`, `35,50 €`, `￥3,550`.
    ///
    /// Exact, whatever its size: it goes from digits to digits through a `Decimal`. For people alone: what is sent or stored is
    /// ``decimalString``. A currency that the system doesn't know stands there by its code.
    ///
    /// - Parameter locale: Whose signs, order and digits are used.
    public func formatted(locale: Locale = .current) -> String {
        let places = currency.minorUnitDigits
        let amount = Decimal(sign: .plus, exponent: -places, significand: Decimal(minorUnits))
        return amount.formatted(
            .currency(code: currency.code).precision(.fractionLength(places)).locale(locale))
    }
}
