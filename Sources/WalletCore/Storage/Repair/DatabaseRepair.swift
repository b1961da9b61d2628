import DurableFiles
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
    private static let copyLimit = 3

    let path: String
    let now: Timestamp

    /// - Returns: What became of it; `nil` if another process was first.
    func run() throws -> StoreRecovery? {
        let mark = DamageMark(ofDatabase: path)
        // A database without a name is a private temporary file, removed with its connection.
        let fresh = try DatabaseQueue(path: "")
        try WalletStore.migrate(fresh)
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
        // The log is copied first: a copy that has its final name is complete.
        try damaged.copy(to: unfinished, log: log(of: copy))
        try files.moveItem(at: unfinished, to: copy)
        try removeOldestCopies(but: copy)
        return copy
    }

    private func removeOldestCopies(but copy: URL) throws {
        let files = FileManager.default
        let directory = copy.deletingLastPathComponent()
        let start = URL(filePath: path).lastPathComponent + ".damaged-"
        let copies = try files.contentsOfDirectory(at: directory, includingPropertiesForKeys: nil)
            .filter { $0.lastPathComponent.hasPrefix(start) && !$0.lastPathComponent.hasSuffix("-wal") }
            .filter { $0.lastPathComponent != copy.lastPathComponent }
            .map { (url: $0, madeAt: try files.attributesOfItem(atPath: $0.path)[.modificationDate] as? Date) }
            .sorted { ($0.madeAt ?? .distantPast) < ($1.madeAt ?? .distantPast) }
        for old in copies.dropLast(Self.copyLimit - 1) {
            try? files.removeItem(at: old.url)
            try? files.removeItem(at: log(of: old.url))
        }
    }
}

/// A small file beside the database that says it is damaged, and is to be mended at the next start.
///
/// A process that meets damage can't mend it at once: it is in the middle of something, and so may others be.
struct DamageMark: Sendable {
    let path: String

    init(ofDatabase path: String) { self.path = path + ".mend" }

    var isThere: Bool { FileManager.default.fileExists(atPath: path) }

    /// Whether this is the first that is known of the damage. A disk that has no room for it will fail again at the start.
    @discardableResult
    func leave() -> Bool {
        guard !isThere else { return false }
        do { try PrivateFiles.prepare(path) } catch { return false }
        return true
    }

    func remove() { try? FileManager.default.removeItem(atPath: path) }
}

extension DatabaseError {
    /// How SQLite's sentences begin where a question is too long, or a transaction is not as it has to be. All other SQL of
    /// the wallet is fixed: if it fails, a value or the schema is none that the wallet wrote.
    private static let saidOfQuestions = ["fts5:", "too many", "Expression tree", "parser stack", "cannot "]

    /// Whether the file holds what SQLite or the wallet never wrote.
    var isDamage: Bool {
        switch resultCode {
        // A write looks in its own transaction for what it may not collide with, so a constraint that fails met a row or an
        // index entry that the wallet never wrote.
        case .SQLITE_CORRUPT, .SQLITE_NOTADB, .SQLITE_CONSTRAINT, .SQLITE_MISMATCH: true
        case .SQLITE_ERROR: !Self.saidOfQuestions.contains { message?.hasPrefix($0) != false }
        default: false
        }
    }

    /// Whether a database that can't be opened because of this is damaged: migrations that are shipped fail on no other.
    var isDamageOnOpening: Bool { isDamage || resultCode == .SQLITE_ERROR }
}
