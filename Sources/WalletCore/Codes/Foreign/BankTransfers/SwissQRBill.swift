/// A Swiss QR-bill (SIX, Implementation Guidelines QR-bill 2.x): 31 lines or more, each a field.
struct SwissQRBill: ForeignFormat {
    /// The lines, counted from 0.
    private enum Line {
        static let account = 3
        static let creditorName = 5
        static let amount = 18
        static let currency = 19
        static let referenceType = 27
        static let reference = 28
        static let message = 29
        static let trailer = 30
    }

    static let beginnings = ["SPC"]

    private let lines: [String]

    /// Begins with the header: `SPC`, version 2.x, and UTF-8 as its coding.
    init?(_ text: String) {
        lines = CodeLines.of(text)
        guard lines.count >= 3, lines[0] == "SPC", lines[1].utf8.count == 4, ASCII.isDigits(lines[1]),
            lines[1].hasPrefix("02"), lines[2] == "1"
        else { return nil }
    }

    private func field(_ line: Int) -> String? {
        lines.indices.contains(line) && !lines[line].isEmpty ? lines[line] : nil
    }

    var foreignCode: ForeignCode {
        let isWhole = field(Line.trailer) == "EPD"
        let amount = Wording.amount(field(Line.amount), field(Line.currency))
        return ForeignCode(
            .swissQRBill,
            told: [
                Wording.payment(of: amount, to: Wording.quoted(field(Line.creditorName))),
                Wording.quoted(field(Line.account), limit: 42).map { "account \($0)" },
                Wording.quoted(field(Line.message), limit: 140).map { "for \($0)" },
                isWhole ? nil : "a part of it is missing",
            ],
            checksumValid: isWhole ? hasValidCheckDigits : false)
    }

    /// Whether the check digits of the account fit, and those of the reference, if it is of a kind that has some.
    private var hasValidCheckDigits: Bool {
        let reference = field(Line.reference) ?? ""
        let isReferenceValid =
            switch field(Line.referenceType) {
            case "QRR": CheckDigits.isValidQRReference(reference)
            case "SCOR": CheckDigits.isValidCreditorReference(reference)
            default: true
            }
        return isReferenceValid && CheckDigits.isValidIBAN(field(Line.account) ?? "")
    }
}
