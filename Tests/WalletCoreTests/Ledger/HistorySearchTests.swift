import FexValues
import Testing

@testable import WalletCore

@Suite struct HistorySearchTests {
    let ledger: TestLedger

    init() throws { ledger = try TestLedger() }

    private func found(_ text: String) async throws -> [String] {
        var query = HistoryQuery()
        query.text = text
        return try await ledger.all(query).map(\.id.rawValue)
    }

    private static let texts = [
        "coffee": "Two coffees, for here", "latte": "Lattè grande", "street": "Hauptstraße 7", "chinese": "星巴克咖啡店",
        "thai": "ร้านกาแฟสด", "arabic": "مَقْهى المدينة", "russian": "Свежий КОФЕ с собой", "full": "ＡＢＣ１２",
        "near": "Near the NOT so far AND wide", "polish": "Łódź",
    ]

    @Test(
        arguments: [
            ("coffees", ["coffee"]), ("COFF", ["coffee"]), ("two here", ["coffee"]), ("here, two!", ["coffee"]),
            ("latte", ["latte"]), ("LATTÈ gra", ["latte"]), ("lattè", ["latte"]), ("strasse haupt", []),
            ("hauptstrasse", ["street"]), ("HAUPTSTRASSE 7", ["street"]), ("咖啡", ["chinese"]), ("啡", ["chinese"]),
            ("茶", []), ("กาแฟ", ["thai"]), ("مقهى", ["arabic"]), ("المدينة مقهى", ["arabic"]), ("кофе", ["russian"]),
            ("свеж соб", ["russian"]), ("abc12", ["full"]), ("lodz", ["polish"]), ("offees", []), ("two tea", []),
            ("shop coffee", ["coffee"]), ("café zoë", []), ("far wide", ["near"]),
        ] as [(String, [String])])
    func `each word of a search begins a word of what is found, in any script`(text: String, ids: [String])
        async throws
    {
        try await ledger.add(
            Self.texts.sorted { $0.key < $1.key }.enumerated().map { index, entry in
                try .payment(entry.key, at: Int64(index), for: entry.value)
            })
        #expect(try await found(text) == ids)
    }

    @Test func `a word of the merchant's name and one of the purpose are found together`() async throws {
        try await ledger.add(
            try .payment("a", at: 1, name: "Café Zoë", for: "Two coffees"),
            try .payment("b", at: 2, merchant: "mer_2", name: "Corner", for: "Coffee"),
            try .payment("c", at: 3, name: "Café Zoë", for: "Cake"))
        #expect(try await found("zoe coff") == ["a"])
        #expect(try await found("zoe") == ["c", "a"], "newest first")
        #expect(try await found("") == ["c", "b", "a"])
    }

    static let hostile = [
        "\"", "\"\"\"", "*", "^", "^coffee*", "coffee*", "NEAR(coffee shop, 5)", "coffee OR tea", "NOT coffee", "AND",
        "coffee AND", "(", "((coffee", "{text} : coffee", "text:coffee", "-coffee", "+coffee",
        "'; DROP TABLE payee; --",
        "coffee\0shop", "\0", "🏳️‍🌈☕️", "%", "_", "\\", "\u{202E}coffee", "\u{301}", "\u{10FFFF}", "\u{FFFD}",
        String(repeating: "coffee ", count: 2000), String(repeating: "a", count: 10_000),
        String(repeating: "\"", count: 10_000), String(repeating: "e\u{301}", count: 5000),
    ]

    @Test(arguments: hostile)
    func `a search text of any bytes is data`(text: String) async throws {
        try await ledger.add(
            try .payment("other", at: 1, name: nil, for: "tea"), try .payment("same", at: 2, name: nil, for: text))
        let words = SearchWords(text).all
        #expect(try await found(text) == (words.isEmpty ? [] : ["same"]), "\(words.prefix(5))")
        #expect(try await found("tea") == (words.contains("tea") ? ["same", "other"] : ["other"]))
    }

    @Test func `words that search languages know are words`() async throws {
        try await ledger.add(
            try .payment("a", at: 1, for: "coffee"), try .payment("b", at: 2, for: "tea"),
            try .payment("c", at: 3, for: "coffee or tea, not near"))
        #expect(try await found("coffee OR tea") == ["c"])
        #expect(try await found("NOT coffee") == ["c"])
        #expect(try await found("NEAR") == ["c"])
    }

    @Test func `a text that holds a NUL is read back as it was written, and is the same the next time it comes`()
        async throws
    {
        let document: JSON = [
            "transaction_id": "tx_1", "transaction_type": "payment", "status": "completed", "amount": .number("1.00"),
            "currency": "USD", "description": "coffee\0shop", "created_at": "2026-01-01T00:00:00Z", "seq": 1,
        ]
        let transaction = try LedgerTransaction(document: document)
        try await ledger.add(transaction)
        #expect(try await ledger.ledger.loadTransaction(transaction.id) == transaction)
        #expect(transaction.summary == "coffee\u{FFFD}shop")
        let isChange = try await ledger.store.write { db in
            try LedgerWriter.write(db) { try $0.save(transaction) }
        }
        #expect(!isChange)
        #expect(try await found("coff shop") == ["tx_1"])
    }
}
