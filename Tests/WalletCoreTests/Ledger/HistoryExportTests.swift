import FexValues
import Foundation
import Testing

@testable import WalletCore

@Suite struct HistoryExportTests {
    let ledger: TestLedger

    init() throws { ledger = try TestLedger() }

    private func exported(_ format: HistoryFormat, _ query: HistoryQuery = HistoryQuery()) async throws -> String {
        var bytes: [UInt8] = []
        for try await piece in ledger.ledger.export(query, as: format) { bytes += piece.bytes }
        return try #require(String(validating: bytes, as: UTF8.self))
    }

    /// The cell of a description as it stands in the file.
    private func cell(_ text: String) async throws -> String {
        try await ledger.add(try .payment("tx", name: nil, for: text))
        let line = try await exported(.csv).split(separator: "\r\n", maxSplits: 1)[1]
        let start = try #require(line.firstRange(of: "mer_1,,")).upperBound
        let end = try #require(line.firstRange(of: ",2026-01-01T00:00:00Z,2026-01-01T00:00:00Z\r\n")).lowerBound
        return String(line[start..<end])
    }

    @Test func `a history is comma-separated values under a line of names`() async throws {
        try await ledger.add(
            try .payment(
                "tx_1", amount: 123_456, intent: "pi_1", name: "Zoë, Ltd.", for: "Say \"hello\"\nthen go"),
            try .payment(
                "tx_2", at: 1, amount: 3550, currency: "JPY", type: .refund, status: .pending, merchant: nil),
            try .payment("tx_3", at: 2, amount: 5, currency: "KWD", merchant: "mer_2", name: "咖啡"))
        let lines = [
            "id,intent,type,status,amount,currency,merchant,merchant_name,description,created_at,completed_at",
            "tx_3,,payment,completed,0.005,KWD,mer_2,咖啡,,2026-01-01T00:00:00.002Z,2026-01-01T00:00:00.002Z",
            "tx_2,,refund,pending,3550,JPY,,,,2026-01-01T00:00:00.001Z,",
            "tx_1,pi_1,payment,completed,1234.56,USD,mer_1,\"Zoë, Ltd.\",\"Say \"\"hello\"\"\nthen go\","
                + "2026-01-01T00:00:00Z,2026-01-01T00:00:00Z",
        ]
        #expect(try await exported(.csv) == lines.map { $0 + "\r\n" }.joined())
    }

    @Test(arguments: [
        ("=1+1", "'=1+1"), ("+1", "'+1"), ("-1", "'-1"), ("@SUM(A1)", "'@SUM(A1)"), ("\tx", "'\tx"),
        ("\r=1", "\"'\u{FFFD}'=1\""), ("\n=1", "\"'\n'=1\""), ("  =1", "'  =1"), ("=\"a\",b", "\"'=\"\"a\"\",b\""),
        ("\u{FF1D}1", "'\u{FF1D}1"), ("\u{A0}=1", "'\u{A0}=1"), ("a=1", "a=1"), ("x-1", "x-1"), ("'=1", "'=1"),
        ("  plain", "  plain"), ("-", "'-"),
        ("Tea;=1+1;x", "Tea;'=1+1;x"), ("Tea\t=1+1", "Tea\t'=1+1"), ("Tea|@x", "Tea|'@x"), ("a;b|c", "a;b|c"),
        ("Tea\n=1+1\nx", "\"Tea\n'=1+1\nx\""), ("Tea,-1", "\"Tea,'-1\""), ("Tea; \u{FF1D}1", "Tea;' \u{FF1D}1"),
        ("Tea;\"=1", "\"Tea;'\"\"=1\""), ("a;\tb", "a;'\tb"), ("a\r\nb", "\"a\r\nb\""), ("a;;b", "a;;b"),
        ("Paid 1\rPaid 9", "\"Paid 1\u{FFFD}Paid 9\""), ("a\r", "\"a\u{FFFD}\""),
    ])
    func `no text from outside is a formula`(text: String, written: String) async throws {
        #expect(try await cell(text) == written)
    }

    @Test(arguments: [
        "\u{1B}[2J", "\u{7}", "\u{9B}31m", "\u{202E}gnp.exe", "\u{2066}x", "\u{7F}", "a\u{85}b", "\u{2028}",
        "\u{200E}x", "x\u{200F}", "\u{61C}x",
    ])
    func `what steers a terminal or turns letters around is written as unreadable`(text: String) async throws {
        let cell = try await cell(text)
        #expect(cell.unicodeScalars.allSatisfy { $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) })
        #expect(cell.unicodeScalars.contains("\u{FFFD}") && !cell.unicodeScalars.contains("\u{202E}"))
        #expect(cell.unicodeScalars.count == text.unicodeScalars.count)
    }

