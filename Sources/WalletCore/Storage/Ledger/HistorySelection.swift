import FexValues
import GRDB

/// A question to the ledger: which rows, found by which index, always newest first.
///
/// The index is picked here, not by SQLite's planner, which has no statistics of how a wallet's rows are spread: nearly all
/// are completed payments, so that most conditions are met soonest by a scan in row-id order.
struct HistorySelection {
    /// So many rows of an amount are sorted rather than looked for in the order of the history.
    private static let sortLimit = 5000
    /// The rows of so many names are read name by name; SQLite takes no more than 500 parts.
    private static let nameLimit = 100

    private(set) var sql = ""
    private(set) var arguments = StatementArguments()
    private var conditions: [String] = []

    /// The selection for a query, with one row more than its page has; `nil` if nothing can be found.
    init?(_ query: HistoryQuery, _ db: Database, _ labels: inout LedgerLabels) throws {
        let text = query.text.flatMap { $0.isEmpty ? nil : $0 }
        let terms = try text.map { try SearchTerms($0, db) }
        if let terms, terms.match == nil { return nil }
        var source = "ledger_transaction AS t NOT INDEXED"
        if let match = terms?.match {
            // Both are ordered by row id, and the full-text index drives the join.
            source = "ledger_text CROSS JOIN ledger_transaction AS t ON t.place = ledger_text.rowid"
            add("ledger_text MATCH ?", match)
            addRowIDs(of: query, "ledger_text.rowid")
        } else {
            addRowIDs(of: query, "t.place")
        }
        guard try addLabels(of: query, &labels, &source, isFree: terms == nil) else { return nil }
        guard try addAmounts(of: query, db, &labels, &source) else { return nil }
        let payees = try query.merchant.map { merchant in
            try db.rows("SELECT id FROM payee WHERE merchant_id = ? ORDER BY id", [merchant.rawValue]) {
                try $0.integer(0, "payee.id")
            }
        }
        if payees == [] { return nil }
        finish(payees, source, isFree: terms == nil, order: terms == nil ? "t.place" : "ledger_text.rowid", query.limit)
    }

    private mutating func add(_ condition: String, _ values: (any DatabaseValueConvertible)?...) {
        add(condition, values)
    }

    private mutating func add(_ condition: String, _ values: [(any DatabaseValueConvertible)?]) {
        conditions.append(condition)
        arguments += StatementArguments(values)
    }

    /// Where what is asked for begins, if not with the oldest.
    private static func beginning(of query: HistoryQuery) -> Int64? {
        query.since.map { max(0, $0.milliseconds) << 4 }
    }

    /// Where what is asked for ends, if not with the newest.
    private static func end(of query: HistoryQuery) -> Int64? {
        let until = query.until.map { max(0, $0.milliseconds) << 4 }
        return [query.after?.rowID, until].compactMap(\.self).min()
    }

    private mutating func addRowIDs(of query: HistoryQuery, _ rowID: String) {
        // One condition on the row id: FTS5 makes use of one alone.
        if let before = Self.end(of: query) { add("\(rowID) < ?", before) }
        if let first = Self.beginning(of: query) { add("\(rowID) >= ?", first) }
    }

    private mutating func addLabels(
        of query: HistoryQuery, _ labels: inout LedgerLabels, _ source: inout String, isFree: Bool
    ) throws -> Bool {
        let wanted = [
            ("type", query.type?.rawValue, LedgerLabels.payment),
            ("status", query.status?.rawValue, LedgerLabels.completed),
        ]
        for (column, text, usual) in wanted {
            guard let text else { continue }
            guard let number = try labels.number(of: text) else { return false }
            // A scan soon meets common values; rare ones have an index of their own.
            if number != usual, isFree, query.merchant == nil {
                source = "ledger_transaction AS t INDEXED BY ledger_transaction_of_\(column)"
                conditions.append("t.\(column) <> \(usual)")
            }
            add("t.\(column) = ?", number)
        }
        return true
    }

