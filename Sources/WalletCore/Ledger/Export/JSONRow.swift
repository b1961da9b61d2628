import FexValues

/// A transaction as a member of a JSON document.
enum JSONRow {
    static func write(_ transaction: LedgerTransaction, isFirst: Bool, to bytes: inout [UInt8]) {
        bytes += isFirst ? "\n{\"id\":".utf8 : ",\n{\"id\":".utf8
        text(transaction.id.rawValue, &bytes)
        bytes += #","intent":"#.utf8
        text(transaction.intent?.rawValue, &bytes)
        bytes += #","type":"#.utf8
        text(transaction.type.rawValue, &bytes)
        bytes += #","status":"#.utf8
        text(transaction.status.rawValue, &bytes)
        bytes += #","amount":""#.utf8
        bytes.append(transaction.amount)
        bytes += #"","currency":"#.utf8
        text(transaction.amount.currency.code, &bytes)
        bytes += #","merchant":"#.utf8
        text(transaction.merchant?.rawValue, &bytes)
        bytes += #","merchant_name":"#.utf8
        text(transaction.merchantName, &bytes)
        bytes += #","description":"#.utf8
        text(transaction.summary, &bytes)
        bytes += #","created_at":"#.utf8
        moment(transaction.createdAt, &bytes)
        bytes += #","completed_at":"#.utf8
        moment(transaction.completedAt, &bytes)
        bytes.append(UInt8(ascii: "}"))
    }

    private static func text(_ text: String?, _ bytes: inout [UInt8]) {
        guard let text else { return bytes += "null".utf8 }
        JSON.write(text, to: &bytes)
    }

    private static func moment(_ moment: Timestamp?, _ bytes: inout [UInt8]) {
        guard let moment else { return bytes += "null".utf8 }
        bytes.append(UInt8(ascii: "\""))
        moment.append(to: &bytes)
        bytes.append(UInt8(ascii: "\""))
    }
}
