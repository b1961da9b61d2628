import FexValues
import GRDB

extension WalletStore {
    /// What was moved month by month, the newest month first.
    func loadMonthTotals() async throws -> [MonthTotal] {
        try await read { try MonthTotal.fetch($0) }
    }

    /// What was moved month by month, now and again whenever that changes.
    func watchMonthTotals() -> some AsyncSequence<[MonthTotal], any Error> & Sendable {
        watch { try MonthTotal.fetch($0) }
    }

    /// What was moved merchant by merchant, the largest first.
    func loadMerchantTotals(limit: Int) async throws -> [MerchantTotal] {
        try await read { try MerchantTotal.fetch($0, limit: limit) }
    }

    /// What was moved merchant by merchant, now and again whenever that changes.
    func watchMerchantTotals(limit: Int) -> some AsyncSequence<[MerchantTotal], any Error> & Sendable {
        watch { try MerchantTotal.fetch($0, limit: limit) }
    }
}

extension MonthTotal {
    fileprivate static func fetch(_ db: Database) throws -> [MonthTotal] {
        var labels = LedgerLabels(db)
        let sql = """
            SELECT month, type, currency, count, amount
            FROM month_total JOIN label AS unit ON unit.id = currency JOIN label AS kind ON kind.id = type
            WHERE count > 0 ORDER BY month DESC, unit.text, kind.text
            """
        return try db.rows(sql) { row in
            let month = try row.count(0, "month_total.month")
            guard (1...12).contains(month % 100), month < 1_000_000 else {
                throw StorageError.damage("month_total.month")
            }
            let currency = try labels.currency(row.integer(2, "month_total.currency"))
            return MonthTotal(
                year: month / 100, month: month % 100, type: try labels.text(row.integer(1, "month_total.type")),
                count: try row.count(3, "month_total.count"),
                amount: try Money(stored: row.integer(4, "month_total.amount"), currency, "month_total.amount"))
        }
    }
}

extension MerchantTotal {
    fileprivate static func fetch(_ db: Database, limit: Int) throws -> [MerchantTotal] {
        var labels = LedgerLabels(db)
        // Under all its names a merchant is one.
        let sql = """
            SELECT max(payee), type, currency, sum(count), sum(amount)
            FROM payee_total LEFT JOIN payee ON payee.id = payee
            WHERE count > 0 GROUP BY merchant_id, type, currency
            ORDER BY 5 DESC, 1, type, currency LIMIT ?
            """
        return try db.rows(sql, [limit]) { row in
            let number = try row.integer(0, "payee_total.payee")
            let payee = number == 0 ? nil : try labels.payee(number)
            let currency = try labels.currency(row.integer(2, "payee_total.currency"))
            return MerchantTotal(
                merchant: payee?.merchant, name: payee?.name,
                type: try labels.text(row.integer(1, "payee_total.type")),
                count: try row.count(3, "payee_total.count"),
                amount: try Money(stored: row.integer(4, "payee_total.amount"), currency, "payee_total.amount"))
        }
    }
}
