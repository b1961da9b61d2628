import FexValues

/// A Czech payment code, the Short Payment Descriptor (Czech Banking Association, format for payments in CZK by QR codes
/// 1.2): `SPD*1.0*ACC:CZ…*AM:480.50*CC:CZK*MSG:…`.
struct ShortPaymentDescriptor: ForeignFormat {
    static let beginnings = ["SPD*"]

    private let version: String
    private let parts: [Substring]
    private let fields: NamedFields

    /// Begins with `SPD*` and a version of two numbers.
    init?(_ text: String) {
        guard let rest = ASCII.rest(of: text, after: "SPD*") else { return nil }
        let all = rest.utf8.split(separator: UInt8(ascii: "*")).map { Substring($0) }
        guard let first = all.first, first.utf8.first.map(ASCII.isDigit) ?? false, first.utf8.count <= 7,
            first.utf8.allSatisfy({ ASCII.isDigit($0) || $0 == UInt8(ascii: ".") })
        else { return nil }
        version = String(first)
        parts = Array(all.dropFirst())
        fields = NamedFields(
            rest.dropFirst(version.count), separator: "*", nameEnd: UInt8(ascii: ":"), isPercentEncoded: true)
    }

    var foreignCode: ForeignCode {
        let account = StatedAccount(accountNumber)
        // The format is for domestic payments, so that an account of the country alone says which currency it is.
        let isCzech = accountNumber.text.flatMap { ASCII.rest(of: $0, after: "CZ") } != nil
        let currency = StatedCurrency(letters: fields["cc"], standard: isCzech ? "CZK" : nil)
        let payee = fields["rn"].quoted(plural: "payees")
        return ForeignCode(
            .spayd,
            told: StatedAmount(decimal: fields["am"], in: currency).payment(to: payee) + [
                account.told,
                fields["alt-acc"] == .absent ? nil : "or another account",
                (fields["x-vs"] == .absent ? fields["rf"] : fields["x-vs"]).phrase(
                    "reference", plural: "references", of: .reference),
                fields["msg"].phrase("for", plural: "messages", limit: 140),
                version.hasPrefix("1.") ? nil : "of version \(version), which isn't known here",
            ],
            checksumValid: account.fits(with: isChecksumValid))
    }

    /// The account's number, which the bank's may follow behind a plus.
    private var accountNumber: CodeField {
        guard let both = fields["acc"].text else { return fields["acc"] }
        return CodeField(String(Substring(both.utf8.prefix { $0 != UInt8(ascii: "+") })))
    }

    /// Whether the checksum fits, if there is one: of the header and the other fields in the order of their names.
    private var isChecksumValid: Bool {
        guard let stated = fields["crc32"].text else { return fields["crc32"] == .absent }
        guard let expected = UInt32(stated, radix: 16) else { return false }
        let covered = parts.filter { ASCII.rest(of: String($0), after: "CRC32:") == nil }
        let sorted = covered.sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) }
        let canonical = (["SPD", version[...]] + sorted).joined(separator: "*")
        return CRC32.checksum(of: canonical.utf8) == expected
    }
}

/// The checksum of ISO 3309, which PNG and ZIP have too (polynomial 0x04C11DB7, reflected).
enum CRC32 {
    /// The checksum of some bytes: 0xCBF43926 for `123456789`.
    static func checksum(of bytes: some Sequence<UInt8>) -> UInt32 {
        var remainder: UInt32 = 0xFFFF_FFFF
        for byte in bytes {
            remainder ^= UInt32(byte)
            for _ in 0..<8 { remainder = remainder & 1 == 0 ? remainder >> 1 : remainder >> 1 ^ 0xEDB8_8320 }
        }
        return ~remainder
    }
}
