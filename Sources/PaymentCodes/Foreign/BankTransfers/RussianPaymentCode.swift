import FexValues

/// A Russian payment code (GOST R 56042-2014): `ST00012|Name=…|PersonalAcc=…|…|Sum=125050`.
struct RussianPaymentCode: ForeignFormat {
    static let beginnings = ["ST0001"]

    private let fields: NamedFields

    /// Begins with `ST`, version 0001, and the number of a character set; what follows separates the fields.
    init?(_ text: String) {
        guard let rest = ASCII.rest(of: text, after: "ST0001"),
            let charset = rest.utf8.first, (UInt8(ascii: "1")...UInt8(ascii: "3")).contains(charset)
        else { return nil }
        let body = rest.dropFirst()
        guard let separator = body.unicodeScalars.first, !separator.properties.isAlphabetic,
            !ASCII.isDigits(String(separator))
        else { return nil }
        fields = NamedFields(body, separator: separator, nameEnd: UInt8(ascii: "="))
        guard !fields.pairs.isEmpty else { return nil }
    }

    var foreignCode: ForeignCode {
        let roubles = StatedCurrency(letters: .value("RUB"))
        return ForeignCode(
            .st00012,
            told: StatedAmount(minorUnits: fields["sum"], in: roubles).payment(
                to: fields["name"].quoted(plural: "payees", limit: 160)) + [
                    fields["personalacc"].phrase("account", plural: "accounts", limit: 42, of: .address)
                        ?? "with no account set",
                    fields["bankname"].phrase("at", plural: "banks"),
                    fields["purpose"].phrase("for", plural: "purposes", limit: 210),
                ])
    }
}
