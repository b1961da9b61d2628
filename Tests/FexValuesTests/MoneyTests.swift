import Testing

@testable import FexValues

@Suite struct MoneyTests {
    static let usd = "USD"

    @Test(arguments: [
        ("99.99", "USD", Int64(9999)), ("35.5", "USD", 3550), ("1e2", "USD", 10000), ("0", "USD", 0),
        ("0.01", "USD", 1), ("1E+2", "JPY", 100), ("1200e-2", "JPY", 12), ("5.000", "USD", 500),
        ("1.234", "KWD", 1234), ("0.0001", "CLF", 1), ("90071992547409.93", "USD", 9_007_199_254_740_993),
        ("92233720368547758.07", "USD", .max), ("9223372036854775807", "JPY", .max), ("0e9999", "USD", 0),
    ])
    func `an amount is read exactly from its digits`(digits: String, code: String, minorUnits: Int64) throws {
        #expect(try Money(digits: digits, currency: Currency(code)).minorUnits == minorUnits)
    }

    @Test(arguments: [
        ("", MoneyError.notANumber("")), ("NaN", .notANumber("NaN")), ("Infinity", .notANumber("Infinity")),
        ("1,50", .notANumber("1,50")), (" 1", .notANumber(" 1")), ("+1", .notANumber("+1")), ("01", .notANumber("01")),
        (".5", .notANumber(".5")), ("5.", .notANumber("5.")), ("1e", .notANumber("1e")), ("0x10", .notANumber("0x10")),
        ("1e99999", .notANumber("1e99999")), ("٣", .notANumber("٣")), ("-1", .negative("-1")), ("-0", .negative("-0")),
    ])
    func `what is no amount is an error that says so`(digits: String, error: MoneyError) throws {
        let usd = try Currency("USD")
        #expect(throws: error) { try Money(digits: digits, currency: usd) }
    }

    @Test func `decimals below the minor unit are refused`() throws {
        let (usd, jpy) = (try Currency("USD"), try Currency("JPY"))
        #expect(throws: MoneyError.tooPrecise("0.001", usd)) { try Money(digits: "0.001", currency: usd) }
        #expect(throws: MoneyError.tooPrecise("1e-3", usd)) { try Money(digits: "1e-3", currency: usd) }
        #expect(throws: MoneyError.tooPrecise("1.5", jpy)) { try Money(digits: "1.5", currency: jpy) }
        let cutByDecimal = "0.01" + String(repeating: "0", count: 60) + "1"
        #expect(throws: MoneyError.tooPrecise(cutByDecimal, usd)) { try Money(digits: cutByDecimal, currency: usd) }
    }

    @Test(arguments: ["92233720368547758.08", "123456789012345678901234567890", "1e17", "1e9999"])
    func `an amount beyond 64 bits is refused`(digits: String) throws {
        let usd = try Currency("USD")
        #expect(throws: MoneyError.tooLarge(digits, usd)) { try Money(digits: digits, currency: usd) }
    }

    @Test(arguments: [
        (Int64(0), "USD", "0.00"), (5, "USD", "0.05"), (3550, "USD", "35.50"), (3550, "JPY", "3550"),
        (7, "KWD", "0.007"), (.max, "USD", "92233720368547758.07"),
    ])
    func `an amount is written with all its decimals`(minorUnits: Int64, code: String, text: String) throws {
        #expect(try Money(minorUnits: minorUnits, currency: Currency(code)).decimalString == text)
    }

    @Test func `every amount written is read back as itself`() throws {
        var generator = SplitMix64(seed: 11)
        for currency in Currency.all {
            for _ in 0..<200 {
                let bits = Int.random(in: 0..<63, using: &generator)
                let units = Int64.random(in: 0...(Int64.max >> Int64(bits)), using: &generator)
                let money = try Money(minorUnits: units, currency: currency)
                #expect(try Money(digits: money.decimalString, currency: currency) == money)
            }
        }
    }

    @Test func `sums are checked`() throws {
        let (usd, eur) = (try Currency("USD"), try Currency("EUR"))
        let one = try Money(minorUnits: 1, currency: usd)
        let most = try Money(minorUnits: .max, currency: usd)
        #expect(try one.adding(one).minorUnits == 2)
        #expect(try one.subtracting(one) == .zero(usd))
        #expect(throws: MoneyError.overflow) { try most.adding(one) }
        #expect(throws: MoneyError.overflow) { try one.subtracting(most) }
        #expect(throws: MoneyError.currencyMismatch(usd, eur)) { try one.adding(.zero(eur)) }
        #expect(throws: MoneyError.currencyMismatch(usd, eur)) { try one.subtracting(.zero(eur)) }
        #expect(throws: MoneyError.negative("-1")) { try Money(minorUnits: -1, currency: usd) }
    }

    @Test(arguments: [("USD", 2), ("JPY", 0), ("KWD", 3), ("CLF", 4), ("BHD", 3), ("ISK", 0), ("XAF", 0), ("ZMW", 2)])
    func `a currency knows its minor unit`(code: String, digits: Int) throws {
        #expect(try Currency(code).minorUnitDigits == digits)
    }

    @Test(arguments: [
        ("HRK", 2), ("SLL", 2), ("ZWL", 2), ("ANG", 2), ("CUC", 2), ("BGN", 2), ("DEM", 2), ("ITL", 0), ("ESP", 0),
        ("TRL", 0), ("ROL", 2), ("MGF", 0), ("BYR", 0), ("TMM", 2), ("MRO", 2), ("STD", 2), ("VEF", 2), ("ZMK", 2),
        ("TPE", 0), ("PTE", 0), ("LUF", 0), ("AFA", 2), ("SDD", 2), ("YUM", 2), ("CSD", 2), ("ZWR", 2),
    ])
    func `a currency that was withdrawn since 1999 is known with its minor unit`(code: String, digits: Int) throws {
        let currency = try Currency(code)
        #expect(currency.minorUnitDigits == digits && currency.isWithdrawn)
        #expect(Currency.all.count { $0.code == code } == 1)
    }

    @Test(arguments: ["SLE", "VED", "VES", "XCG", "ZWG", "XAD", "EUR", "STN", "MRU"])
    func `a currency that is listed is not withdrawn`(code: String) throws {
        #expect(try !Currency(code).isWithdrawn)
    }

    @Test(arguments: ["usd", "US", "XXX", "", "USDT", "U$D", "\u{1B}[2J"])
    func `an unlisted currency is refused by name`(code: String) {
        #expect(throws: MoneyError.unknownCurrency(code)) { try Currency(code) }
        #expect(PlainText.isClean(MoneyError.unknownCurrency(code).description))
    }

    @Test(arguments: [("USD", "840"), ("BRL", "986"), ("THB", "764"), ("ALL", "008"), ("XOF", "952"), ("CHF", "756")])
    func `a currency's number gives its letters`(code: String, number: String) {
        #expect(Currency(number: number)?.code == code)
    }

    @Test func `every listed currency has a number of its own`() {
        let codes = (0..<1000).compactMap { number in
            Currency(number: String(repeating: "0", count: 3 - String(number).count) + String(number))?.code
        }
        #expect(Set(codes).count == codes.count)
        #expect(Set(codes).isSuperset(of: Currency.all.filter { !$0.isWithdrawn }.map(\.code)))
    }
}
