import FexValues
import Foundation
import GRDB
import SQLiteSalvage

/// Sets a damaged database aside, and puts a new one with all that could be read in its place.
///
/// The damaged file stays as it is until one transaction replaces it, but for the size of its pages, if the header gives
/// another than there ever was. A process that ends before leaves it to be mended by the next start, and one that ends behind
/// it leaves a sound database, and perhaps the mark, because of which it is mended once more.
struct DatabaseRepair {
    /// How many damaged databases are kept.
    private static let mostCopies = 3

    let path: String
    let now: Timestamp

    /// - Returns: What became of it; `nil` if another process was first.
    func run() throws -> StoreRecovery? {
        let mark = DamageMark(ofDatabase: path)
        // Without a name it is a file of its own that nobody else sees, and that is gone with its connection.
        let fresh = try DatabaseQueue(path: "")
        try WalletStore.migrator.migrate(fresh)
        return try fresh.writeWithoutTransaction { db -> StoreRecovery? in
            let damaged = try DamagedDatabase(path: path)
            try damaged.lock(for: db)
            guard mark.isThere else { return nil }
            let copy = try keep(damaged)
            var salvage = Salvage(db, at: now)
            try db.inTransaction {
                try salvage.run(
                    DatabasePages(
                        main: Data(contentsOf: copy, options: .alwaysMapped),
                        log: Data(contentsOf: log(of: copy), options: .alwaysMapped)))
                return .commit
            }
            try damaged.replace()
            mark.remove()
            salvage.report.damagedCopy = copy.path
            return salvage.report
        }
    }

    private func log(of copy: URL) -> URL { URL(filePath: copy.path + "-wal") }

    /// Copies the damaged database beside itself, and lets go of those that were kept longest.
    private func keep(_ damaged: DamagedDatabase) throws -> URL {
        let files = FileManager.default
        let time = now.description.prefix(19).filter { $0 != "-" && $0 != ":" } + "Z"
        let names = sequence(first: 1) { $0 + 1 }.lazy.map { "\(path).damaged-\(time)\($0 == 1 ? "" : "-\($0)")" }
        let copy = URL(filePath: names.first { !files.fileExists(atPath: $0) }!)
        let unfinished = URL(filePath: path + ".setting-aside")
        // The log first: what has its name without one is a whole copy.
        try damaged.copy(to: unfinished, log: log(of: copy))
        try files.moveItem(at: unfinished, to: copy)
        try letGoOfOldest(but: copy)
        return copy
    }

    private func letGoOfOldest(but copy: URL) throws {
        let files = FileManager.default
        let directory = copy.deletingLastPathComponent()
        let start = URL(filePath: path).lastPathComponent + ".damaged-"
        let copies = try files.contentsOfDirectory(at: directory, includingPropertiesForKeys: nil)
            .filter { $0.lastPathComponent.hasPrefix(start) && !$0.lastPathComponent.hasSuffix("-wal") }
            .filter { $0.lastPathComponent != copy.lastPathComponent }
            .map { (url: $0, madeAt: try files.attributesOfItem(atPath: $0.path)[.modificationDate] as? Date) }
            .sorted { ($0.madeAt ?? .distantPast) < ($1.madeAt ?? .distantPast) }
        for old in copies.dropLast(Self.mostCopies - 1) {
            try? files.removeItem(at: old.url)
            try? files.removeItem(at: log(of: old.url))
        }
    }
}
