import FexValues

/// Serbia's IPS QR code (National Bank of Serbia, recommendations for the IPS QR code): `K:PR|V:01|C:1|R:…|N:…|I:RSD49,99`.
struct SerbianIPSCode: ForeignFormat {
    static let beginnings = ["K:PR|", "K:PT|", "K:PK|", "K:EK|"]

    private let fields: NamedFields

    /// Begins with one of the four uses: printed bills, a merchant's terminal, a customer's telephone, web shops.
    init?(_ text: String) {
        guard text.utf8.first.map(ASCII.lowercased) == UInt8(ascii: "k"),
            let rest = ASCII.rest(of: text, after: "K:PR|") ?? ASCII.rest(of: text, after: "K:PT|")
                ?? ASCII.rest(of: text, after: "K:PK|") ?? ASCII.rest(of: text, after: "K:EK|")
        else { return nil }
        fields = NamedFields(text[..<rest.endIndex], separator: "|", nameEnd: UInt8(ascii: ":"))
        guard fields.has("v") || fields.has("r") else { return nil }
    }

    var foreignCode: ForeignCode {
        let account = StatedAccount(fields["r"], isValid: SerbianIPSCode.isValidAccount)
        let isCustomers = fields["k"].text.map { ASCII.lowercased($0) } == "pk"
        return ForeignCode(
            .ipsRS,
            told: amount.payment(to: fields["n"].quoted(plural: "payees")) + [
                account.told,
                fields["ro"].phrase("reference", plural: "references", of: .reference),
                fields["s"].phrase("for", plural: "purposes", limit: 140),
                fields["p"].phrase("billed to", plural: "payers"),
                isCustomers ? "a customer's code, for a till to scan" : nil,
            ],
            checksumValid: account.isValid)
    }

    /// The amount is written with its currency before it and a comma before its decimals: `RSD1025,`.
    private var amount: StatedAmount {
        switch fields["i"] {
        case .absent: return .absent
        case .several: return .several
        case .unreadable: return .unreadable
        case .value(let text):
            let letters = text.utf8.prefix(while: ASCII.isLetter)
            guard letters.count == 3 else { return .unreadable }
            let digits = String(Substring(text.utf8.dropFirst(3)))
            return StatedAmount(
                decimal: .value(digits), in: StatedCurrency(letters: .value(String(Substring(letters)))),
                point: UInt8(ascii: ","))
        }
    }

    /// Whether an account's 18 digits leave 1 (ISO 7064, MOD 97-10).
    private static func isValidAccount(_ account: String) -> Bool {
        guard account.utf8.count == 18, ASCII.isDigits(account) else { return false }
        return account.utf8.reduce(0) { ($0 * 10 + Int($1) - 0x30) % 97 } == 1
    }
}
