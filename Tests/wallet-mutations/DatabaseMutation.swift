import FexValues
import Foundation
import GRDB
import WalletTesting

/// One change to a database, the same for the same seed.
struct DatabaseMutation {
    /// What is changed.
    enum Kind: String, CaseIterable {
        /// Some bytes of the file, anywhere.
        case bytes
        /// Some bytes of the first page's header, or of a page's own.
        case header
        /// A value of a row, to one that the schema forbids or the wallet never writes.
        case cell
        /// Several such values.
        case cells
        /// A whole page: zeroed, inverted, random, or that of another place.
        case page
        /// The end of the file.
        case length
        /// Some bytes of the log, or its end.
        case log
        /// An entry of an index, which is not there any more.
        case entry
    }

    let kind: Kind
    private(set) var main: Data
    private(set) var log: Data?
    private var random: SplitMix64

    init(seed: UInt64, of sample: SampleWallet) throws {
        random = SplitMix64(seed: seed)
        let kinds: [Kind] = [.bytes, .bytes, .header, .cell, .cell, .cell, .cells, .page, .length, .log, .entry]
        kind = kinds[Int(seed % UInt64(kinds.count))]
        main = kind == .log ? sample.main : sample.whole
        log = kind == .log ? sample.log : nil
        switch kind {
        case .bytes: changeBytes(0..<main.count)
        case .header:
            let page = Bool.random(using: &random) ? 0 : Int.random(in: 0..<main.count / 4096, using: &random)
            changeBytes(page * 4096..<page * 4096 + 108)
        case .cell: try changeCells(1, beside: sample.folder)
        case .cells: try changeCells(Int.random(in: 2...8, using: &random), beside: sample.folder)
        case .page: changePage()
        case .length: main = main.prefix(Int.random(in: 0..<main.count, using: &random))
        case .log: changeLog()
        case .entry: removeEntry(of: sample)
        }
    }

    /// Writes what came of it, in the place of what was there.
    func write(to folder: URL) throws {
        let files = FileManager.default
        try? files.removeItem(at: folder)
        try files.createDirectory(at: folder, withIntermediateDirectories: true)
        try main.write(to: folder.appending(path: "wallet.sqlite"))
        try log?.write(to: folder.appending(path: "wallet.sqlite-wal"))
    }

    private mutating func changeBytes(_ range: Range<Int>) {
        for _ in 0..<Int.random(in: 1...16, using: &random) {
            let place = Int.random(in: range, using: &random)
            let interesting: [UInt8] = [0, 1, 0x7F, 0x80, 0xFF, main[place] ^ 1, main[place] ^ 0x80]
            main[place] =
                Bool.random(using: &random)
                ? interesting.randomElement(using: &random)! : UInt8.random(in: .min ... .max, using: &random)
        }
    }

    private mutating func changePage() {
        let count = main.count / 4096
        func range(_ page: Int) -> Range<Int> { page * 4096..<(page + 1) * 4096 }
        let page = range(Int.random(in: 0..<count, using: &random))
        switch Int.random(in: 0..<4, using: &random) {
        case 0: main.replaceSubrange(page, with: Data(count: 4096))
        case 1: main.replaceSubrange(page, with: main[page].map { ~$0 })
        case 2:
            main.replaceSubrange(page, with: (0..<4096).map { _ in UInt8.random(in: .min ... .max, using: &random) })
        default: main.replaceSubrange(page, with: Data(main[range(Int.random(in: 0..<count, using: &random))]))
        }
    }

    private mutating func removeEntry(of sample: SampleWallet) {
        let index = IndexPages(root: sample.indexes.randomElement(using: &random)!)
        guard let entry = index.entries(in: main).randomElement(using: &random) else { return }
        _ = index.remove(entry, from: &main)
    }

    private mutating func changeLog() {
        guard var changed = log else { return }
        if Int.random(in: 0..<4, using: &random) == 0 {
            changed = changed.prefix(Int.random(in: 0..<changed.count, using: &random))
        } else {
            for _ in 0..<Int.random(in: 1...8, using: &random) {
                // Often where a frame begins.
                let frame = Int.random(in: 0..<changed.count / 4120, using: &random) * 4120
                let place =
                    Bool.random(using: &random)
                    ? frame + Int.random(in: 0..<56, using: &random) : Int.random(in: 0..<changed.count, using: &random)
                if place < changed.count { changed[place] = UInt8.random(in: .min ... .max, using: &random) }
            }
        }
        log = Data(changed)
    }
}

// MARK: - Values

