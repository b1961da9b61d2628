import FexValues
import GRDB
import SQLiteSalvage

/// The rows of the tables that are worth saving, as far as the pages of a damaged database give them.
struct SalvagedTables {
    /// What can't be asked of the platform again.
    static let names = [
        "payment_intent", "decision", "approval", "outbox", "account", "sync_state", "muted_merchant",
        "spending_limit",
    ]

    /// The rows of each table by their columns' names, `rowid` among them; of several forms of one, the best first.
    private(set) var rows: [String: [[String: DatabaseValue]]] = [:]
    private var whole: Set<String> = []

    /// - Parameter db: A database with the newest schema.
    init(_ pages: DatabasePages, in db: Database) throws {
        var trees = DatabaseTrees(pages)
        let schema = trees.read(root: 1)
        let known = try SalvagedTables.names.map { ($0, try db.columns(in: $0).map(\.name)) }
        var columns = Dictionary(uniqueKeysWithValues: known)
        for row in schema.rows where row.values.count == 5 {
            guard String.fromDatabaseValue(row.values[0]) == "table", let root = Int.fromDatabaseValue(row.values[3]),
                let name = String.fromDatabaseValue(row.values[1])
            else { continue }
            guard let newest = columns[name] else {
                trees.pass(root: root)
                continue
            }
            let own = SalvagedTables.columns(of: name, String.fromDatabaseValue(row.values[4]) ?? "") ?? newest
            columns[name] = own
            let (found, isWhole) = trees.read(root: root)
            rows[name] = found.map { SalvagedTables.name($0, own, keeping: newest) }
            if isWhole { whole.insert(name) }
        }
        guard !SalvagedTables.names.allSatisfy(whole.contains) else { return }
        readStrays(&trees, known.filter { !whole.contains($0.0) }.map { ($0.0, columns[$0.0] ?? $0.1, $0.1) })
    }

    private mutating func readStrays(
        _ trees: inout DatabaseTrees, _ tables: [(String, own: [String], newest: [String])]
    ) {
        var found: [String: [[String: DatabaseValue]]] = [:]
        trees.readStrays { row in
            for (table, own, newest) in tables where row.values.count <= own.count {
                let named = SalvagedTables.name(row, own, keeping: newest)
                if SalvagedTables.couldBe(named, in: table) { found[table, default: []].append(named) }
            }
        }
        for (table, rows) in found {
            self.rows[table, default: []] += rows.sorted {
                SalvagedTables.progress($0) > SalvagedTables.progress($1)
            }
        }
    }

    /// Whether every row of a table was read.
    func isWhole(_ table: String) -> Bool { whole.contains(table) }

    /// The columns by the statement that made the table, whichever version that was.
    private static func columns(of table: String, _ sql: String) -> [String]? {
        guard sql.hasPrefix("CREATE TABLE") else { return nil }
        return try? DatabaseQueue().write { db in
            // One statement, whatever else a damaged file says.
            try db.makeStatement(sql: sql).execute()
            return try db.columns(in: table).map(\.name)
        }
    }

    /// Columns that were added after a row was written have no value in it.
    private static func name(
        _ row: DatabaseTrees.Row, _ columns: [String], keeping newest: [String]
    ) -> [String: DatabaseValue] {
        var named = Dictionary(zip(columns, row.values), uniquingKeysWith: { first, _ in first })
        named = named.filter { newest.contains($0.key) }
        named["rowid"] = row.rowid.databaseValue
        return named
    }

    /// Whether a row that was found somewhere can be one of a table. The schema judges the rest.
    private static func couldBe(_ row: [String: DatabaseValue], in table: String) -> Bool {
        func text(_ column: String) -> String? { String.fromDatabaseValue(row[column] ?? .null) }
        switch table {
        case "payment_intent": return text("document")?.hasPrefix("{") == true
        case "decision":
            return DecisionKind(rawValue: text("kind") ?? "") != nil
                && DecisionState(rawValue: text("state") ?? "") != nil
        case "approval": return ["stream", "feed", "push"].contains(text("came_by"))
        case "spending_limit":
            return row["always_asks"] != nil && text("currency").flatMap { try? Currency($0) } != nil
        case "account": return Int.fromDatabaseValue(row["rowid"] ?? .null) == 1 && text("scan_token") != nil
        default: return false
        }
    }

    /// How far the form of a row has come: of a decision that is found twice, one form is from earlier.
    private static func progress(_ row: [String: DatabaseValue]) -> Int {
        let state = String.fromDatabaseValue(row["state"] ?? .null).flatMap { DecisionState(rawValue: $0) }
        guard let state else { return Int.fromDatabaseValue(row["fetched_at"] ?? row["version"] ?? .null) ?? 0 }
        let mayHaveLeft = Int.fromDatabaseValue(row["may_have_left"] ?? .null) == 1
        return (state.isSettled ? 2 : 0) + (mayHaveLeft ? 1 : 0)
    }
}
