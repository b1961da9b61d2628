import FexValues

/// A Swiss QR-bill (SIX, Implementation Guidelines QR-bill 2.0 to 2.3): 31 lines or more, each a field.
struct SwissQRBill: ForeignFormat {
    static let beginnings = ["SPC"]

    /// The lines, counted from 0.
    private enum Line {
        static let version = 1
        static let coding = 2
        static let account = 3
        static let creditorName = 5
        static let amount = 18
        static let currency = 19
        static let debtorName = 21
        static let referenceType = 27
        static let reference = 28
        static let message = 29
        static let trailer = 30
    }

    private let lines: CodeLines

    /// Begins with the header: `SPC`, version 2.x, and UTF-8 as its coding.
    init?(_ text: String) {
        guard CodeLines.begins(text, with: "SPC") else { return nil }
        lines = CodeLines(text)
        guard lines.count >= 3, let version = lines[Line.version].text, version.utf8.count == 4,
            ASCII.isDigits(version), version.hasPrefix("02"), lines[Line.coding] == .value("1")
        else { return nil }
    }

    var foreignCode: ForeignCode {
        let isWhole = lines[Line.trailer] == .value("EPD")
        let currency = StatedCurrency(letters: lines[Line.currency])
        let payee = lines[Line.creditorName].quoted(plural: "payees")
        return ForeignCode(
            .swissQRBill,
            told: StatedAmount(decimal: lines[Line.amount], in: currency).payment(to: payee) + [
                objection(to: currency),
                account.told,
                lines[Line.reference].phrase("reference", plural: "references", of: .reference),
                lines[Line.message].phrase("for", plural: "purposes", limit: 140),
                lines[Line.debtorName].phrase("billed to", plural: "debtors"),
                isWhole ? nil : "a part of it is missing",
            ],
            checksumValid: account.fits(with: isWhole && isReferenceValid))
    }

    private func objection(to currency: StatedCurrency) -> String? {
        switch currency {
        case .listed(let known): ["CHF", "EUR"].contains(known.code) ? nil : "though bills are in CHF or EUR"
        case .absent: "with no currency set"
        case .unlisted, .unreadable, .several: "though bills are in CHF or EUR"
        }
    }

    private var account: StatedAccount { StatedAccount(lines[Line.account]) }

    /// Whether the check digits of the reference fit, if it is of a kind that has some.
    private var isReferenceValid: Bool {
        let reference = lines[Line.reference].text ?? ""
        return switch lines[Line.referenceType].text.map({ ASCII.lowercased($0) }) {
        case "qrr": CheckDigits.isValidQRReference(reference)
        case "scor": CheckDigits.isValidCreditorReference(reference)
        default: true
        }
    }
}
