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
    /// - Throws: ``MoneyError`` for the reason `unknownCurrency`, where ISO 4217 lists no such currency, and has withdrawn
    ///   none since 1999.
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
    /// The code: `USD`.
    public var description: String { code }
}

extension Currency {
    /// ISO 4217 list one (active currencies and funds with a minor unit), by number of decimal digits: each code with its
    /// number.
    private static let current: [Int: String] = [
        0: """
        BIF108 CLP152 DJF262 GNF324 ISK352 JPY392 KMF174 KRW410 PYG600 RWF646 UGX800 UYI940 VND704 VUV548 XAF950 \
        XOF952 XPF953
        """,
        2: """
        AED784 AFN971 ALL008 AMD051 AOA973 ARS032 AUD036 AWG533 AZN944 BAM977 BBD052 BDT050 BMD060 BND096 BOB068 \
        BOV984 BRL986 BSD044 BTN064 BWP072 BYN933 BZD084 CAD124 CDF976 CHE947 CHF756 CHW948 CNY156 COP170 COU970 \
        CRC188 CUP192 CVE132 CZK203 DKK208 DOP214 DZD012 EGP818 ERN232 ETB230 EUR978 FJD242 FKP238 GBP826 GEL981 \
        GHS936 GIP292 GMD270 GTQ320 GYD328 HKD344 HNL340 HTG332 HUF348 IDR360 ILS376 INR356 IRR364 JMD388 KES404 \
        KGS417 KHR116 KPW408 KYD136 KZT398 LAK418 LBP422 LKR144 LRD430 LSL426 MAD504 MDL498 MGA969 MKD807 MMK104 \
        MNT496 MOP446 MRU929 MUR480 MVR462 MWK454 MXN484 MXV979 MYR458 MZN943 NAD516 NGN566 NIO558 NOK578 NPR524 \
        NZD554 PAB590 PEN604 PGK598 PHP608 PKR586 PLN985 QAR634 RON946 RSD941 RUB643 SAR682 SBD090 SCR690 SDG938 \
        SEK752 SGD702 SHP654 SLE925 SOS706 SRD968 SSP728 STN930 SVC222 SYP760 SZL748 THB764 TJS972 TMT934 TOP776 \
        TRY949 TTD780 TWD901 TZS834 UAH980 USD840 USN997 UYU858 UZS860 VED926 VES928 WST882 XAD396 XCD951 XCG532 \
        YER886 ZAR710 ZMW967 ZWG924
        """,
        3: "BHD048 IQD368 JOD400 KWD414 LYD434 OMR512 TND788",
        4: "CLF990 UYW927",
    ]

    /// ISO 4217 list three: what was withdrawn in 1999 or later, by the number of decimal digits it had then. Funds and
    /// metals without a minor unit (XFO, XFU, XRE) are none that amounts are in. A number stands where codes still name it.
    private static let withdrawn: [Int: String] = [
        0: "ADP BEF BYB BYR ESP GRD ITL LUF MGF PTE TPE TRL",
        2: """
        AFA ANG AON AOR ATS AYM AZM BGL BGN975 CHC CSD CUC CYP DEM ECS ECV EEK FIM FRF GHC HRK IEP LTL LVL MRO MTL \
        MZM NLG ROL RUR SDD SIT SKK SLL SRG STD TJR TMM USS VEB VEF XEU YUM ZMK ZRN ZWD ZWL ZWN ZWR
        """,
    ]

    private static let minorUnitDigitsByCode = table(current).merging(table(withdrawn)) { now, _ in now }

    private static func table(_ codesByDigits: [Int: String]) -> [String: Int] {
        var table: [String: Int] = [:]
        for (digits, codes) in codesByDigits {
            for code in codes.split(separator: " ") { table[String(code.prefix(3))] = digits }
        }
        return table
    }

    private static let currentCodes = Set(table(current).keys)

    private static let codesByNumber: [String: String] = {
        let words = (Array(current.values) + withdrawn.values).flatMap { $0.split(separator: " ") }
        let numbered = words.filter { $0.utf8.count == 6 }
        return Dictionary(uniqueKeysWithValues: numbered.map { (String($0.suffix(3)), String($0.prefix(3))) })
    }()

    /// The currency with a number of three digits, as EMVCo's codes name it: USD for `840`; `nil` where ISO 4217 lists none.
    package init?(number: String) {
        guard let code = Currency.codesByNumber[number] else { return nil }
        try? self.init(code)
    }

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
