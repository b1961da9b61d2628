import Foundation
import Testing

@testable import FexValues

/// Amounts and moments as screens show them.
@Suite struct MoneyFormattingTests {
    @Test(arguments: [
        ("35.50", "USD", "en_US", "$35.50"), ("3550", "JPY", "en_US", "¥3,550"), ("1.234", "KWD", "en_US", "KWD 1.234"),
        ("0.0001", "CLF", "en_US", "CLF 0.0001"), ("0", "USD", "en_US", "$0.00"),
        ("35.50", "EUR", "de_DE", "35,50 €"), ("1234567.89", "CHF", "de_CH", "CHF 1’234’567.89"),
        ("92233720368547758.07", "USD", "en_US", "$92,233,720,368,547,758.07"),
        ("90071992547409.93", "USD", "en_US", "$90,071,992,547,409.93"),
        ("9223372036854775807", "JPY", "en_US", "¥9,223,372,036,854,775,807"),
        ("9223372036854775.807", "KWD", "en_US", "KWD 9,223,372,036,854,775.807"),
    ])
    func `an amount is written as a locale has it, to the last digit`(
        digits: String, code: String, locale: String, text: String
    ) throws {
        let amount = try Money(digits: digits, currency: Currency(code))
        // Spaces of several kinds keep an amount on one line.
        let shown = String(amount.formatted(locale: Locale(identifier: locale)).map { $0.isWhitespace ? " " : $0 })
        #expect(shown == text)
    }

    @Test func `every currency is written with its own decimals`() throws {
        for currency in Currency.all {
            let amount = try Money(minorUnits: 123_456, currency: currency)
            let digits = amount.formatted(locale: Locale(identifier: "en_US")).filter(\.isNumber)
            #expect(digits == "123456", "\(currency)")
        }
    }

    @Test func `a moment is the same moment for Foundation`() throws {
        for text in ["2026-01-02T03:04:05.123Z", "1969-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999Z"] {
            let moment = try #require(Timestamp(text))
            #expect((moment.date.timeIntervalSince1970 * 1000).rounded() == Double(moment.milliseconds))
        }
        #expect(Timestamp(milliseconds: 0).date == Date(timeIntervalSince1970: 0))
    }
}