    private mutating func addAmounts(
        of query: HistoryQuery, _ db: Database, _ labels: inout LedgerLabels, _ source: inout String
    ) throws -> Bool {
        guard let bound = query.minimum ?? query.maximum else { return true }
        guard query.minimum == nil || query.maximum == nil || query.minimum?.currency == query.maximum?.currency,
            let currency = try labels.number(of: bound.currency.code)
        else { return false }
        let range = "currency = ? AND amount BETWEEN ? AND ?"
        let values: [(any DatabaseValueConvertible)?] = [
            currency, query.minimum?.minorUnits ?? 0, query.maximum?.minorUnits ?? Int64.max,
        ]
        let rows = """
            SELECT place FROM ledger_transaction INDEXED BY ledger_transaction_by_amount WHERE \(range)
            """
        guard source.hasSuffix("NOT INDEXED"), query.merchant == nil,
            try !Self.isUsual(range, values, before: Self.end(of: query), db),
            try addFewPlaces(rows, values, query, db)
        else {
            add("t.currency = ? AND t.amount BETWEEN ? AND ?", values)
            return true
        }
        source = "ledger_transaction AS t"
        return true
    }

    /// Asks for the places that an index gives.
    ///
    /// - Returns: Whether they are few enough to be sorted; if not, nothing is asked.
    private mutating func addFewPlaces(
        _ rows: String, _ values: [(any DatabaseValueConvertible)?], _ query: HistoryQuery, _ db: Database
    ) throws -> Bool {
        if query.type == nil, query.status == nil {
            // There is no other filter, so one page of them is enough.
            guard let newest = try Self.newest(of: rows, values, query, db) else { return false }
            add("t.place IN (SELECT value FROM json_each(?))", "\(newest)")
        } else {
            let sql = "SELECT EXISTS (\(rows) LIMIT 1 OFFSET \(Self.sortLimit))"
            guard try !db.answers(sql, StatementArguments(values)) else { return false }
            add("t.place IN (\(rows))", values)
        }
        return true
    }

    /// Whether a page of such amounts is soon found in the order of the history, as far as a few rows can tell.
    private static func isUsual(
        _ range: String, _ values: [(any DatabaseValueConvertible)?], before rowID: Int64?, _ db: Database
    ) throws -> Bool {
        let sql = """
            SELECT count(*) > 1 FROM
                (SELECT currency, amount FROM ledger_transaction WHERE place < ? ORDER BY place DESC LIMIT 64)
            WHERE \(range)
            """
        let arguments = [rowID ?? Int64.max] + StatementArguments(values)
        return try db.answers(sql, arguments)
    }

    /// The newest of the places that an index gives, as many as a page has and one more; `nil` if they are so many that they
    /// are better not sorted.
    private static func newest(
        of rows: String, _ values: [(any DatabaseValueConvertible)?], _ query: HistoryQuery, _ db: Database
    ) throws -> [Int64]? {
        let first = Self.beginning(of: query) ?? 0
        let end = Self.end(of: query) ?? .max
        var newest: [Int64] = []
        newest.reserveCapacity(query.limit + 2)
        var count = 0
        let rowIDs = try Int64.fetchCursor(
            db.cachedStatement(sql: "\(rows) LIMIT \(sortLimit + 1)"), arguments: StatementArguments(values))
        while let rowID = try rowIDs.next() {
            count += 1
            guard rowID >= first, rowID < end else { continue }
            if newest.count > query.limit {
                guard rowID > newest[query.limit] else { continue }
                newest.removeLast()
            }
            newest.insert(rowID, at: newest.firstIndex { $0 < rowID } ?? newest.endIndex)
        }
        return count > sortLimit ? nil : newest
    }

    /// Puts the parts together. A merchant under several names is read by each, and what is found made one.
    private mutating func finish(
        _ payees: [Int64]?, _ source: String, isFree: Bool, order: String, _ limit: Int
    ) {
        let found = conditions.isEmpty ? "TRUE" : conditions.joined(separator: " AND ")
        let end = "ORDER BY \(order) DESC LIMIT \(limit + 1)"
        guard let payees, isFree else {
            let ofPayee = payees.map { " AND t.payee IN (\($0.map(String.init).joined(separator: ", ")))" } ?? ""
            sql = "SELECT \(HistoryRow.columns) FROM \(source) WHERE \(found)\(ofPayee) \(end)"
            return
        }
        let each = arguments
        arguments = StatementArguments()
        let parts = (payees.count > Self.nameLimit ? [payees] : payees.map { [$0] }).map { payees in
            arguments += each
            return """
                SELECT * FROM (SELECT \(HistoryRow.columns)
                    FROM ledger_transaction AS t INDEXED BY ledger_transaction_of_payee
                    WHERE \(found) AND t.payee IN (\(payees.map(String.init).joined(separator: ", ")))
                    ORDER BY t.place DESC LIMIT \(limit + 1))
                """
        }
        sql =
            parts.count == 1 ? parts[0] : parts.joined(separator: " UNION ALL ") + " ORDER BY 1 DESC LIMIT \(limit + 1)"
    }
}
