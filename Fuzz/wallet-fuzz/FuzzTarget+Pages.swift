import Foundation
import GRDB
import SQLiteSalvage

extension FuzzTarget {
    /// A damaged database: its first byte says how many pages of the rest are the file, and what follows is the log.
    static let pages = FuzzTarget(
        name: "pages", maximumLength: 65_536,
        seeds: { try [sampleDatabase(withLog: false), sampleDatabase(withLog: true)] },
        run: { bytes in
            let split = min(Int(bytes.first ?? 0) * DatabasePages.size, max(0, bytes.count - 1))
            let file = Data(bytes.dropFirst().prefix(split))
            let pages = DatabasePages(main: file, log: Data(bytes.dropFirst(1 + split)))
            hold(pages.image.count.isMultiple(of: DatabasePages.size), "the image has half a page")
            for root in 1...4 {
                var trees = DatabaseTrees(pages)
                let (rows, _) = trees.read(root: root)
                hold(rows.count <= bytes.count, "there are more rows than bytes")
                trees.pass(root: root + 1)
                trees.readStrays { _ in }
            }
        })

    /// A database of a few pages, with rows that need others; what was written last is in the log or in the file.
    private static func sampleDatabase(withLog: Bool) throws -> [UInt8] {
        let folder = FileManager.default.temporaryDirectory.appending(path: "fuzz-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appending(path: "sample.sqlite").path
        let queue = try DatabaseQueue(path: path)
        try queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA page_size = \(DatabasePages.size)") }
        try queue.write { db in
            try db.execute(sql: "CREATE TABLE a (id INTEGER PRIMARY KEY, text TEXT, number, bytes BLOB)")
            for number in 1...40 {
                try db.execute(
                    sql: "INSERT INTO a VALUES (?, ?, ?, ?)",
                    arguments: [number, "text \(number)", number * 1_000_003, Data(count: number * 11)])
            }
            try db.execute(
                sql: "INSERT INTO a VALUES (100, ?, 0.5, NULL)", arguments: [String(repeating: "x", count: 9000)])
        }
        if withLog {
            try queue.writeWithoutTransaction { _ = try String.fetchOne($0, sql: "PRAGMA journal_mode = WAL") }
            try queue.write { try $0.execute(sql: "DELETE FROM a WHERE id % 3 = 0") }
        }
        let (main, log) = (
            try Data(contentsOf: URL(filePath: path)), try? Data(contentsOf: URL(filePath: path + "-wal"))
        )
        return [UInt8(main.count / DatabasePages.size)] + Array(main) + Array(log ?? Data())
    }
}
