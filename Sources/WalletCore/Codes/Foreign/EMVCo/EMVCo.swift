/// A merchant-presented code by EMVCo's specification (EMV QRCPS-MPM 1.1), and the schemes that build on it.
struct EMVCoCode: ForeignFormat {
    static let beginnings = ["000201"]

    private let objects: TLV
    private let isChecksumValid: Bool

    /// Begins with the payload format indicator, `000201`, and then has at least one of the objects that a merchant's
    /// code must have; a mere number that begins so is not a code.
    init?(_ text: String) {
        guard text.utf8.starts(with: "000201".utf8), !ASCII.isDigits(text) else { return nil }
        objects = TLV(text)
        let isMerchants = objects.objects.contains { (2...51).contains($0.tag) || [52, 53, 58, 59].contains($0.tag) }
        guard isMerchants else { return nil }
        isChecksumValid = objects.isWhole && EMVCoCode.hasValidChecksum(text, objects)
    }

    /// The checksum is the last object, and covers all before its own four digits.
    private static func hasValidChecksum(_ text: String, _ objects: TLV) -> Bool {
        guard let last = objects.objects.last, last.tag == 63, last.value.utf8.count == 4,
            last.value.utf8.allSatisfy(ASCII.isHexDigit), let expected = UInt16(last.value, radix: 16)
        else { return false }
        return CRC16.checksum(of: text.utf8.dropLast(4)) == expected
    }

    var foreignCode: ForeignCode {
        let currency = objects.only(53)
        let amount = Wording.amount(objects.only(54), currency.map { NumericCurrency.code(of: $0) ?? $0 })
        var payee = Wording.quoted(objects.only(59), limit: 40)
        if let merchant = payee, let city = Wording.quoted(objects.only(60), limit: 30) {
            payee = "\(merchant) in \(city)"
        }
        return ForeignCode(
            scheme, told: [Wording.payment(of: amount, to: payee)], checksumValid: isChecksumValid)
    }

    /// The scheme is named by the identifier in a merchant account, a template of tags 26 to 51.
    private var scheme: ForeignCode.Kind {
        for account in objects.objects where (26...51).contains(account.tag) {
            guard let identifier = TLV(account.value).only(0) else { continue }
            if ASCII.lowercased(identifier) == "br.gov.bcb.pix" { return .pix }
            if EMVCoCode.promptPayIdentifiers.contains(identifier) { return .promptpay }
        }
        return .emvco
    }

    /// PromptPay's applications: credit transfer shown by a merchant, shown by a customer, bill payment, and bill
    /// payment across borders.
    private static let promptPayIdentifiers: Set<String> = [
        "A000000677010111", "A000000677010112", "A000000677010113", "A000000677010114",
    ]
}
