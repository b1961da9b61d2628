import FexValues

/// A SEPA credit transfer by the European Payments Council's guideline EPC069-12: up to twelve lines, each a field.
struct EPCTransfer: ForeignFormat {
    static let beginnings = ["BCD"]

    /// The lines, counted from 0.
    private enum Line {
        static let version = 1
        static let coding = 2
        static let identification = 3
        static let bic = 4
        static let name = 5
        static let account = 6
        static let amount = 7
        static let reference = 9
        static let remittance = 10
    }

    private let lines: CodeLines

    /// Begins with the header: `BCD`, version 001 or 002, one of eight codings, and `SCT`.
    init?(_ text: String) {
        guard CodeLines.begins(text, with: "BCD") else { return nil }
        lines = CodeLines(text)
        guard lines.count >= 4, let version = lines[Line.version].text, ["001", "002"].contains(version),
            let coding = lines[Line.coding].text, coding.utf8.count == 1, ("1"..."8").contains(coding),
            ["sct", "inst"].contains(lines[Line.identification].text.map { ASCII.lowercased($0) })
        else { return nil }
    }

    var foreignCode: ForeignCode {
        let payee = lines[Line.name].quoted(plural: "payees")
        // The first version of the guideline takes no transfer without the bank's code.
        let lacksBank = lines[Line.version].text == "001" && lines[Line.bic] == .absent
        return ForeignCode(
            .epc,
            told: amount.payment(to: payee) + [
                account.told,
                lines[Line.reference].phrase("reference", plural: "references", of: .reference),
                lines[Line.remittance].phrase("for", plural: "purposes", limit: 140),
                lacksBank ? "with no bank set" : nil,
            ],
            checksumValid: account.fits(with: isReferenceValid))
    }

    /// The amount is written with its currency before it: `EUR12.3`.
    private var amount: StatedAmount {
        guard let text = lines[Line.amount].text else { return .absent }
        guard let digits = ASCII.rest(of: text, after: "EUR") else {
            let currency = StatedCurrency(letters: .value(String(text.prefix(3))))
            guard case .listed = currency,
                case .money(let money) = StatedAmount(decimal: .value(String(text.dropFirst(3))), in: currency)
            else { return .unreadable }
            return .notAllowed("\(money), where transfers are in EUR")
        }
        guard digits.utf8.contains(where: ASCII.isDigit) else { return digits.isEmpty ? .absent : .unreadable }
        return StatedAmount(
            decimal: .value(String(digits)), in: StatedCurrency(letters: .value("EUR")), zero: .forbidden)
    }

    private var account: StatedAccount { StatedAccount(lines[Line.account]) }

    /// References by other rules than the creditor reference's are allowed; those have no check digits that are known.
    private var isReferenceValid: Bool {
        guard let reference = lines[Line.reference].text, ASCII.rest(of: reference, after: "RF") != nil else {
            return true
        }
        return CheckDigits.isValidCreditorReference(reference)
    }

    /// The character set that a transfer's bytes name in their third line; `nil` if it is UTF-8, or none of the eight.
    static func charset(of bytes: some Sequence<UInt8>) -> SingleByteCharset? {
        var ends = 0
        var previous: UInt8?
        for byte in bytes {
            let isSecondOfTwo = byte == UInt8(ascii: "\n") && previous == UInt8(ascii: "\r")
            if byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r"), !isSecondOfTwo { ends += 1 }
            previous = byte
            guard ends == 2, ASCII.isDigit(byte) else { continue }
            switch byte {
            case UInt8(ascii: "2"): return .latin1
            case UInt8(ascii: "3"): return .latin2
            case UInt8(ascii: "4"): return .latin4
            case UInt8(ascii: "5"): return .cyrillic
            case UInt8(ascii: "6"): return .greek
            case UInt8(ascii: "7"): return .latin6
            case UInt8(ascii: "8"): return .latin9
            default: return nil
            }
        }
        return nil
    }
}
