import FexValues

/// A Slovenian payment order (Bank Association of Slovenia, technical standard UPN QR): twenty lines, each a field.
struct SlovenianPaymentOrder: ForeignFormat {
    static let beginnings = ["UPNQR"]

    /// The lines, counted from 0.
    private enum Line {
        static let payer = 5
        static let amount = 8
        static let purpose = 12
        static let account = 14
        static let reference = 15
        static let payee = 16
        static let controlSum = 19
    }

    private let lines: CodeLines

    init?(_ text: String) {
        guard CodeLines.begins(text, with: "UPNQR") else { return nil }
        lines = CodeLines(text)
    }

    var foreignCode: ForeignCode {
        // The amount has eleven digits, which are zeros where it is left to the payer.
        let amount = StatedAmount(
            minorUnits: lines[Line.amount], in: StatedCurrency(letters: .value("EUR")), zero: .absent)
        return ForeignCode(
            .upnQR,
            told: amount.payment(to: lines[Line.payee].quoted(plural: "payees")) + [
                account.told,
                lines[Line.reference].phrase("reference", plural: "references", of: .reference),
                lines[Line.purpose].phrase("for", plural: "purposes", limit: 140),
                lines[Line.payer].phrase("billed to", plural: "payers"),
                lines.count > Line.payee ? nil : "a part of it is missing",
            ],
            checksumValid: account.fits(with: isControlSumValid))
    }

    private var account: StatedAccount { StatedAccount(lines[Line.account]) }

    /// Whether the control sum fits, if there is one: the characters of the lines before it, the ends of lines included.
    ///
    /// The standard counts the bytes of ISO 8859-2, one a character; makers who write UTF-8 count its bytes.
    private var isControlSumValid: Bool {
        guard let stated = lines[Line.controlSum].text else { return true }
        guard ASCII.isDigits(stated), let sum = Int(stated) else { return false }
        return [false, true].contains {
            lines.length(ofFirst: Line.controlSum, inBytes: $0) + Line.controlSum == sum
        }
    }
}

/// A Croatian payment slip (Croatian Banking Association, HUB-3 two-dimensional barcode): fourteen lines, each a field.
struct CroatianPaymentSlip: ForeignFormat {
    static let beginnings = ["HRVHUB30"]

    /// The lines, counted from 0.
    private enum Line {
        static let currency = 1
        static let amount = 2
        static let payer = 3
        static let payee = 6
        static let account = 9
        static let model = 10
        static let reference = 11
        static let description = 13
    }

    private let lines: CodeLines

    init?(_ text: String) {
        guard CodeLines.begins(text, with: "HRVHUB30") else { return nil }
        lines = CodeLines(text)
    }

    var foreignCode: ForeignCode {
        // The amount has fifteen digits, which are zeros where it is left to the payer.
        let currency = StatedCurrency(letters: lines[Line.currency])
        let amount = StatedAmount(minorUnits: lines[Line.amount], in: currency, zero: .absent)
        return ForeignCode(
            .hub3,
            told: amount.payment(to: lines[Line.payee].quoted(plural: "payees")) + [
                account.told,
                reference.phrase("reference", plural: "references", of: .reference),
                lines[Line.description].phrase("for", plural: "purposes", limit: 140),
                lines[Line.payer].phrase("billed to", plural: "payers"),
                lines.count > Line.account ? nil : "a part of it is missing",
            ],
            checksumValid: account.isValid)
    }

    private var account: StatedAccount { StatedAccount(lines[Line.account]) }

    /// The model tells how the number after it is made: `HR01 7-8`.
    private var reference: CodeField {
        guard let number = lines[Line.reference].text else { return lines[Line.reference] }
        return .value([lines[Line.model].text, number].compactMap(\.self).joined(separator: " "))
    }
}
