import FexValues
import Testing
import WalletTesting

@testable import WalletCore

@Suite struct HistoryFilterTests {
    let ledger: TestLedger

    init() throws { ledger = try TestLedger() }

    private static let purposes = ["Two coffees", "Tea", "Café crème", "Order 17", nil]

    private func makeRows(_ random: inout SplitMix64) throws -> [LedgerTransaction] {
        try (0..<300).map { number in
            // Two names of one merchant, several in one millisecond, and few of what is rare.
            let merchant = Int.random(in: 0...3, using: &random)
            return try .payment(
                "tx_\(number)", at: Int64.random(in: 0...80, using: &random) * 3_600_000,
                amount: Int64.random(in: 0...2000, using: &random), currency: number.isMultiple(of: 7) ? "EUR" : "USD",
                type: number.isMultiple(of: 11) ? .refund : .payment,
                status: number.isMultiple(of: 13) ? .pending : .completed,
                merchant: merchant == 3 ? nil : "mer_\(merchant)",
                name: ["Café Zoë", "Corner Coffee", "Zoë"].randomElement(using: &random),
                for: Self.purposes.randomElement(using: &random) ?? nil)
        }
    }

    private func makeQuery(_ random: inout SplitMix64) throws -> HistoryQuery {
        func maybe<Value>(_ values: Value...) -> Value? {
            Int.random(in: 0...2, using: &random) == 0 ? values.randomElement(using: &random) : nil
        }
        var query = HistoryQuery(limit: Int.random(in: 1...40, using: &random))
        query.status = maybe(.completed, .completed, .pending, .init(rawValue: "unheard of"))
        query.type = maybe(.payment, .refund, .init(rawValue: "unheard of"))
        query.merchant = maybe(MerchantID("mer_0"), MerchantID("mer_1"), MerchantID("mer_never")) ?? nil
        query.since = maybe(Timestamp("2026-01-01T06:00:00Z"), Timestamp("2026-01-03T00:00:00Z")) ?? nil
        query.until = maybe(Timestamp("2026-01-02T00:00:00Z"), Timestamp("2026-01-04T05:00:00Z")) ?? nil
        query.text = maybe("cof", "zoe", "cafe tea", "order 1", "")
        guard let currency = try maybe(Currency("USD"), Currency("USD"), Currency("EUR")) else { return query }
        query.minimum = try maybe(Money(minorUnits: 500, currency: currency))
        query.maximum = try maybe(Money(minorUnits: 1500, currency: currency))
        return query
    }

    @Test func `a merchant is found under however many names it goes`() async throws {
        try await ledger.add(
            try (0..<1200).map { try .payment("tx_\($0)", at: Int64($0), merchant: "mer_1", name: "Shop \($0)") })
        try await ledger.add(try .payment("tx_other", merchant: "mer_2"))
        var query = HistoryQuery(limit: 100)
        query.merchant = MerchantID("mer_1")
        #expect(try await ledger.all(query).map(\.id.rawValue) == (0..<1200).reversed().map { "tx_\($0)" })
    }

    @Test func `filters combine: what is found is what a look at every row finds, newest first`() async throws {
        var random = SplitMix64(seed: 1)
        try await ledger.add(try makeRows(&random))
        let rows = try await ledger.all(HistoryQuery())
        #expect(rows.count == 300)
        #expect(rows.map(\.createdAt) == rows.map(\.createdAt).sorted(by: >))
        var (some, none) = (0, 0)
        for _ in 0..<600 {
            let query = try makeQuery(&random)
            let expected = rows.filter { query.wants($0) }
            #expect(try await ledger.all(query) == expected, "\(query)")
            if expected.isEmpty { none += 1 } else { some += 1 }
        }
        #expect(some > 100 && none > 100, "\(some) found something, \(none) nothing")
    }

    @Test func `pages go on where they were while payments come before, behind and in between`() async throws {
        let first = try (0..<60).map { try LedgerTransaction.payment("tx_\($0)", at: Int64($0 / 4) * 1000) }
        try await ledger.add(first)
        let before = try await ledger.all(HistoryQuery()).map(\.id)
        var query = HistoryQuery(limit: 7)
        var seen: [TransactionID] = []
        var number = 0
        repeat {
            let page = try await ledger.ledger.loadHistory(query)
            seen += page.entries.map(\.id)
            query.after = page.next.flatMap { HistoryCursor($0.text) }
            try await ledger.add(
                try .payment("new_\(number)", at: 1_000_000 + Int64(number)),
                try .payment("old_\(number)", at: -1_000_000 - Int64(number)),
                try .payment("same_\(number)", at: page.entries.last.map { $0.createdAt.offset } ?? 0))
            number += 1
        } while query.after != nil && number < 100
        #expect(Set(seen).count == seen.count, "none is seen twice")
        #expect(seen.filter { $0.rawValue.hasPrefix("tx_") } == before, "each is seen, in its place")
        #expect(!seen.contains { $0.rawValue.hasPrefix("new_") })
        #expect(seen.contains { $0.rawValue.hasPrefix("old_") })
    }

    @Test(arguments: [0, 1, 28_800_000_000_016, 116_000_000_000_000] as [Int64])
    func `a cursor is read as it was shown, and not with a digit more, less or another`(rowID: Int64) {
        let text = HistoryCursor(rowID: rowID).text
        #expect(HistoryCursor(text)?.rowID == rowID)
        let wrong = [text + "0", String(text.dropLast()), (text.first == "1" ? "2" : "1") + text.dropFirst()]
        for text in wrong + [text.uppercased() + " ", "0" + text] { #expect(HistoryCursor(text) == nil, "\(text)") }
    }
}

extension Timestamp {
    fileprivate var offset: Int64 { milliseconds - Timestamp("2026-01-01T00:00:00Z")!.milliseconds }
}

extension HistoryQuery {
    /// What the query says, said again without a database.
    fileprivate func wants(_ row: LedgerTransaction) -> Bool {
        func holds<Value>(_ wanted: Value?, _ condition: (Value) -> Bool) -> Bool { wanted.map(condition) ?? true }
        let words = SearchWords("\(row.merchantName ?? "") \(row.summary ?? "")").all
        return holds(status) { row.status == $0 } && holds(type) { row.type == $0 }
            && holds(merchant) { row.merchant == $0 }
            && holds(since) { row.createdAt >= $0 } && holds(until) { row.createdAt < $0 }
            && holds(minimum) { row.amount.currency == $0.currency && row.amount.minorUnits >= $0.minorUnits }
            && holds(maximum) { row.amount.currency == $0.currency && row.amount.minorUnits <= $0.minorUnits }
            && holds(text) { SearchWords($0).all.allSatisfy { word in words.contains { $0.hasPrefix(word) } } }
    }
}
