/// A form in which a history leaves the wallet.
public enum HistoryFormat: String, Hashable, Sendable, CaseIterable {
    /// Comma-separated values (RFC 4180) in UTF-8, under a line of names.
    ///
    /// Amounts are exact decimal numbers, their currency in a column of its own. Where a spreadsheet would take a text from
    /// outside for a formula, an apostrophe stands before it: at the beginning of the text, and behind each comma, semicolon,
    /// bar, tab and line break in it, since spreadsheets part cells by any of these. To have the text back, take away the
    /// apostrophe wherever one stands there before `=`, `+`, `-`, `@`, their full-width forms, a tab or a carriage return,
    /// with nothing but quotation marks and white space between: an apostrophe that was there before can't be told apart. What steers a terminal or turns letters
    /// around is `�`.
    case csv
    /// One JSON document, `{"transactions":[…]}`, one transaction a line. All texts are exact.
    case json

    /// What each transaction is told by, in this order.
    static let names = [
        "id", "intent", "type", "status", "amount", "currency", "merchant", "merchant_name", "description",
        "created_at", "completed_at",
    ]

    /// What stands before the first transaction.
    var head: [UInt8] {
        switch self {
        case .csv: Array((HistoryFormat.names.joined(separator: ",") + "\r\n").utf8)
        case .json: Array(#"{"transactions":["#.utf8)
        }
    }

    /// What stands after the last.
    var tail: [UInt8] {
        switch self {
        case .csv: []
        case .json: Array("\n]}\n".utf8)
        }
    }

    /// Writes one transaction.
    func write(_ transaction: LedgerTransaction, isFirst: Bool, to bytes: inout [UInt8]) {
        switch self {
        case .csv: CSVRow.write(transaction, to: &bytes)
        case .json: JSONRow.write(transaction, isFirst: isFirst, to: &bytes)
        }
    }
}
