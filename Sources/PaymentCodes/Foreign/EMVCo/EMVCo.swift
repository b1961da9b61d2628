import FexValues

/// A merchant-presented code by EMVCo's specification (EMV QRCPS-MPM 1.1), and the schemes that build on it.
struct EMVCoCode: ForeignFormat {
    /// The tags that are read, by the specification's names for them.
    private enum Tag {
        static let accounts = 26...51
        static let currency = 53
        static let amount = 54
        static let tipOrFee = 55
        static let fixedFee = 56
        static let percentageFee = 57
        static let name = 59
        static let city = 60
        static let additionalData = 62
        static let checksum = 63
        static let language = 64
        static let unreserved = 80...99
    }

    static let beginnings = ["000201"]

    private let objects: TLV
    /// `nil` where no checksum is there.
    private let isChecksumValid: Bool?

    /// Begins with the payload format indicator, `000201`, and then has at least one of the objects that a merchant's
    /// code must have; a mere number that begins so is not a code.
    init?(_ text: String) {
        guard text.utf8.starts(with: "000201".utf8), !ASCII.isDigits(text) else { return nil }
        objects = TLV(text)
        let isMerchants = objects.objects.contains { (2...51).contains($0.tag) || [52, 53, 58, 59].contains($0.tag) }
        guard isMerchants else { return nil }
        isChecksumValid =
            objects.isWhole && objects[Tag.checksum] == .absent
            ? nil : objects.isWhole && EMVCoCode.hasValidChecksum(text, objects)
    }

    /// The checksum is the last object, and covers all before its own four digits.
    ///
    /// It is of the bytes in the code. Where the text was made of ISO 8859-1, or its maker counts so, those are other
    /// bytes than the text's in UTF-8.
    private static func hasValidChecksum(_ text: String, _ objects: TLV) -> Bool {
        guard let last = objects.objects.last, last.tag == Tag.checksum, last.value.utf8.count == 4,
            last.value.utf8.allSatisfy(ASCII.isHexDigit), let expected = UInt16(last.value, radix: 16)
        else { return false }
        if CRC16.checksum(of: text.utf8.dropLast(4)) == expected { return true }
        let units = text.unicodeScalars.dropLast(4)
        guard units.contains(where: { !$0.isASCII }), units.allSatisfy({ $0.value <= 0xFF }) else { return false }
        return CRC16.checksum(of: units.lazy.map { UInt8(truncatingIfNeeded: $0.value) }) == expected
    }

    var foreignCode: ForeignCode {
        let currency = StatedCurrency(number: objects[Tag.currency])
        let amount = StatedAmount(decimal: objects[Tag.amount], in: currency, zero: .forbidden)
        let (payee, scheme) = (self.payee, self.scheme)
        return ForeignCode(
            scheme.kind,
            told: amount.payment(to: payee ?? scheme.payee) + [
                payee == nil ? nil : scheme.payee,
                payee == translatedPayee ? nil : translatedPayee.map { "also named \($0)" },
                tipOrFee(currency),
            ] + scheme.told + [
                repeatedTags, isChecksumValid == nil ? "without the checksum that would tell whether it is whole" : nil,
            ],
            checksumValid: isChecksumValid)
    }

    // MARK: - Whom

    private var payee: String? {
        guard let name = objects[Tag.name].quoted(plural: "payees", limit: 40) else {
            return translatedPayee
        }
        return EMVCoCode.place(name, objects[Tag.city])
    }

    /// The payee in another language, which names have where the country's script isn't the Latin one.
    private var translatedPayee: String? {
        guard let template = objects.template(Tag.language),
            let name = template[1].quoted(plural: "payees", limit: 40)
        else { return nil }
        return EMVCoCode.place(name, template[2])
    }

    private static func place(_ name: String, _ city: CodeField) -> String {
        city.quoted(plural: "cities", limit: 30).map { "\(name) in \($0)" } ?? name
    }

    // MARK: - What comes on top

    /// A tip that is asked for, or a fee, which is a part of what is paid.
    private func tipOrFee(_ currency: StatedCurrency) -> String? {
        let (fixed, percentage) = (objects[Tag.fixedFee], objects[Tag.percentageFee])
        switch objects[Tag.tipOrFee] {
        case .value("01"): return "asks for a tip"
        case .value("02"): return EMVCoCode.fee(fixed, currency)
        case .value("03"): return EMVCoCode.fee(percentageOf: percentage)
        case .absent where fixed == .absent && percentage == .absent: return nil
        case .absent: return fixed == .absent ? EMVCoCode.fee(percentageOf: percentage) : EMVCoCode.fee(fixed, currency)
        case .several: return "with several kinds of tip or fee"
        default: return "with a tip or fee of an unknown kind"
        }
    }

    private static func fee(_ field: CodeField, _ currency: StatedCurrency) -> String {
        switch StatedAmount(decimal: field, in: currency) {
        case .money(let fee): "plus a fee of \(fee)"
        case .notAllowed(let why): "plus a fee that is not allowed (\(why))"
        case .absent: "plus a fee that isn't set"
        case .several: "plus a fee with several amounts"
        case .unreadable: "plus a fee of an unreadable amount"
        }
    }

    private static func fee(percentageOf field: CodeField) -> String {
        switch field {
        case .absent: "plus a fee that isn't set"
        case .several: "plus a fee of several percentages"
        case .value(let text):
            PlainDecimal(text, point: UInt8(ascii: ".")).map { "plus a fee of \($0.asWritten) %" }
                ?? "plus a fee of an unreadable percentage"
        case .unreadable: "plus a fee of an unreadable percentage"
        }
    }

    /// Each tag stands once; those of the amount, currency and payee are told where they are told.
    private var repeatedTags: String? {
        let told = [Tag.amount, Tag.currency, Tag.name, Tag.tipOrFee]
        let tags = objects.objects.map(\.tag)
        let repeated = Set(tags.filter { tag in !told.contains(tag) && tags.count { $0 == tag } > 1 })
        return repeated.isEmpty ? nil : "with fields that stand in it twice"
    }

    // MARK: - By which scheme

    /// The scheme is named by the identifier in a merchant account, a template of tags 26 to 51, or in an unreserved one.
    private var scheme: EMVCoScheme {
        for account in objects.objects
        where Tag.accounts.contains(account.tag) || Tag.unreserved.contains(account.tag) {
            let template = TLV(account.value)
            guard let identifier = template.only(0) else { continue }
            let additional = objects.template(Tag.additionalData)
            if let scheme = EMVCoScheme(identifier, template, additional) { return scheme }
        }
        return .unknown
    }
}

/// The checksum of EMVCo's codes: CRC-16/CCITT-FALSE (polynomial 0x1021, initial value 0xFFFF, nothing reflected).
enum CRC16 {
    /// The checksum of some bytes: 0x29B1 for `123456789`.
    static func checksum(of bytes: some Sequence<UInt8>) -> UInt16 {
        var remainder: UInt16 = 0xFFFF
        for byte in bytes {
            remainder ^= UInt16(byte) << 8
            for _ in 0..<8 {
                remainder = remainder & 0x8000 == 0 ? remainder << 1 : remainder << 1 ^ 0x1021
            }
        }
        return remainder
    }
}