extension DatabaseMutation {
    private static let numbers = [
        "NULL", "-1", "0", "1", "2", "9223372036854775807", "-9223372036854775808", "4611686018427387904",
        "253402387200000", "-62167305600001", "1e300", "-0.5", "9e999",
    ]
    private static let texts = [
        "''", "'x'", "CAST(x'80FF' AS TEXT)", "CAST(x'616200C3' AS TEXT)", "x''", "x'00'", "randomblob(16)",
        "CAST(zeroblob(40) AS TEXT)", "'{'", "'{}'", "'[]'", "'null'", "printf('%0*d', 200000, 0)", "'ZZZ'", "'v99'",
        "'2026-01-01'", "'.'", "char(27) || ']0;x' || char(7)",
    ]

    /// Changes values by way of a schema that forbids nothing, which is put back.
    private mutating func changeCells(_ count: Int, beside folder: URL) throws {
        let file = folder.deletingLastPathComponent().appending(path: "cells.sqlite")
        try main.write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        var choice = random
        let queue = try DatabaseQueue(path: file.path)
        try queue.writeWithoutTransaction { db in
            try db.execute(sql: "PRAGMA journal_mode = DELETE; PRAGMA foreign_keys = OFF")
            let schema = try Row.fetchAll(
                db, sql: "SELECT rowid, type, name, tbl_name, rootpage, sql FROM sqlite_master")
            try db.execute(sql: "PRAGMA writable_schema = ON; PRAGMA ignore_check_constraints = ON")
            // An index would be asked what it is to forget, and a trigger what it thinks of the change.
            try db.execute(sql: "DELETE FROM sqlite_master WHERE type IN ('trigger', 'index')")
            for row in schema where row["type"] == "table" {
                guard let sql = row["sql"] as String?, let bare = Self.withoutRules(sql) else { continue }
                try db.execute(
                    sql: "UPDATE sqlite_master SET sql = ? WHERE rowid = ?", arguments: [bare, row["rowid"]])
            }
            try db.execute(sql: "PRAGMA writable_schema = RESET")
            for _ in 0..<count { try Self.changeCell(db, &choice) }
            try db.execute(sql: "PRAGMA writable_schema = ON; DELETE FROM sqlite_master")
            for row in schema {
                try db.execute(
                    sql:
                        "INSERT INTO sqlite_master (rowid, type, name, tbl_name, rootpage, sql) VALUES (?, ?, ?, ?, ?, ?)",
                    arguments: StatementArguments(row.databaseValues))
            }
            try db.execute(sql: "PRAGMA writable_schema = RESET")
        }
        try queue.close()
        random = choice
        main = try Data(contentsOf: file)
        // As the wallet keeps it: with a log.
        main.replaceSubrange(18..<20, with: [2, 2])
    }

    /// The columns of a table alone.
    private static func withoutRules(_ sql: String) -> String? {
        guard sql.hasPrefix("CREATE TABLE"), !sql.contains("WITHOUT ROWID") else { return nil }
        guard
            let columns = try? DatabaseQueue().write({ db in
                try db.execute(sql: sql.replacing("\"", with: ""))
                let table = try String.fetchOne(db, sql: "SELECT name FROM sqlite_master")!
                return (table, try Row.fetchAll(db, sql: "PRAGMA table_info(\(table))"))
            })
        else { return nil }
        let key = columns.1.filter { ($0["pk"] as Int) > 0 }
        let isRowid = key.count == 1 && (key[0]["type"] as String) == "INTEGER"
        let names = columns.1.map { row -> String in
            let name: String = row["name"]
            return isRowid && (row["pk"] as Int) > 0 ? "\(name) INTEGER PRIMARY KEY" : name
        }
        return "CREATE TABLE \(columns.0) (\(names.joined(separator: ", ")))"
    }

    private static func changeCell(_ db: Database, _ random: inout SplitMix64) throws {
        let tables = try String.fetchAll(
            db, sql: "SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE 'CREATE TABLE%' ORDER BY name")
        let table = tables.randomElement(using: &random)!
        let columns = try String.fetchAll(db, sql: "SELECT name FROM pragma_table_info(?)", arguments: [table])
        let column = columns.randomElement(using: &random)!
        let value = (Bool.random(using: &random) ? numbers : texts).randomElement(using: &random)!
        let all = Int.random(in: 0..<4, using: &random) == 0
        let offset = Int.random(in: 0..<1 << 20, using: &random)
        let rows =
            all
            ? "TRUE"
            : "rowid = (SELECT rowid FROM \(table) LIMIT 1 OFFSET \(offset) % max(1, (SELECT count(*) FROM \(table))))"
        // Where even a bare table refuses it, nothing is changed.
        try? db.execute(sql: "UPDATE \(table) SET \(column) = \(value) WHERE \(rows)")
    }
}