    @Test func `ids, types and statuses are texts from outside too`() async throws {
        try await ledger.add(
            try .payment(
                "-tx", type: .init(rawValue: "=type"), status: .init(rawValue: "@status"), intent: "-pi",
                merchant: "-mer", name: "+name"))
        let line = try await exported(.csv).split(separator: "\r\n")[1]
        #expect(line.hasPrefix("'-tx,'-pi,'=type,'@status,10.00,USD,'-mer,'+name,,"))
    }

    @Test func `as JSON a history is one document with every text as it is`() async throws {
        let texts = ["=1+1", "\u{1B}[2J", "Zoë \"quoted\"\r\n\\", "🏳️‍🌈", "\u{202E}x"]
        try await ledger.add(try texts.enumerated().map { try .payment("tx_\($0)", at: Int64($0), for: $1) })
        let text = try await exported(.json)
        #expect(text.unicodeScalars.allSatisfy { $0 == "\n" || $0.value >= 0x20 })
        let document = try JSON(parsing: text)
        let rows = document["transactions"]?.arrayValue ?? []
        #expect(rows.map { $0["description"]?.stringValue } == texts.reversed())
        #expect(rows.allSatisfy { $0["amount"] == "10.00" && $0["completed_at"]?.stringValue != nil })
        #expect(rows.allSatisfy { $0.objectValue?.members.map(\.name) == HistoryFormat.names })
    }

    @Test(arguments: HistoryFormat.allCases)
    func `a history without payments is a document too`(format: HistoryFormat) async throws {
        let text = try await exported(format)
        if format == .csv {
            #expect(text == HistoryFormat.names.joined(separator: ",") + "\r\n")
        } else {
            #expect(try JSON(parsing: text) == ["transactions": []])
        }
    }

    @Test(arguments: HistoryFormat.allCases)
    func `a long history comes in pieces, each payment once, whatever is added meanwhile`(format: HistoryFormat)
        async throws
    {
        try await ledger.add(try (0..<2500).map { try .payment("tx_\($0)", at: Int64($0) * 1000) })
        var counts: [Int] = []
        var text: [UInt8] = []
        for try await piece in ledger.ledger.export(as: format) {
            counts.append(piece.transactions)
            text += piece.bytes
            try await ledger.add(
                try .payment("new_\(counts.count)", at: 9_000_000_000 + Int64(counts.count)),
                try .payment("again_\(counts.count)", at: 2_400_000))
        }
        #expect(counts.first == 1000 && counts.count == 3)
        // Of each line, what stands where the id does; in JSON the first and the last line hold no transaction.
        let ids = String(decoding: text, as: UTF8.self).split(whereSeparator: \.isNewline).map { line in
            format == .csv ? line.prefix { $0 != "," } : line.dropFirst(7).prefix { $0 != "\"" }
        }
        #expect(ids.filter { $0.hasPrefix("tx_") } == (0..<2500).reversed().map { "tx_\($0)" })
        #expect(!ids.contains { $0.hasPrefix("new_") })
    }

    @Test func `an export holds what its filters want, and goes by no limit`() async throws {
        try await ledger.add(
            try (0..<30).map {
                try .payment("tx_\($0)", at: Int64($0), amount: Int64($0), for: $0.isMultiple(of: 2) ? "Tea" : "Coffee")
            })
        var query = HistoryQuery(limit: 3)
        query.text = "tea"
        query.minimum = try Money(minorUnits: 10, currency: Currency("USD"))
        let document = try JSON(parsing: try await exported(.json, query))
        let ids = document["transactions"]?.arrayValue?.compactMap { $0["id"]?.stringValue }
        #expect(ids == stride(from: 28, through: 10, by: -2).map { "tx_\($0)" })
    }

    @Test(arguments: [
        Int64(0), 1, 999, 1000, 951_782_400_000, 1_767_225_599_999, 4_102_444_800_000, -1, -62_135_596_800_000,
        253_402_300_799_999,
    ])
    func `digits are written as they are read`(milliseconds: Int64) {
        let moment = Timestamp(milliseconds: milliseconds)
        #expect(Timestamp(moment.description) == moment)
        var digits: [UInt8] = []
        digits.append(decimal: milliseconds)
        #expect(String(decoding: digits, as: UTF8.self) == String(milliseconds))
    }

    @Test(arguments: ["USD", "JPY", "KWD", "CLF"])
    func `amounts are written as their exact decimals`(code: String) throws {
        for units in [0, 1, 9, 10, 99, 100, 12_345, Int64.max] {
            let amount = try Money(minorUnits: units, currency: Currency(code))
            var digits: [UInt8] = []
            digits.append(amount)
            #expect(String(decoding: digits, as: UTF8.self) == amount.decimalString)
        }
    }
}
