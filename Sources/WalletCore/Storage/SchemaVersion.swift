import DurableFiles
import Foundation
import GRDB
import SQLiteSalvage

/// How the schema of a database stands to the newest that this version knows.
enum SchemaVersion {
    /// Nothing has been made yet.
    case none
    /// It can be brought up to date.
    case older
    case current
    /// A newer version has brought it to a form that this one doesn't know.
    case newer
    /// What was done to it can't have been done by any version.
    case damaged

    private init(applied: Set<String>) {
        let known = Set(WalletStore.migrator.migrations)
        self =
            switch (known.isSubset(of: applied), applied.isSubset(of: known)) {
            case (true, true): .current
            case (true, false): .newer
            case (false, true): applied.isEmpty ? .none : .older
            case (false, false): .damaged
            }
    }

    /// - Throws: `DatabaseError`; ``StorageError`` of damage.
    init(of db: Database) throws {
        let isMigrated = try db.answers("SELECT EXISTS (SELECT 1 FROM sqlite_master WHERE name = 'grdb_migrations')")
        guard isMigrated else {
            self = .none
            return
        }
        let applied = try db.rows("SELECT identifier FROM grdb_migrations") {
            try $0.text(0, "grdb_migrations.identifier")
        }
        self.init(applied: Set(applied))
    }

    /// The version as a file's pages tell it, without SQLite, which would make files beside it; `nil` where they don't.
    ///
    /// Others may be writing meanwhile. So what is not as expected proves nothing; only migrations that are unknown do.
    init?(ofFile path: String) {
        guard let file = UnlockedFile(path), file.size > 0 else { return nil }
        let log = path + "-wal"
        // A log of no more than its header holds nothing.
        let hasLog = (try? FileAccess.size(log)) ?? 0 > 32
        guard let logged = hasLog ? try? FileAccess.contents(log) ?? Data() : Data() else { return nil }
        var trees = DatabaseTrees(DatabasePages(fileSize: file.size, log: logged) { file.read($0) })
        let entry = trees.read(root: 1).rows.first {
            $0.values.count == 5 && String.fromDatabaseValue($0.values[1]) == "grdb_migrations"
                && String.fromDatabaseValue($0.values[0]) == "table"
        }
        guard let root = entry.flatMap({ Int.fromDatabaseValue($0.values[3]) }) else { return nil }
        let (rows, isWhole) = trees.read(root: root)
        guard isWhole else { return nil }
        self.init(applied: Set(rows.compactMap { $0.values.first.flatMap { String.fromDatabaseValue($0) } }))
    }
}
