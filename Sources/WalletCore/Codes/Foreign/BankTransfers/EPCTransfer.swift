/// A SEPA credit transfer by the European Payments Council's guideline EPC069-12: up to twelve lines, each a field.
struct EPCTransfer: ForeignFormat {
    /// The lines, counted from 0.
    private enum Line {
        static let name = 5
        static let account = 6
        static let amount = 7
        static let remittance = 10
    }

    static let beginnings = ["BCD"]

    private let lines: [String]

    /// Begins with the header: `BCD`, version 001 or 002, one of eight codings, and `SCT`.
    init?(_ text: String) {
        lines = CodeLines.of(text)
        guard lines.count >= 4, lines[0] == "BCD", ["001", "002"].contains(lines[1]),
            ["1", "2", "3", "4", "5", "6", "7", "8"].contains(lines[2]), lines[3] == "SCT"
        else { return nil }
    }

    private func field(_ line: Int) -> String? {
        lines.indices.contains(line) && !lines[line].isEmpty ? lines[line] : nil
    }

    var foreignCode: ForeignCode {
        ForeignCode(
            .epc,
            told: [
                Wording.payment(of: amount, to: Wording.quoted(field(Line.name))),
                Wording.quoted(field(Line.account), limit: 42).map { "account \($0)" },
                Wording.quoted(field(Line.remittance), limit: 140).map { "for \($0)" },
            ],
            checksumValid: CheckDigits.isValidIBAN(field(Line.account) ?? ""))
    }

    /// The amount is written with its currency before it: `EUR12.3`.
    private var amount: String? {
        guard let text = field(Line.amount) else { return nil }
        guard let digits = ASCII.rest(of: text, after: "EUR") else { return "an unreadable amount" }
        return Wording.amount(String(digits), "EUR")
    }
}
