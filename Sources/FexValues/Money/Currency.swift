/// A currency of ISO 4217, with the number of decimal digits its minor unit has.
///
/// Only currencies that are listed, or were until 1999 or later, can be made, so a `Currency` in hand is always one whose
/// minor unit is known. Withdrawn ones go on standing in old rows of a ledger, and in new ones where a platform is late:
///
/// ```swift
/// let yen = try Currency("JPY")
/// yen.minorUnitDigits  // 0
/// ```
public struct Currency: Hashable, Sendable {
    /// The alphabetic code, three upper-case letters: `"USD"`.
    public let code: String

    /// Digits after the decimal point: 2 for USD, 0 for JPY, 3 for KWD, 4 for CLF.
    public let minorUnitDigits: Int

    /// The currency with an alphabetic code.
    ///
    /// - Parameter code: Three upper-case letters. Lower case is refused: nothing on the wire is written so.
    /// - Throws: ``MoneyError/unknownCurrency(_:)`` where ISO 4217 lists no such currency, and has withdrawn none since 1999.
    public init(_ code: String) throws(MoneyError) {
        guard let digits = Currency.minorUnitDigitsByCode[code] else { throw .unknownCurrency(code) }
        self.code = code
        self.minorUnitDigits = digits
    }

    /// How many minor units make one major unit: 100 for USD, 1 for JPY.
    public var minorUnitsPerMajor: Int64 {
        (0..<minorUnitDigits).reduce(1) { power, _ in power * 10 }
    }
}

extension Currency: CustomStringConvertible {
    /// A sentence or a name for people, fit to be shown.
    public var description: String { code }
}

extension Currency {
    /// ISO 4217 list one (active currencies and funds with a minor unit), by number of decimal digits.
    private static let codesByDigits: [Int: String] = [
        0: """
        BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF
        """,
        2: """
        AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW \
        CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF \
        IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK \
        MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP \
        SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XAD XCD XCG \
        YER ZAR ZMW ZWG
        """,
        3: "BHD IQD JOD KWD LYD OMR TND",
        4: "CLF UYW",
    ]

    /// ISO 4217 list three: what was withdrawn in 1999 or later, by the number of decimal digits it had then. Funds and
    /// metals without a minor unit (XFO, XFU, XRE) are none that amounts are in.
    private static let withdrawnCodesByDigits: [Int: String] = [
        0: "ADP BEF BYB BYR ESP GRD ITL LUF MGF PTE TPE TRL",
        2: """
        AFA ANG AON AOR ATS AYM AZM BGL BGN CHC CSD CUC CYP DEM ECS ECV EEK FIM FRF GHC HRK IEP LTL LVL MRO MTL MZM NLG \
        ROL RUR SDD SIT SKK SLL SRG STD TJR TMM USS VEB VEF XEU YUM ZMK ZRN ZWD ZWL ZWN ZWR
        """,
    ]

    private static let minorUnitDigitsByCode = table(codesByDigits).merging(table(withdrawnCodesByDigits)) { now, _ in
        now
    }

    private static func table(_ codesByDigits: [Int: String]) -> [String: Int] {
        var table: [String: Int] = [:]
        for (digits, codes) in codesByDigits {
            for code in codes.split(separator: " ") { table[String(code)] = digits }
        }
        return table
    }

    private static let currentCodes = Set(table(codesByDigits).keys)

    /// Whether ISO 4217 lists it no more.
    public var isWithdrawn: Bool { !Currency.currentCodes.contains(code) }

    /// Every currency that can be made, by code; those that are withdrawn among them.
    public static var all: [Currency] {
        minorUnitDigitsByCode.map { Currency(code: $0.key, minorUnitDigits: $0.value) }.sorted { $0.code < $1.code }
    }

    private init(code: String, minorUnitDigits: Int) {
        self.code = code
        self.minorUnitDigits = minorUnitDigits
    }
}
