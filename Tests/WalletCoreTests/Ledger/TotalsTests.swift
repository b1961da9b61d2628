import FexValues
import Testing
import WalletCore
import WalletTesting

/// What was moved, by month and by merchant, and who looks on.
@Suite struct TotalsTests {
    let test: TestWallet

    init() throws { test = try TestWallet() }

    /// A row of the ledger as the platform tells it.
    private static func row(
        _ number: Int, _ type: String = "payment", amount: String, merchant: String, name: String? = nil,
        at time: String,
        status: String = "completed", currency: String = "USD"
    ) -> JSON {
        [
            "transaction_id": .string("tx_\(number)"), "transaction_type": .string(type), "status": .string(status),
            "amount": .string(amount), "currency": .string(currency), "from_account_id": "wal_1",
            "to_account_id": .string(merchant), "merchant_id": .string(merchant), "merchant_name": .optional(name),
            "created_at": .string(time), "seq": .integer(number),
        ]
    }

    private func tell(_ rows: [JSON]) {
        let last = rows.last?["seq"] ?? 0
        let page: JSON = ["success": true, "transactions": .array(rows), "next": last, "has_more": false]
        test.fate.plan("/transactions", .altered { _ in page })
    }

    /// Syncs once to whom these rows are new.
    private func sync(_ wallet: Wallet, _ rows: [JSON], isFirst: Bool = false) async throws {
        if isFirst { test.fate.plan("/transactions", .status(404)) }
        tell(rows)
        try await wallet.sync.once()
        test.fate.clear()
    }

    @Test func `totals by month and by merchant count what is completed, and follow each change`() async throws {
        let wallet = try await test.openLoggedIn()
        try await sync(
            wallet,
            [
                Self.row(1, amount: "10.00", merchant: "m_1", name: "Old Name", at: "2025-12-31T23:59:59.999Z"),
                Self.row(2, amount: "2.50", merchant: "m_1", name: "New Name", at: "2026-01-01T00:00:00Z"),
                Self.row(3, amount: "7.00", merchant: "m_2", at: "2026-01-02T00:00:00Z", status: "pending"),
                Self.row(4, "refund", amount: "2.50", merchant: "m_1", name: "New Name", at: "2026-01-03T00:00:00Z"),
                Self.row(5, amount: "300", merchant: "m_3", name: "円", at: "2026-01-03T00:00:00Z", currency: "JPY"),
            ], isFirst: true)
        let months = try await wallet.ledger.loadMonthTotals().map {
            "\($0.year)-\($0.month) \($0.type) \($0.count) \($0.amount)"
        }
        #expect(
            months == [
                "2026-1 payment 1 300 JPY", "2026-1 payment 1 2.50 USD", "2026-1 refund 1 2.50 USD",
                "2025-12 payment 1 10.00 USD",
            ])
        let merchants = try await wallet.ledger.loadMerchantTotals().map {
            "\($0.merchant?.rawValue ?? "-") \($0.name ?? "-") \($0.type) \($0.count) \($0.amount)"
        }
        #expect(
            merchants == [
                "m_1 New Name payment 2 12.50 USD", "m_3 円 payment 1 300 JPY", "m_1 New Name refund 1 2.50 USD",
            ])

        // The one that was pending is complete; the first is taken back.
        try await sync(
            wallet,
            [
                Self.row(3, amount: "7.00", merchant: "m_2", at: "2026-01-02T00:00:00Z").setting("seq", 6),
                Self.row(1, amount: "10.00", merchant: "m_1", name: "Old Name", at: "2025-12-31T23:59:59.999Z")
                    .setting("seq", 7).setting("status", "reversed"),
            ])
        let later = try await wallet.ledger.loadMonthTotals()
        #expect(
            later.first { $0.amount.currency.code == "USD" && $0.type == .payment }?.amount.decimalString == "9.50")
        #expect(!later.contains { $0.year == 2025 })
    }

    @Test func `who watches hears what is now, and then only what changed of the answer`() async throws {
        let wallet = try await test.openLoggedIn()
        try await sync(
            wallet, [Self.row(1, amount: "1.00", merchant: "m_1", at: "2026-01-01T00:00:00Z")], isFirst: true)
        var query = HistoryQuery()
        query.merchant = MerchantID("m_1")
        var seen = wallet.ledger.watchHistory(query).makeAsyncIterator()
        #expect(try await seen.next()?.entries.count == 1)
        var totals = wallet.ledger.watchMonthTotals().makeAsyncIterator()
        #expect(try await totals.next()?.map(\.count) == [1])
        // Another merchant's payment changes the totals, but not this answer.
        try await sync(wallet, [Self.row(2, amount: "2.00", merchant: "m_2", at: "2026-01-02T00:00:00Z")])
        #expect(try await totals.next()?.map(\.count) == [2])
        try await sync(wallet, [Self.row(3, amount: "3.00", merchant: "m_1", at: "2026-01-03T00:00:00Z")])
        #expect(try await seen.next()?.entries.map(\.id.rawValue) == ["tx_3", "tx_1"])
    }

    @Test func `many payments of one millisecond keep their times, and one order`() async throws {
        let wallet = try await test.openLoggedIn()
        let rows = (1...200).map { Self.row($0, amount: "1.00", merchant: "m_1", at: "2026-01-01T00:00:00.007Z") }
        try await sync(wallet, rows, isFirst: true)
        var seen: [LedgerTransaction] = []
        var query = HistoryQuery(limit: 9)
        repeat {
            let page = try await wallet.ledger.loadHistory(query)
            seen += page.entries
            query.after = page.next
        } while query.after != nil
        #expect(seen.map(\.id.rawValue) == (1...200).reversed().map { "tx_\($0)" })
        #expect(Set(seen.map(\.createdAt)) == [Timestamp("2026-01-01T00:00:00.007Z")!])
    }
}
