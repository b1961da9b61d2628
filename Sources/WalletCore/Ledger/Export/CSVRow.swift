import FexValues

/// A transaction as a line of comma-separated values.
enum CSVRow {
    static func write(_ transaction: LedgerTransaction, to bytes: inout [UInt8]) {
        cell(transaction.id.rawValue, &bytes)
        comma(&bytes)
        cell(transaction.intent?.rawValue, &bytes)
        comma(&bytes)
        cell(transaction.type.rawValue, &bytes)
        comma(&bytes)
        cell(transaction.status.rawValue, &bytes)
        comma(&bytes)
        bytes.append(transaction.amount)
        comma(&bytes)
        bytes += transaction.amount.currency.code.utf8
        comma(&bytes)
        cell(transaction.merchant?.rawValue, &bytes)
        comma(&bytes)
        cell(transaction.merchantName, &bytes)
        comma(&bytes)
        cell(transaction.summary, &bytes)
        comma(&bytes)
        transaction.createdAt.append(to: &bytes)
        comma(&bytes)
        transaction.completedAt?.append(to: &bytes)
        bytes.append(UInt8(ascii: "\r"))
        bytes.append(UInt8(ascii: "\n"))
    }

    private static func comma(_ bytes: inout [UInt8]) { bytes.append(UInt8(ascii: ",")) }

    /// Writes a text from outside.
    private static func cell(_ text: String?, _ bytes: inout [UInt8]) {
        guard let text else { return }
        // Nearly all texts need no quoting.
        if text.utf8.allSatisfy(isPlain), text.utf8.first.map({ $0 != UInt8(ascii: "-") && $0 != 0x20 }) ?? true {
            bytes += text.utf8
            return
        }
        let isQuoted = text.utf8.contains { $0 == 0x22 || $0 == 0x2C || $0 == 0x0A || $0 == 0x0D }
        if isQuoted { bytes.append(UInt8(ascii: "\"")) }
        let scalars = text.unicodeScalars
        var before: Unicode.Scalar?
        for (index, next) in zip(scalars.indices, scalars.dropFirst().map { $0 as Unicode.Scalar? } + [nil]) {
            if beginsFormula(scalars[index...], after: before) { bytes.append(UInt8(ascii: "'")) }
            let scalar = scalars[index]
            if scalar == "\"" { bytes.append(UInt8(ascii: "\"")) }
            // A return that ends no line would have what follows stand in the place of what came before.
            bytes += UTF8.encode(isHarmless(scalar) && (scalar != "\r" || next == "\n") ? scalar : "\u{FFFD}")!
            before = scalar
        }
        if isQuoted { bytes.append(UInt8(ascii: "\"")) }
    }

    /// Whether a byte may stand anywhere in a cell, but for `-` and a space at its beginning.
    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: " "), UInt8(ascii: "-"), UInt8(ascii: "."),
            UInt8(ascii: "_"), UInt8(ascii: "#"), UInt8(ascii: "&"), UInt8(ascii: ":"), UInt8(ascii: "/"):
            true
        default: false
        }
    }

    /// Whether a spreadsheet may take what begins here for something to work out, whatever it parts cells by.
    ///
    /// A cell may begin at the text's beginning, and behind each character that some spreadsheet, in some country, parts cells
    /// by. White space before a formula is cut off by some, quotation marks are taken away, and full-width signs are taken for
    /// ordinary ones.
    private static func beginsFormula(_ rest: Substring.UnicodeScalarView, after before: Unicode.Scalar?) -> Bool {
        guard before.map(isSeparator) ?? true else { return false }
        // CR LF is one line end.
        if before == "\r", rest.first == "\n" { return false }
        let sign = rest.first { scalar in
            !(scalar == "\"" || (scalar.properties.isWhitespace && !isSeparator(scalar))
                || scalar.properties.isDefaultIgnorableCodePoint)
        }
        switch sign {
        case "=", "+", "-", "@", "\u{FF1D}", "\u{FF0B}", "\u{FF0D}", "\u{FF20}", "\t", "\r": return true
        case "\n": return before == nil
        default: return false
        }
    }

    private static func isSeparator(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case ",", ";", "|", "\t", "\r", "\n": true
        default: false
        }
    }

    /// Whether a character steers no terminal and turns no letters around. Lines may break within a cell.
    private static func isHarmless(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09, 0x0A, 0x0D: true
        case 0x00...0x1F, 0x7F...0x9F, 0x061C, 0x200E...0x200F, 0x2028...0x202E, 0x2066...0x2069: false
        default: true
        }
    }
}
