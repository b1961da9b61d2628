/// A history as the bytes of a document, piece by piece: what is in memory at any time does not grow with the history.
///
/// ```swift
/// for try await piece in wallet.ledger.export(query, as: .csv) { try file.write(contentsOf: piece.bytes) }
/// ```
///
/// Each piece is read by itself, so a sync may go on meanwhile: what it adds to the past is in the document if its turn has
/// not come yet, what is newer than the first piece is not, and nothing is there twice.
public struct HistoryExport: AsyncSequence, Sendable {
    /// A piece of the document.
    public struct Element: Sendable {
        /// What is to be written next.
        public var bytes: [UInt8]
        /// How many transactions the document has with this piece.
        public var transactions: Int
    }

    /// Reads the pieces, in their order.
    public struct AsyncIterator: AsyncIteratorProtocol {
        fileprivate let store: WalletStore
        fileprivate let format: HistoryFormat
        fileprivate var query: HistoryQuery
        fileprivate var written = 0
        fileprivate var isBegun = false
        fileprivate var isOver = false

        /// The next piece; `nil` after the last.
        ///
        /// - Throws: ``StorageError``, or `CancellationError`. What was given until then is no whole document.
        public mutating func next() async throws -> Element? {
            guard !isOver else { return nil }
            try Task.checkCancellation()
            let page = try await store.loadHistory(query)
            var bytes: [UInt8] = []
            bytes.reserveCapacity(page.entries.count * 320 + 256)
            if !isBegun { bytes += format.head }
            for entry in page.entries {
                format.write(entry, isFirst: written == 0, to: &bytes)
                written += 1
            }
            isBegun = true
            isOver = page.next == nil
            query.after = page.next
            if isOver { bytes += format.tail }
            return Element(bytes: bytes, transactions: written)
        }
    }

    let store: WalletStore
    let query: HistoryQuery
    let format: HistoryFormat

    /// Begins with the newest; each iterator reads for itself.
    public func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(store: store, format: format, query: query)
    }
}

extension Ledger {
    /// The history as a document, newest first, from the device alone. Nothing is read before the first piece is asked for.
    ///
    /// - Parameters:
    ///   - query: What is to be in it; its limit does not count.
    ///   - format: What the document is.
    public func export(_ query: HistoryQuery = HistoryQuery(), as format: HistoryFormat) -> HistoryExport {
        var query = query
        query.limit = 1000
        return HistoryExport(store: store, query: query, format: format)
    }
}

/// A form in which a history leaves the wallet.
public struct HistoryFormat: RawRepresentable, Hashable, Sendable, CaseIterable {
    private enum Kind: String {
        case csv
        case json
    }

    private let kind: Kind

    private init(_ kind: Kind) { self.kind = kind }

    /// The format of a name; `nil` where this version writes none that is called so.
    public init?(rawValue: String) {
        guard let kind = Kind(rawValue: rawValue) else { return nil }
        self.kind = kind
    }

    /// Its name, which is the ending of a file's name too: `csv`, `json`.
    public var rawValue: String { kind.rawValue }

    /// The formats that this version writes.
    public static let allCases: [HistoryFormat] = [.csv, .json]

    /// Comma-separated values (RFC 4180) in UTF-8, under a line of names.
    ///
    /// Amounts are exact decimal numbers, their currency in a column of its own. Where a spreadsheet would take a text from
    /// outside for a formula, an apostrophe stands before it: at the beginning of the text, and behind each comma, semicolon,
    /// bar, tab and line break in it, since spreadsheets part cells by any of these. To have the text back, take away the
    /// apostrophe wherever one stands there before `=`, `+`, `-`, `@`, their full-width forms, a tab or a carriage return,
    /// with nothing but quotation marks and white space between: an apostrophe that was there before can't be told apart. What steers a terminal or turns letters
    /// around is `�`.
    public static let csv = HistoryFormat(.csv)
    /// One JSON document, `{"transactions":[…]}`, one transaction a line. All texts are exact.
    public static let json = HistoryFormat(.json)

    /// What each transaction is told by, in this order.
    static let names = [
        "id", "intent", "type", "status", "amount", "currency", "merchant", "merchant_name", "description",
        "created_at", "completed_at",
    ]

    /// What stands before the first transaction.
    var head: [UInt8] {
        switch kind {
        case .csv: Array((HistoryFormat.names.joined(separator: ",") + "\r\n").utf8)
        case .json: Array(#"{"transactions":["#.utf8)
        }
    }

    /// What stands after the last.
    var tail: [UInt8] {
        switch kind {
        case .csv: []
        case .json: Array("\n]}\n".utf8)
        }
    }

    /// Writes one transaction.
    func write(_ transaction: LedgerTransaction, isFirst: Bool, to bytes: inout [UInt8]) {
        switch kind {
        case .csv: CSVRow.write(transaction, to: &bytes)
        case .json: JSONRow.write(transaction, isFirst: isFirst, to: &bytes)
        }
    }
}
