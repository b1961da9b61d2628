import FexValues
import GRDB

extension WalletStore {
    /// What the person has limited, by currency.
    func loadLimits() async throws -> [SpendingLimit] { try await readBriefly { try SpendingLimit.fetch($0, "") } }

    /// Sets a limit; one that limits nothing is removed.
    func save(_ limit: SpendingLimit) async throws {
        try await writeBriefly { db in
            try db.executeCached(
                sql: "DELETE FROM spending_limit WHERE currency = ?", arguments: [limit.currency.code])
            guard !limit.isEmpty else { return }
            try db.executeCached(
                sql: "INSERT INTO spending_limit (currency, always_asks, typed_above, daily) VALUES (?, ?, ?, ?)",
                arguments: [
                    limit.currency.code, limit.alwaysAsks, limit.typedAbove?.minorUnits, limit.daily?.minorUnits,
                ])
        }
    }
}

extension SpendingLimit {
    /// The limit of a currency, if there is one.
    static func load(of currency: Currency, _ db: Database) throws -> SpendingLimit? {
        try fetch(db, "WHERE currency = ?", [currency.code]).first
    }

    fileprivate static func fetch(
        _ db: Database, _ condition: String, _ arguments: StatementArguments = StatementArguments()
    ) throws -> [SpendingLimit] {
        let sql = "SELECT currency, always_asks, typed_above, daily FROM spending_limit \(condition) ORDER BY currency"
        return try db.rows(sql, arguments) { try SpendingLimit(row: $0) }
    }

    private init(row: StoredRow) throws(StorageError) {
        guard let currency = try? Currency(row.text(0, "spending_limit.currency")) else {
            throw .damage("spending_limit.currency")
        }
        self.init(currency: currency)
        alwaysAsks = try row.flag(1, "spending_limit.always_asks")
        let typedAbove = try row.optionalInteger(2, "spending_limit.typed_above")
        let daily = try row.optionalInteger(3, "spending_limit.daily")
        do {
            try type(above: try typedAbove.map { try Money(minorUnits: $0, currency: currency) })
            try refuse(aboveDaily: try daily.map { try Money(minorUnits: $0, currency: currency) })
        } catch {
            throw .damage("spending_limit.daily")
        }
    }
}

extension Decision {
    /// How much was said yes to within a time and may be paid, or is: all but what had no effect.
    static func agreed(in time: Range<Timestamp>, _ currency: Currency, _ db: Database) throws -> Money {
        let sql = """
            SELECT amount, currency FROM decision INDEXED BY decision_by_time
            WHERE kind <> 'decline' AND decided_at >= ? AND decided_at < ? AND currency = ? AND \(stands)
            """
        let (start, end) = (time.lowerBound.milliseconds, time.upperBound.milliseconds)
        let amounts = try db.rows(sql, [start, end, currency.code]) {
            try $0.money(0, "decision.amount", in: 1, "decision.currency")
        }
        // More than can be counted is more than any limit.
        let most = try Money(minorUnits: .max, currency: currency)
        return amounts.reduce(.zero(currency)) { sum, amount in (try? sum.adding(amount)) ?? most }
    }
}
